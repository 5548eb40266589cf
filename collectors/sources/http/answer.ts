import { SourceError } from '../pull/failure.ts'

/** So long a request waits to be tried again; who says longer is asked again by a later poll. */
export const longestWaitMs = 60_000

type Verdict =
  | { kind: 'good' }
  | { kind: 'passing'; message: string; waitMs: number }
  | { kind: 'final'; error: SourceError }

const passing = new Set([408, 425, 429, 500, 502, 503, 504])

/** What a status means for who pulls: taken, to be tried again, or not to be had until somebody mends it. */
export function judgeAnswer(
  url: URL,
  status: number,
  headers: { get(name: string): string | null },
  text: string,
): Verdict {
  if (status >= 200 && status < 300) return { kind: 'good' }
  const at = `${url.host}${url.pathname}`
  const said = describeBody(text)
  const message = `${at} answered ${status}${said && `: ${said}`}`
  if (passing.has(status))
    return { kind: 'passing', message, waitMs: readRetryAfter(headers.get('retry-after')) }
  const fail = (code: string, mend: string): Verdict => ({
    kind: 'final',
    error: new SourceError(code, message, { mend }),
  })
  if (status >= 300 && status < 400)
    return fail('redirected', `Name the address it leads to: ${headers.get('location') ?? 'it says none'}`)
  if (status === 401)
    return fail('unauthorized', 'See that the credentials of the source are right and have not expired')
  if (status === 403) return fail('forbidden', 'See that its user may read what is asked for')
  if (status === 404) return fail('not_found', 'See that the address is right')
  return fail('refused', 'See that the settings of the source ask for what it has')
}

/** In ms from now: a number of seconds or a date (RFC 9110, 10.2.3); 0 where nothing is said. */
export function readRetryAfter(header: string | null, now = Date.now()): number {
  if (!header) return 0
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}

/** How far a clock is ahead of ours, by the header Date, which is cut to the second; null where there is none. */
export function measureSkew(date: string | null, askedAt: number, answeredAt: number): number | null {
  const said = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(said)) return null
  return Math.round(said + 500 - (askedAt + answeredAt) / 2)
}

/** What a body says of an error, in a line: OData's and other APIs' own words where they are found. */
function describeBody(text: string): string {
  const message = findMessage(text) ?? (/^\s*</.test(text) ? findElement(text) : text)
  return message.replace(/\s+/g, ' ').trim().slice(0, 300)
}

/** XML, or a page for people. */
function findElement(text: string): string {
  const code = /<code>([^<]+)<\/code>/i.exec(text)?.[1]
  const words = /<(?:title|message)[^>]*>([^<]+)</i.exec(text)?.[1] ?? ''
  return code && words ? `${code}: ${words}` : words
}

function findMessage(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as Record<string, unknown> | { message?: string }[]
    const first = (Array.isArray(body) ? body[0] : body) as Record<string, unknown> | undefined
    const error = (first?.error ?? first) as Record<string, unknown> | string | undefined
    if (typeof error === 'string')
      return [error, first?.error_description ?? first?.message].filter(Boolean).join(': ')
    const message = error?.message ?? error?.detail ?? error?.title
    const words =
      typeof message === 'object' && message !== null ? (message as { value?: unknown }).value : message
    const code = error?.code ?? error?.errorCode
    if (words === undefined) return undefined
    const details = typeof error === 'object' ? findDetails(error, String(words)) : ''
    return `${code ? `${String(code)}: ` : ''}${String(words)}${details && ` (${details})`}`
  } catch {
    return undefined
  }
}

/** What lies behind an error of OData: V4 says it as details, SAP's gateway below the inner error. */
function findDetails(error: Record<string, unknown> | undefined, said: string): string {
  const inner = error?.innererror as { errordetails?: unknown } | undefined
  const details = error?.details ?? inner?.errordetails
  if (!Array.isArray(details)) return ''
  const words = details
    .map((detail) => String((detail as { message?: unknown } | null)?.message ?? ''))
    .filter((each) => each !== '' && each !== said)
  return [...new Set(words)].slice(0, 3).join('; ')
}

import type { Problem } from '../../server/api/schemas/common.ts'
import { actor } from './actor.ts'
import { takeFirst, waitForFirst } from './first.ts'
import { isSessionOver, leaveForSignIn } from './session-over.ts'

export type Query = Record<string, string | number | boolean | string[] | null | undefined>

/** A request that was not answered with 2xx, or not at all. `code` is the problem's, or `unreachable`. */
export class RequestError extends Error {
  readonly status: number
  readonly code: string
  readonly mend: string
  readonly details: { where: string; message: string }[]
  readonly request_id: string

  constructor(status: number, problem: Partial<Problem['error']>) {
    super(problem.message ?? `Plumbline answered ${status}.`)
    this.name = 'RequestError'
    this.status = status
    this.code = problem.code ?? 'unknown'
    this.mend = problem.mend ?? ''
    this.details = problem.details ?? []
    this.request_id = problem.request_id ?? ''
  }
}

/** A path with its query; empty values are left out, a list is given one by one. */
export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const each of value) params.append(name, each)
    else if (value !== undefined && value !== null && value !== '' && value !== false)
      params.set(name, String(value))
  }
  const text = params.toString()
  return text ? `${path}?${text}` : path
}

/** Reads JSON from the API. Throws a RequestError with the server's own words. */
export async function getJson<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const whole = withQuery(path, query)
  await waitForFirst([whole])
  return takeFirst<T>(whole) ?? request<T>(whole, signal ? { signal } : {})
}

/** Asks the API to do something. Throws a RequestError. */
export async function postJson<T>(path: string, body?: unknown): Promise<T> {
  return request<T>(
    path,
    body === undefined ? { method: 'POST' } : { method: 'POST', body: JSON.stringify(body) },
  )
}

/**
 * Asks for something that takes a while: the API answers in lines, each told as it comes. Resolves with the last.
 * Throws a RequestError, also when the answer breaks off.
 */
export async function postLines<T>(path: string, body: unknown, onLine: (line: T) => void): Promise<T> {
  const response = await send(path, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw await readProblem(response)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let last: T | undefined
  let rest = ''
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      const lines = (rest + part.value).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        last = JSON.parse(line) as T
        onLine(last)
      }
    }
  } catch {
    last = undefined
  }
  if (last === undefined)
    throw new RequestError(response.status, {
      code: 'broken_off',
      message: 'The answer broke off; a part of it may be done.',
    })
  return last
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  const response = await send(path, init)
  if (!response.ok) throw await readProblem(response)
  const body: unknown = await response.json().catch(() => null)
  if (body === null) throw new RequestError(response.status, { message: 'The answer was not JSON.' })
  return body as T
}

const readProblem = async (response: Response): Promise<RequestError> => {
  const body = (await response.json().catch(() => null)) as Partial<Problem> | null
  if (isSessionOver(response.status, body?.error?.code)) return leaveForSignIn()
  return new RequestError(response.status, body?.error ?? {})
}

/** Who asks goes along: a header holds plain letters only, a name any. */
async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, {
      ...init,
      headers: {
        accept: 'application/json',
        ...(init.body ? { 'content-type': 'application/json' } : {}),
        ...(actor() ? { 'x-plumbline-actor': encodeURIComponent(actor()) } : {}),
      },
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new RequestError(0, {
      code: 'unreachable',
      message: 'Plumbline does not answer.',
      mend: 'The page tries again by itself.',
    })
  }
}

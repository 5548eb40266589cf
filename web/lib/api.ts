import type { Problem } from '../../server/api/schemas/common.ts'

export type Query = Record<string, string | number | boolean | null | undefined>

/** A request that was not answered with 2xx, or not at all. `code` is the problem's, or `unreachable`. */
export class RequestError extends Error {
  readonly status: number
  readonly code: string
  readonly mend: string
  readonly request_id: string

  constructor(status: number, problem: Partial<Problem['error']>) {
    super(problem.message ?? `Plumbline answered ${status}.`)
    this.name = 'RequestError'
    this.status = status
    this.code = problem.code ?? 'unknown'
    this.mend = problem.mend ?? ''
    this.request_id = problem.request_id ?? ''
  }
}

/** A path with its query; empty values are left out. */
export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '' && value !== false)
      params.set(name, String(value))
  }
  const text = params.toString()
  return text ? `${path}?${text}` : path
}

/** Reads JSON from the API. Throws a RequestError with the server's own words. */
export async function getJson<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return request<T>(withQuery(path, query), signal ? { signal } : {})
}

/** Asks the API to do something. Throws a RequestError. */
export async function postJson<T>(path: string, body?: unknown): Promise<T> {
  return request<T>(
    path,
    body === undefined ? { method: 'POST' } : { method: 'POST', body: JSON.stringify(body) },
  )
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      headers: { accept: 'application/json', ...(init.body ? { 'content-type': 'application/json' } : {}) },
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new RequestError(0, {
      code: 'unreachable',
      message: 'Plumbline does not answer.',
      mend: 'The page tries again by itself.',
    })
  }
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw new RequestError(response.status, (body as Partial<Problem> | null)?.error ?? {})
  if (body === null) throw new RequestError(response.status, { message: 'The answer was not JSON.' })
  return body as T
}

import type { TestApp } from './app.ts'

/** Grants for the estate of scenarios: each role of its own, some for a part. */
export const signInEstate = `
access:
  sign_in: { local: true, idle: 2h, longest: 16h }
  grants:
    - { group: admins, role: admin }
    - { group: viewers, role: viewer }
    - { group: workers, role: worker }
    - { group: on-call, role: on_call }
    - { group: approvers, role: approver }
    - { group: hamburg, role: worker, plants: [HAM] }
    - { group: sheffield-viewers, role: viewer, plants: [SHF] }
    - { group: hamburg-approvers, role: approver, plants: [HAM] }`

export const goodPassword = 'four words that rhyme not'

/** Somebody in a browser: what their cookie is, and how they ask. */
export type Browser = {
  cookie: string
  ask(path: string, init?: RequestInit): Promise<Response>
  askJson<Body>(path: string, init?: RequestInit): Promise<{ status: number; body: Body }>
  post<Body = unknown>(path: string, body?: unknown): Promise<{ status: number; body: Body }>
}

export function openBrowser(app: Pick<TestApp, 'ask'>, cookie = ''): Browser {
  const ask = (path: string, init: RequestInit = {}) =>
    app.ask(path, { ...init, headers: { cookie, ...(init.headers as Record<string, string>) } })
  const askJson = async <Body>(path: string, init?: RequestInit) => {
    const response = await ask(path, init)
    return { status: response.status, body: (await response.json()) as Body }
  }
  return {
    cookie,
    ask,
    askJson,
    post: (path, body) =>
      askJson(path, {
        method: 'POST',
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
  }
}

/** The cookie an answer gives a browser; '' when it gives none. */
export const cookieOf = (response: Response): string =>
  response.headers.get('set-cookie')?.split(';')[0] ?? ''

/** Lets somebody in by the desk, and signs them in by the door. */
export async function signInAs(app: TestApp, login: string, groups: string[]): Promise<Browser> {
  const { code } = await app.access.people.invite({ login, name: `${login} by name`, groups }, 'a test')
  const joined = await app.ask('/api/sign-in/join', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, password: goodPassword }),
  })
  if (joined.status !== 200) throw new Error(`${login} could not join: ${await joined.text()}`)
  return openBrowser(app, cookieOf(joined))
}

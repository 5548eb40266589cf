import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBook } from '../../server/access/book.ts'
import { createSessions } from '../../server/access/sessions.ts'
import type { AuditList, Me, PersonList } from '../../server/api/schemas/access.ts'
import type { Problem } from '../../server/api/schemas/common.ts'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { cookieOf, goodPassword, openBrowser, signInAs, signInEstate } from '../support/people.ts'
import { scenarioEstate } from '../support/scenario.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp(scenarioEstate(flows + signInEstate, ['inventory_on_hand']))
})
afterAll(() => app.close())

const signIn = (login: string, password: string, headers: Record<string, string> = {}) =>
  app.ask('/api/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ login, password }),
  })
const codeOf = async (response: Response) => ((await response.json()) as Problem).error.code

describe('where people sign in', () => {
  test('being on this machine opens nothing, and a page leads to where one signs in', async () => {
    const answer = await app.askJson<Problem>('/api/estate')
    expect([answer.status, answer.body.error.code]).toEqual([401, 'unauthorized'])
    expect(answer.headers.get('www-authenticate'), 'no browser asks for a password').toBeNull()
    const page = await app.ask('/exceptions?plant=HAM')
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      `/sign-in?to=${encodeURIComponent('/exceptions?plant=HAM')}`,
    ])
  })

  test('somebody invited chooses a password once, and signs in by it; the cookie is out of reach of scripts', async () => {
    expect((await app.askJson('/api/sign-in')).body).toEqual({ password: true, single: null, is_first: true })
    const { code } = await app.access.people.invite({ login: 'ada', name: 'Ada', groups: ['admins'] }, 'me')
    const anyone = openBrowser(app)
    expect((await anyone.post('/api/sign-in/invitation', { code })).body).toMatchObject({ login: 'ada' })
    const weak = await anyone.post<Problem>('/api/sign-in/join', { code, password: 'Plumbline-ada' })
    expect([weak.status, weak.body.error.code]).toEqual([422, 'password_weak'])
    expect((await anyone.post('/api/sign-in/join', { code, password: goodPassword })).status).toBe(200)
    const again = await anyone.post<Problem>('/api/sign-in/join', { code, password: goodPassword })
    expect([again.status, again.body.error.code]).toEqual([404, 'invitation_unknown'])

    const answer = await signIn('Ada', goodPassword)
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(answer.status).toBe(200)
    expect(cookie).toMatch(/^plumbline_session=.*; HttpOnly.*; SameSite=Lax/)
    expect(cookie, 'there is no TLS here').not.toMatch(/Secure/)
    const secure = await signIn('ada', goodPassword, { 'x-forwarded-proto': 'https' })
    expect(secure.headers.get('set-cookie')).toMatch(/; Secure/)
    const me = await openBrowser(app, cookieOf(answer)).askJson<Me>('/api/me')
    expect(me.body).toMatchObject({ kind: 'person', name: 'Ada', login: 'ada', groups: ['admins'] })
    expect(me.body.allowances.flatMap(({ permissions }) => permissions)).toContain('administer')
    expect((await app.askJson('/api/sign-in')).body).toMatchObject({ is_first: false })
  })

  test('a cookie that somebody changed, or made, opens nothing', async () => {
    const ben = await signInAs(app, 'ben', ['viewers'])
    expect((await ben.ask('/api/estate')).status).toBe(200)
    const [name, value = ''] = ben.cookie.split('=')
    const secret = decodeURIComponent(value)
    for (const forged of [secret.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A')), 'x.1.y', ''])
      expect(
        (await openBrowser(app, `${name}=${encodeURIComponent(forged)}`).ask('/api/estate')).status,
      ).toBe(401)
  })

  test('signed out here, there and everywhere', async () => {
    const here = await signInAs(app, 'cleo', ['viewers'])
    const there = openBrowser(app, cookieOf(await signIn('cleo', goodPassword)))
    const { body } = await here.askJson<Me>('/api/me')
    expect(body.sessions.map(({ is_this }) => is_this).sort()).toEqual([false, true])
    const other = body.sessions.find(({ is_this }) => !is_this)?.id
    expect((await here.post(`/api/me/sessions/${other}/end`)).status).toBe(200)
    expect([(await there.ask('/api/me')).status, (await here.ask('/api/me')).status]).toEqual([401, 200])
    const third = openBrowser(app, cookieOf(await signIn('cleo', goodPassword)))
    expect((await here.post('/api/me/sign-out-everywhere')).status).toBe(200)
    expect([(await here.ask('/api/me')).status, (await third.ask('/api/me')).status]).toEqual([401, 401])
    const back = openBrowser(app, cookieOf(await signIn('cleo', goodPassword)))
    expect((await back.ask('/api/me')).status, 'and in again').toBe(200)
    const out = await back.ask('/api/me/sign-out', { method: 'POST' })
    expect(out.headers.get('set-cookie')).toMatch(/plumbline_session=;.*Max-Age=0/)
    expect((await back.ask('/api/me')).status).toBe(401)
  })

  test('a session is over once nobody used it, and after its longest time; who goes on working stays', async () => {
    await signInAs(app, 'kim', ['viewers'])
    const person = app.access.people.findLogin('kim')
    if (!person) throw new Error('nobody is called kim')
    const hour = 3_600_000
    let clock = Date.now()
    const sessions = createSessions(
      await openBook(app.world.store, 16 * hour),
      { idle: 2 * hour, longest: 16 * hour },
      () => clock,
    )
    const first = await sessions.begin(person, { address: '', agent: '' })
    let word = first
    for (let hours = 1; hours <= 15; hours++) {
      clock += hour
      const found = await sessions.find(word)
      expect(found?.person.login, `after ${hours} hours`).toBe('kim')
      word = found?.renewed ?? word
    }
    expect(await sessions.find(first), 'a word of long ago').toBeUndefined()
    clock += hour + 1_000
    expect(await sessions.find(word), 'the longest time').toBeUndefined()
    clock = Date.now()
    const second = await sessions.begin(person, { address: '', agent: '' })
    clock += 2 * hour + 1_000
    expect(await sessions.find(second), 'nobody used it').toBeUndefined()
  })

  test('another site’s page can not act in the name of who is signed in', async () => {
    const dora = await signInAs(app, 'dora', ['workers'])
    const answer = await dora.ask('/api/me/sign-out', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    })
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'origin_refused'])
    expect((await dora.ask('/api/me')).status).toBe(200)
  })

  test('wrong passwords lock a name for a while, whoever tries; a new link opens it', async () => {
    await signInAs(app, 'eve', ['viewers'])
    for (let tried = 0; tried < 10; tried++)
      expect((await signIn('eve', `wrong ${tried}`)).status, String(tried)).toBe(401)
    const locked = await signIn('eve', goodPassword)
    expect([locked.status, await codeOf(locked)]).toEqual([429, 'sign_in_locked'])
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(60)
    const unknown = await signIn('nobody', goodPassword)
    expect([unknown.status, await codeOf(unknown)], 'the same as for a wrong password').toEqual([
      401,
      'sign_in_failed',
    ])
    const admin = await signInAs(app, 'fay', ['admins'])
    const { body } = await admin.askJson<PersonList>('/api/access/people')
    const eve = body.people.find(({ login }) => login === 'eve')?.id
    const made = await admin.post<{ path: string }>(`/api/access/people/${eve}/invite`)
    expect(made.body.path).toMatch(/^\/sign-in#join=/)
    const code = made.body.path.split('=')[1]
    const password = 'another four words of hers'
    expect((await openBrowser(app).post('/api/sign-in/join', { code, password })).status).toBe(200)
    expect([(await signIn('eve', goodPassword)).status, (await signIn('eve', password)).status]).toEqual([
      401, 200,
    ])
  })

  test('an admin lets people in, moves them, and keeps them out at once', async () => {
    const admin = await signInAs(app, 'gus', ['admins'])
    const made = await admin.post<{ person: string; path: string }>('/api/access/people', {
      login: 'hal',
      name: 'Hal',
      groups: ['viewers'],
    })
    expect(made.status).toBe(200)
    const code = made.body.path.split('=')[1]
    const joined = await app.ask('/api/sign-in/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, password: goodPassword }),
    })
    const hal = openBrowser(app, cookieOf(joined))
    expect((await hal.ask('/api/access/people')).status).toBe(403)
    const may = async () =>
      (await hal.askJson<Me>('/api/me')).body.allowances.flatMap(({ permissions }) => permissions)
    expect(await may()).not.toContain('work')
    const to = (act: string, body?: unknown) =>
      admin.post<Problem>(`/api/access/people/${made.body.person}/${act}`, body)
    expect((await to('groups', { groups: ['workers'] })).status).toBe(200)
    expect(await may()).toContain('work')
    expect((await to('groups', { groups: ['nobodies'] })).body.error.code).toBe('group_unknown')
    expect((await to('disable')).status).toBe(200)
    expect([(await hal.ask('/api/me')).status, (await signIn('hal', goodPassword)).status]).toEqual([
      401, 401,
    ])
    expect((await to('enable')).status).toBe(200)
    expect((await signIn('hal', goodPassword)).status).toBe(200)
    const { body } = await admin.askJson<PersonList>('/api/access/people')
    const own = body.people.find(({ login }) => login === 'gus')?.id
    expect((await admin.post<Problem>(`/api/access/people/${own}/disable`)).body.error.code).toBe(
      'own_person',
    )
  })

  test('all of it is in the audit trail, which is whole', async () => {
    const admin = await signInAs(app, 'ivy', ['admins'])
    const { body } = await admin.askJson<AuditList>('/api/audit?limit=1000')
    const said = new Set(body.rows.map(({ act, outcome }) => `${act} ${outcome}`))
    for (const each of [
      'sign_in.join done',
      'sign_in.password done',
      'sign_in.password refused',
      'act done',
      'refusal refused',
    ])
      expect(said).toContain(each)
    expect(JSON.stringify(body.rows)).not.toContain(goodPassword)
    const proof = await admin.askJson<{ entries: number; faults: unknown[] }>('/api/audit/verify')
    expect(proof.body.faults).toEqual([])
    expect(proof.body.entries).toBeGreaterThanOrEqual(body.total)
  })
})

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { TokenRow } from '../../server/api/schemas/access.ts'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import { findViolations } from '../support/accessibility.ts'
import { flows } from '../support/app.ts'
import { says, settle } from '../support/browser.ts'
import { keepPicture } from '../support/gallery.ts'
import { goodPassword, openBrowser, signInAs, signInEstate } from '../support/people.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { laptop, nameOf, openSigningIn, phone, type SigningIn, views } from '../support/signing-in.ts'

/** Who may see and do what, as people see it: their own access, and what admins give and take. */
let place: SigningIn
let admin: string
beforeAll(async () => {
  place = await openSigningIn(scenarioEstate(flows + signInEstate, ['inventory_on_hand']))
  const { world } = place.app
  const row = (quantity: string) => ({ location: 'FG1', item: 'A', quantity, unit: 'PCE', unit_cost: '10' })
  world.say('erp', 0, 'inventory_positions', [{ ...row('10'), currency: 'EUR' }])
  world.say('wms', 0, 'inventory_positions', [{ ...row('7'), currency: 'EUR' }])
  await world.complete(20)
  await world.run('inventory_on_hand', 20)
  admin = (await signInAs(place.app, 'root', ['admins'])).cookie
}, 120_000)
afterAll(() => place?.close())

const ask = <Body>(path: string) => openBrowser(place.app, admin).askJson<Body>(path)
const keysOf = async () => (await ask<{ tokens: TokenRow[] }>('/api/access/tokens?kind=key')).body.tokens
const whoSends = (token: string) =>
  place.app.ask('/v1/events', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents-batch+json' },
    body: '[]',
  })

describe('what somebody may not do is not offered', () => {
  test('a viewer sees cases and no act, by button or by key', async () => {
    const { page, context, faults } = await place.openAs('vera', ['viewers'], '/exceptions')
    await settle(page)
    await page.locator('tr.case').first().waitFor()
    await vi.waitUntil(async () => (await page.getByRole('button', { name: /^Signed in as/ }).count()) === 1)
    expect(await page.getByRole('checkbox', { name: /^Select/ }).count()).toBe(0)
    expect(await page.getByRole('button', { name: /Ownership rules/ }).count()).toBe(0)
    for (const key of ['j', 'x', 'a', 'r', 'p', 'u']) await page.keyboard.press(key)
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await page.locator('.pick-bar').count()).toBe(0)
    await page.keyboard.press('?')
    const help = page.getByRole('dialog')
    await help.getByText('Next case').waitFor()
    expect(await help.getByText('Assign', { exact: true }).count()).toBe(0)
    await page.keyboard.press('Escape')
    const { rows } = (await ask<ExceptionList>('/api/exceptions')).body
    await page.goto(`${place.url}/exceptions/${rows[0]?.number}`)
    await says(page, /You may look at cases, and not work them\./)
    expect(await page.getByRole('button', { name: /Assign|Comment|Resolve|That is it/ }).count()).toBe(0)
    for (const [path, act] of [
      ['/checks/inventory_on_hand', /Run now|Compare every key/],
      ['/alerts', /^Silence/],
      ['/quarantine', /Try|Discard$/],
      ['/replays', /Freeze/],
    ] as const) {
      await page.goto(place.url + path)
      await settle(page)
      expect(await page.getByRole('button', { name: act }).count(), path).toBe(0)
    }
    expect(faults).toEqual([])
    await context.close()
  })

  test('a worker works, under the name they signed in with, and is not asked for another', async () => {
    const { page, context } = await place.openAs('will', ['workers'], '/exceptions')
    await settle(page)
    await page.locator('tr.case').first().waitFor()
    await vi.waitUntil(async () => (await page.getByRole('button', { name: /^Signed in as/ }).count()) === 1)
    await page.keyboard.press('j')
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('as will by name').waitFor()
    expect(await dialog.getByLabel(/Your name/).count()).toBe(0)
    await dialog.getByRole('textbox').fill('Counted again')
    await dialog.getByRole('button', { name: /^Comment/ }).click()
    await dialog.waitFor({ state: 'detached' })
    const { rows } = (await ask<ExceptionList>('/api/exceptions')).body
    await page.goto(`${place.url}/exceptions/${rows[0]?.number}`)
    await page.locator('table.steps').getByText('will by name').waitFor()
    await page.goto(`${place.url}/checks/inventory_on_hand`)
    await settle(page)
    expect(await page.getByRole('button', { name: /Run now/ }).count()).toBe(0)
    await context.close()
  })
})

describe('my access', () => {
  test('it says what I may and where, and signs out elsewhere and here', async () => {
    const { page, context, cookie } = await place.openAs('hanna', ['hamburg'], '/')
    const other = await place.app.ask('/api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140.0' },
      body: JSON.stringify({ login: 'hanna', password: goodPassword }),
    })
    expect(other.status).toBe(200)
    const menu = page.getByRole('button', { name: /^Signed in as/ })
    await menu.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'My access' }).waitFor()
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['My access', 'Sign out'])
    await page.getByRole('menuitem', { name: 'My access' }).click()
    await page.waitForURL('**/access')
    await says(page, /You are hanna by name\.\s*You sign in as hanna\. In hamburg\./)
    await says(page, /Work cases, messages in quarantine and replays; keep views\s+Hamburg/)
    await page.getByRole('button', { name: 'Sign out of Firefox on Linux there' }).click()
    await vi.waitUntil(async () => place.app.access.sessions.of(personOf('hanna')).length === 1)
    await page.goto(`${place.url}/access/people`)
    await says(page, /This is for admins/)
    await page.getByRole('button', { name: /^Signed in as/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
    expect((await openBrowser(place.app, cookie).ask('/api/me')).status).toBe(401)
    await context.close()
  })

  test('a token for a script is made, shown once, and asks in my name', async () => {
    const { page, context } = await place.openAs('tom', ['workers'], '/access')
    await page.getByText('You have no tokens').waitFor()
    await page.getByRole('button', { name: 'Make a token' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('nightly report')
    await page.keyboard.press('Enter')
    const secret = await page
      .getByRole('textbox', { name: 'The secret of nightly report', exact: true })
      .inputValue()
    const answer = await place.app.askJson<{ name: string }>('/api/me', {
      headers: { authorization: `Bearer ${secret}` },
    })
    expect(answer.body.name).toBe('tom by name')
    await page.getByRole('button', { name: 'I have it' }).click()
    await page.getByRole('cell', { name: /^nightly report/ }).waitFor()
    expect(await page.content()).not.toContain(secret)
    await context.close()
  })
})

const personOf = (login: string) => {
  const person = place.app.access.people.findLogin(login)
  if (!person) throw new Error(`nobody is ${login}`)
  return person.id
}

describe('what admins do', () => {
  test('a key is made and seen once, rotated with a day of overlap, and revoked after a question', async () => {
    const { page, context, faults } = await place.open('/access/keys', laptop, admin)
    await page.getByText('No key has been made').waitFor()
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('WMS Hamburg')
    await page.getByLabel(/Requests a minute/).fill('600')
    await page.getByText('Of which plants and flows').click()
    await page.getByLabel('Hamburg').check()
    await page.getByRole('button', { name: /^Make a key/ }).click()
    const shown = page.getByRole('textbox', { name: 'The secret of WMS Hamburg', exact: true })
    const first = await shown.inputValue()
    expect(first).toMatch(/^plb_k_/)
    expect((await whoSends(first)).status).toBe(202)
    expect(await keysOf()).toMatchObject([
      { name: 'WMS Hamburg', per_minute: 600, reach: [{ plants: ['HAM'] }], made_by: 'root by name' },
    ])
    await page.getByRole('button', { name: 'I have it' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Rotate WMS Hamburg' }).click()
    await says(page, /The secret before counts for another day/)
    await page.keyboard.press('Enter')
    const second = await shown.inputValue()
    expect(second).not.toBe(first)
    expect([(await whoSends(first)).status, (await whoSends(second)).status]).toEqual([202, 202])
    await says(page, /the secret before, too, until/)
    await page.getByRole('button', { name: 'I have it' }).click()
    await page.getByRole('button', { name: 'Revoke WMS Hamburg' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave it' }).click()
    expect((await keysOf())[0]?.state).toBe('active')
    await page.getByRole('button', { name: 'Revoke WMS Hamburg' }).click()
    await page.keyboard.press('Enter')
    await page.getByText('Revoked', { exact: true }).waitFor()
    expect((await whoSends(second)).status).toBe(401)
    expect(faults).toEqual([])
    await context.close()
  })

  test('a wall is let in by an address that is shown once', async () => {
    const { page, context } = await place.open('/access/walls', laptop, admin)
    await page.getByRole('button', { name: 'Let a wall in' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Hall 2')
    await page.keyboard.press('Enter')
    const address = await page
      .getByRole('textbox', { name: 'The address of Hall 2', exact: true })
      .inputValue()
    expect(address).toMatch(new RegExp(`^${place.url}/wall\\?token=plb_d_`))
    const screen = await place.open(address.slice(place.url.length))
    await vi.waitUntil(() => screen.page.url() === `${place.url}/wall`)
    expect(screen.page.url(), 'the token is out of the address').not.toContain('token')
    await screen.context.close()
    await context.close()
  })

  test('somebody is invited by a link, moved, kept out and let in', async () => {
    const { page, context, faults } = await place.open('/access/people', laptop, admin)
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    await page.getByLabel('Name, as it stands').fill('Noa')
    await page.getByLabel('Signs in as').fill('noa')
    await page.getByLabel(/^viewers/).check()
    await page.keyboard.press('Enter')
    const link = await page.getByRole('textbox', { name: 'The link for Noa', exact: true }).inputValue()
    expect(link).toMatch(/\/sign-in#join=/)
    const theirs = await place.open(link.slice(place.url.length))
    await theirs.page.getByLabel('New password').fill(goodPassword)
    await theirs.page.keyboard.press('Enter')
    await theirs.page.waitForURL(`${place.url}/`)
    await page.getByRole('button', { name: 'I have it' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Groups of Noa' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^workers/).check()
    await dialog.getByRole('button', { name: /^Keep/ }).click()
    await vi.waitUntil(() => place.app.access.people.findLogin('noa')?.groups.join() === 'viewers,workers')
    await page.getByRole('button', { name: 'Keep out Noa' }).click()
    await says(page, /signed out everywhere at once/)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Let in Noa' }).waitFor()
    await theirs.page.goto(`${place.url}/flows`)
    expect(theirs.page.url()).toContain('/sign-in?to=')
    await page.getByRole('button', { name: 'Let in Noa' }).click()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Keep out Noa' }).waitFor()
    expect(faults).toEqual([])
    await theirs.context.close()
    await context.close()
  })

  test('a name that is taken is told with what mends it', async () => {
    const { page, context } = await place.open('/access/people', laptop, admin)
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    await page.getByLabel('Name, as it stands').fill('Another root')
    await page.getByLabel('Signs in as').fill('root')
    await page.keyboard.press('Enter')
    await says(page, /"root" is the name of somebody already\. Give them a new link in the list of people\./)
    await context.close()
  })

  test('the audit trail is filtered by its address, unfolds, and is verified in words', async () => {
    const { page, context, faults } = await place.open(
      '/access/audit?act=sign_in&outcome=done&actor=root+by+name',
      laptop,
      admin,
    )
    const entries = page.getByRole('region', { name: 'Entries, a table' })
    await entries.getByText('Chose a password by a link').first().waitFor()
    expect(await entries.locator('tbody tr').count()).toBe(1)
    await entries.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    await entries.getByText('Hash before').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await vi.waitUntil(async () => (await entries.locator('tbody tr').count()) > 1)
    expect(new URL(page.url()).search).toBe('')
    await page.getByLabel('Object or details').fill('/api/access/people')
    await page.waitForURL('**/access/audit?q=*')
    await page.getByRole('button', { name: 'Verify all of it' }).click()
    await says(page, /The trail is whole\.\s*\d+ entries in 1 chain, one for each start, verified/)
    expect(await page.getByRole('link', { name: 'Export' }).getAttribute('href')).toBe('/api/audit/export')
    expect(faults).toEqual([])
    await context.close()
  })
})

test.each(views)(
  'every page of it fits $width, $colorScheme, and keeps the rules of accessibility',
  async (view) => {
    const { page, context, faults, foreign } = await place.open('/access', view, admin)
    for (const part of ['', '/people', '/walls', '/keys', '/audit', '/subjects']) {
      await page.goto(`${place.url}/access${part}`)
      await settle(page)
      await page.getByRole('button', { name: /^Signed in as/ }).waitFor()
      const form = page.getByRole('button', { name: /^(Make a|Let a wall|Invite)/ })
      if ((await form.count()) > 0) await form.first().click()
      await keepPicture(page, `access${part.replace('/', '-')}-${nameOf(view)}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth), part).toBeLessThanOrEqual(
        view.width,
      )
      expect(await findViolations(page, { tags: ['wcag2a', 'wcag2aa', 'wcag21aa'] }), part).toEqual([])
    }
    await page.getByRole('button', { name: /^Signed in as/ }).click()
    await page.getByRole('menuitem', { name: 'Audit trail' }).waitFor()
    await keepPicture(page, `access-menu-${nameOf(view)}`)
    if (view.width === phone.width)
      expect((await page.getByRole('menuitem').first().boundingBox())?.height).toBeGreaterThanOrEqual(48)
    expect([faults, foreign]).toEqual([[], []])
    await context.close()
  },
)

import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExceptionGroups } from '../../server/api/schemas/exception-groups.ts'
import type { ExceptionDetail, ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { SavedViews } from '../../server/api/schemas/saved-views.ts'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, says } from '../support/browser.ts'
import { keepPicture } from '../support/gallery.ts'
import { type Product, startProduct } from '../support/product.ts'

/** The queue in a real browser, by nothing but its keys. */
let product: Product
let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  // a world that stands still, and long enough ago that no run judges it any more: what is counted here nobody else
  // changes
  const end = new Date(Date.now() - 10 * 60_000).toISOString()
  product = await startProduct({
    demoHours: 8,
    env: { PLUMBLINE_DEMO_END: end, PLUMBLINE_DEMO_FAULTS: '3' },
  })
  await product.waitForDemo()
  browser = await launchBrowser()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

const queue = (query = '') => product.get<ExceptionList>(`/api/exceptions?sleeping=no&limit=1000${query}`)
const caseOf = async (number: number) =>
  (await product.get<ExceptionDetail>(`/api/exceptions/${number}`)).exception

/** Somebody at a browser of their own; without a name they are asked for it. */
async function sitDown(path: string, name = ''): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  if (name) await context.addInitScript((text) => localStorage.setItem('plumbline-actor', text), name)
  const page = await context.newPage()
  await page.goto(product.url + path)
  await page.locator('tr.case, tr.group').first().waitFor()
  // the rows come first, then what is said of the whole list
  await page.locator('.summary').getByText('at risk').waitFor()
  return { page, context }
}
const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key)
}
const cursorOf = (page: Page) =>
  page.locator('tr.cursor').evaluate((row) => ({ id: row.id, top: row.getBoundingClientRect().top }))
const dialog = (page: Page) => page.getByRole('dialog')
const act = (number: number, version: number, given: object, actor: string) =>
  fetch(`${product.url}/api/exceptions/${number}/acts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-plumbline-actor': encodeURIComponent(actor) },
    body: JSON.stringify({ version, ...given }),
  })

test('one case is given to somebody, whose name is asked for at the first act', async () => {
  const { page, context } = await sitDown('/exceptions')
  await press(page, 'j', 'j', 'a')
  await dialog(page)
    .getByLabel(/Your name/)
    .waitFor()
  expect(await findViolations(page, { tags: [], within: '[role=dialog]' })).toEqual([])
  await page.keyboard.type('Anna Öz')
  await press(page, 'Tab')
  await page.keyboard.type('Ben')
  await press(page, 'Enter')
  await dialog(page).waitFor({ state: 'detached' })
  const number = Number((await cursorOf(page)).id.replace('case-', ''))
  expect(await caseOf(number)).toMatchObject({ assignee: 'Ben' })
  await page.locator('tr.cursor').getByText('Ben').waitFor()
  const { steps } = await product.get<ExceptionDetail>(`/api/exceptions/${number}`)
  expect(steps.at(-1)).toMatchObject({
    actor: 'Anna Öz',
    act: 'assign',
    changes: [{ what: 'assignee', from: '', to: 'Ben' }],
  })
  await context.close()
})

test('a selection is tried first, then acted on, and each is told; all that match are more than those on screen', async () => {
  const { page, context } = await sitDown('/exceptions?assignee=-', 'Anna')
  const before = await queue('&assignee=-')
  await press(page, 'j', 'x', 'j', 'j', 'Shift+X')
  await says(page, /3 selected/)
  // one of the three is taken by somebody else, after it was seen
  const taken = before.rows[1]
  const theirs = await act(taken?.number ?? 0, taken?.version ?? 0, { act: 'comment', text: 'mine' }, 'Ben')
  expect(theirs.status).toBe(200)
  await press(page, 's')
  await dialog(page).waitFor()
  await page.keyboard.type('the carrier comes tomorrow')
  await press(page, 'Enter')
  await says(page, /2 of 3 would be snoozed/)
  expect((await caseOf(before.rows[0]?.number ?? 0)).snoozed_until, 'a dry run does nothing').toBeNull()
  await press(page, 'Enter')
  await says(page, /2 snoozed, 1 not/)
  await says(page, /somebody acted on it since it was shown/)
  await press(page, 'Tab', 'Enter')
  await press(page, 'Enter')
  await says(page, /1 of 1 would be snoozed/)
  await press(page, 'Enter')
  await says(page, /1 snoozed\./)
  await press(page, 'Enter')
  await dialog(page).waitFor({ state: 'detached' })
  const asleep = await product.get<ExceptionList>('/api/exceptions?assignee=-&sleeping=yes')
  expect(asleep.rows.map((row) => row.number).sort()).toEqual(
    before.rows
      .slice(0, 3)
      .map((row) => row.number)
      .sort(),
  )
  // those three are told to be gone, and stay until they are let go; what the rows say is an answer of its own
  const snoozed = (count: number) =>
    page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('tr.case')].filter((row) => row.textContent?.includes('Snoozed'))
          .length === wanted,
      count,
    )
  await says(page, /3 shown no longer match/)
  await snoozed(3)
  await press(page, '.')
  await page.waitForFunction(() => !document.body.innerText.includes('no longer match'))
  await snoozed(0)
  await press(page, 'Escape', '*', '*')
  await says(page, /All \d+ that match/)
  const given = (await queue('&assignee=Ben')).rows[0]
  expect(given, 'the test before has given a case to Ben').toBeDefined()
  await press(page, 'c')
  await dialog(page).waitFor()
  await page.keyboard.type('to be counted')
  const go = dialog(page).getByRole('button', { name: /^Dry run on/ })
  const count = Number(/\d+/.exec(await go.innerText())?.[0])
  expect(count).toBeGreaterThan(3)
  await go.press('Enter')
  await says(page, new RegExp(`${count} of ${count} would be commented`))
  // one comes to match after it was tried, and is not acted on; nobody has seen it
  const freed = await act(given?.number ?? 0, given?.version ?? 0, { act: 'assign', assignee: '' }, 'Ben')
  expect(freed.status).toBe(200)
  await press(page, 'Enter')
  await says(page, new RegExp(`${count} commented\\.`))
  await press(page, 'Enter')
  expect((await caseOf(given?.number ?? 0)).comments).toBe(given?.comments)
  await context.close()
})

test('a case is worked to its end and back by keys: started, linked to its cause, resolved, reopened', async () => {
  const { page, context } = await sitDown('/exceptions?status=open&assignee=-', 'Anna')
  await press(page, 'j')
  const number = Number((await cursorOf(page)).id.replace('case-', ''))
  const row = page.locator(`#case-${number}`)
  const closed = () => dialog(page).waitFor({ state: 'detached' })
  await press(page, 'w')
  await dialog(page).waitFor()
  await press(page, 'Control+Enter')
  await closed()
  await row.getByText('In progress').waitFor()
  expect(await caseOf(number)).toMatchObject({ status: 'in_progress', assignee: 'Anna' })
  await press(page, 'l')
  await dialog(page).getByRole('option', { name: 'Wrong unit of measure' }).waitFor({ state: 'attached' })
  await page.keyboard.type('Wrong')
  await press(page, 'Tab', 'Enter')
  await closed()
  expect(await caseOf(number)).toMatchObject({ cause: 'wrong_unit' })
  await press(page, 'r')
  await dialog(page).getByLabel('What mended it').waitFor()
  await page.keyboard.type('booked by hand')
  await press(page, 'Enter')
  await closed()
  await row.getByText('Resolved').waitFor()
  expect(await caseOf(number)).toMatchObject({ status: 'resolved', resolution: 'booked by hand' })
  // the same key is the way back
  await press(page, 'r')
  await dialog(page).getByLabel('Why it is not done').waitFor()
  await page.keyboard.type('it was the other item')
  await press(page, 'Enter')
  await closed()
  await row.getByText('In progress').waitFor()
  expect(await caseOf(number)).toMatchObject({ status: 'in_progress', resolution: '', reopens: 1 })
  await context.close()
})

test('of two who act on one case the second is told who did what, and goes on if they like', async () => {
  const anna = await sitDown('/exceptions?assignee=-&sleeping=all', 'Anna')
  const ben = await sitDown('/exceptions?assignee=-&sleeping=all', 'Ben')
  await press(anna.page, 'j', 'a')
  await dialog(anna.page).waitFor()
  await press(ben.page, 'j', 'a')
  await dialog(ben.page).waitFor()
  await press(ben.page, 'Enter')
  await dialog(ben.page).waitFor({ state: 'detached' })
  await press(anna.page, 'Enter')
  await says(anna.page, /Somebody was there first/)
  await says(anna.page, /assign by Ben/)
  const number = Number((await cursorOf(anna.page)).id.replace('case-', ''))
  expect((await caseOf(number)).assignee).toBe('Ben')
  await press(anna.page, 'Enter')
  await dialog(anna.page)
    .getByLabel(/Who works on it/)
    .waitFor()
  await press(anna.page, 'Enter')
  await dialog(anna.page).waitFor({ state: 'detached' })
  expect(await caseOf(number)).toMatchObject({ assignee: 'Anna', version: (await caseOf(number)).version })
  await anna.context.close()
  await ben.context.close()
})

test('what others do never moves the row under the cursor', async () => {
  const { page, context } = await sitDown('/exceptions?status=open', 'Anna')
  const { rows } = await queue('&status=open')
  await press(page, 'j', 'j', 'j')
  const before = await cursorOf(page)
  const first = rows[0]
  const answer = await act(
    first?.number ?? 0,
    first?.version ?? 0,
    { act: 'resolve', reason: 'booked by hand' },
    'Ben',
  )
  expect(answer.status).toBe(200)
  await page.locator(`#case-${first?.number}`).getByText('Resolved').waitFor()
  await says(page, /1 shown no longer match/)
  const after = await cursorOf(page)
  expect(after).toEqual(before)
  const places = await page.locator('tr.case').evaluateAll((all) => all.slice(0, 4).map((row) => row.id))
  expect(places).toEqual(rows.slice(0, 4).map((row) => `case-${row.number}`))
  await context.close()
})

test('a second person accepts; the one who asked can’t', async () => {
  const anna = await sitDown('/exceptions?status=open', 'Anna')
  await press(anna.page, 'j', 'j', 'e')
  await dialog(anna.page).waitFor()
  await anna.page.keyboard.type('sample goods')
  await press(anna.page, 'Enter')
  await dialog(anna.page).waitFor({ state: 'detached' })
  const number = Number((await cursorOf(anna.page)).id.replace('case-', ''))
  const ben = await sitDown('/exceptions', 'Ben')
  await press(ben.page, '6')
  await ben.page.waitForFunction(
    (id) => [...document.querySelectorAll('tr.case')].map((row) => row.id).join() === id,
    `case-${number}`,
  )
  await press(ben.page, 'j', 'e')
  await dialog(ben.page).getByText('Accept').first().waitFor()
  await dialog(ben.page)
    .getByRole('button', { name: /^Accept/ })
    .press('Enter')
  await dialog(ben.page).waitFor({ state: 'detached' })
  expect(await caseOf(number)).toMatchObject({ status: 'accepted', accepted_by: 'Ben' })
  await anna.context.close()
  await ben.context.close()
})

test('a list is kept under a name at an address that stays, and another sees it only when it is shared', async () => {
  const { page, context } = await sitDown('/exceptions?severity=high', 'Anna')
  await press(page, 'v')
  await dialog(page).waitFor()
  await page.keyboard.type('High ones, früh')
  await press(page, 'Tab', 'Space', 'Enter')
  await page.waitForURL(/view=high-ones-fruh/)
  expect(page.url()).toContain('severity=high')
  const { page: other, context: context2 } = await sitDown('/exceptions?view=high-ones-fruh', 'Ben')
  await other.waitForURL(/severity=high/)
  await other.getByRole('button', { name: 'High ones, früh' }).waitFor()
  const seen = await fetch(`${product.url}/api/views`, { headers: { 'x-plumbline-actor': 'Ben' } })
  expect(((await seen.json()) as SavedViews).views).toMatchObject([
    { slug: 'high-ones-fruh', owner: 'Anna', shared: true, query: 'severity=high', is_start: false },
  ])
  const foreign = await fetch(`${product.url}/api/views/high-ones-fruh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-plumbline-actor': 'Ben' },
    body: JSON.stringify({ deleted: true }),
  })
  expect(foreign.status).toBe(403)
  await context.close()
  await context2.close()
})

test('by cause: a parent sums up its children, opens over them, and what is done to it is done to them', async () => {
  const { groups } = await product.get<ExceptionGroups>('/api/exceptions/groups?sleeping=no')
  const { rows, total, amount_total } = await queue()
  expect(groups.reduce((sum, group) => sum + group.cases, 0)).toBe(total)
  const counted = groups.filter((group) => !group.is_repeated)
  expect(counted.reduce((sum, group) => sum + Number(group.amount), 0)).toBeCloseTo(Number(amount_total), 3)
  const most = groups[0]
  expect(rows.length).toBeGreaterThan(most?.cases ?? 0)
  const { page, context } = await sitDown('/exceptions', 'Anna')
  await press(page, 'b')
  await page.locator('tr.group').first().waitFor()
  await press(page, 'j', 'Enter')
  await page.locator('tr.case').first().waitFor()
  await keepPicture(page, '03-exception-queue')
  await press(page, 'c')
  await dialog(page).waitFor()
  await page.keyboard.type('known, @Ben looks into it')
  await press(page, 'Control+Enter')
  await says(page, new RegExp(`${most?.cases} of ${most?.cases} would be commented`))
  await press(page, 'Enter')
  await says(page, new RegExp(`${most?.cases} commented\\.`))
  await press(page, 'Enter')
  const children = await product.get<ExceptionList>(
    `/api/exceptions?limit=500&sleeping=no&root=${encodeURIComponent(most?.root ?? '')}`,
  )
  expect(children.rows.every((row) => row.comments > 0)).toBe(true)
  await context.close()
})

test('G and a letter go to pages, ? shows every key, / searches', async () => {
  const { page, context } = await sitDown('/exceptions', 'Anna')
  await press(page, '?')
  await dialog(page).getByText('Go to flows').waitFor()
  await press(page, 'Escape')
  await dialog(page).waitFor({ state: 'detached' })
  await press(page, '/')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox')
  await press(page, 'Escape', 'g', 'f')
  await page.waitForURL(/\/flows/)
  await press(page, 'g', 'e')
  await page.waitForURL(/\/exceptions/)
  await context.close()
})

test('a case on a phone is acted on, says how its clocks stand, and nothing of it is inaccessible', async () => {
  const { rows } = await queue('&status=open')
  const wanted = rows[0]
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    reducedMotion: 'reduce',
    hasTouch: true,
  })
  await context.addInitScript(() => localStorage.setItem('plumbline-actor', 'Anna'))
  const page = await context.newPage()
  await page.goto(`${product.url}/exceptions/${wanted?.number}`)
  await page.getByRole('button', { name: /^Acknowledge/ }).tap()
  await dialog(page)
    .getByRole('button', { name: /^Acknowledge/ })
    .tap()
  await dialog(page).waitFor({ state: 'detached' })
  await says(page, /Acknowledged/)
  await says(page, /Clocks/)
  const detail = await product.get<ExceptionDetail>(`/api/exceptions/${wanted?.number}`)
  expect(detail.exception).toMatchObject({ status: 'acknowledged' })
  expect(detail.clocks.acknowledge.stopped_at).not.toBeNull()
  await keepPicture(page, '09-phone-exception')
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }))
  expect(scroll).toBeLessThanOrEqual(client)
  expect(await findViolations(page)).toEqual([])
  await context.close()
})

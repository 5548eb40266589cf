import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertList } from '../../server/api/schemas/alerts.ts'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { WorkDetail, WorkList } from '../../server/api/schemas/quarantine-work.ts'
import type { ReplayDetail } from '../../server/api/schemas/replays.ts'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** What was refused is corrected, and what was lost is asked for again, on the demo with its own hub. */
let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  product = await visitDemo()
  browser = await launchBrowser()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

const openPage = async (
  path: string,
  width = 1440,
  height = 900,
  colorScheme: 'light' | 'dark' = 'light',
) => {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(product.url + path)
  return { page, context }
}

test('a message is corrected: tried, sent, and accepted once it is in the store', async () => {
  const { rows } = await product.get<WorkList>('/api/quarantine/messages?code=time.future')
  const [row] = rows
  if (!row) throw new Error('the demo has a message that is stamped in the future')
  const { page, context } = await openPage('/quarantine?code=time.future')
  await page.getByRole('link', { name: row.message_id }).click()
  const text = page.getByLabel('What is sent')
  const before = await text.inputValue()
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('Reason, kept with it').fill('the scanner was a year ahead')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText('The front door would refuse it again.').waitFor()
  expect(await page.getByRole('button', { name: 'Send it' }).isDisabled()).toBe(true)
  await text.fill(before.replace(/"time": "\d{4}/, `"time": "${new Date().getUTCFullYear()}`))
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText('The front door would let it in.').waitFor()
  await page.getByRole('button', { name: 'Send it' }).click()
  await page.getByRole('heading', { name: 'Accepted.' }).waitFor({ timeout: 30_000 })
  await page.getByText('What was changed').click()
  await page.getByText(/^\+ {2}"time"/).waitFor()
  const detail = await product.get<WorkDetail>(`/api/quarantine/${row.id}`)
  expect(detail.attempts).toMatchObject([{ actor: 'Ada', act: 'corrected', outcome: 'accepted' }])
  await context.close()
}, 60_000)

/** An alert about cases, and one of them whose message the demo's hub lost: a goods issue that the ERP never posted. */
async function findLostCase() {
  for (let tries = 0; tries < 90; tries++) {
    const { rows } = await product.get<AlertList>('/api/alerts?status=active')
    for (const alert of rows) {
      const [path, query] = alert.path.split('?')
      if (path !== '/exceptions' || !query || query.includes('order_lines')) continue
      const cases = await product.get<ExceptionList>(`/api/exceptions?${query}&cause=lost_message&limit=1`)
      if (cases.rows[0]) return { alert, case: cases.rows[0] }
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000))
  }
  throw new Error('no alert of the demo leads to a lost message')
}

test('on a phone: from the link of an alert to its case, and to a replay that is verified', async () => {
  const lost = await findLostCase()
  const { page, context } = await openPage(`/alerts/${lost.alert.fingerprint}`, 390, 844, 'dark')
  await page.getByRole('link', { name: 'Look at it' }).click()
  await page.waitForURL(/\/exceptions\?/)
  // of all it leads to, what a lost message explains
  await page.goto(`${page.url()}&cause=lost_message`)
  await page.locator(`a[href^="/exceptions/${lost.case.number}"]`).first().click()
  const prepare = page.getByRole('button', { name: 'Prepare a replay' })
  await prepare.waitFor()
  await page.getByLabel('Your name').last().fill('Ada')
  await page.getByLabel('Why it is sent again').fill('the hub dropped it')
  await prepare.click()
  await page.waitForURL(/\/replays\/\d+$/)
  const send = page.getByRole('button', { name: 'Send 1' })
  await send.waitFor()
  expect((await send.boundingBox())?.height).toBeGreaterThanOrEqual(48)
  await send.click()
  await page.getByRole('cell', { name: 'Verified' }).waitFor({ timeout: 120_000 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await context.close()
}, 330_000)

test('what was lost is asked for again by the demo’s hub, and verified when it has come', async () => {
  const { page, context } = await openPage('/replays?cause=lost_message')
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('Why it is sent again').fill('the hub dropped them')
  await page.getByRole('button', { name: 'Freeze and try' }).click()
  await page.waitForURL(/\/replays\/\d+$/)
  const number = new URL(page.url()).pathname.split('/').at(-1)
  const read = () => product.get<ReplayDetail>(`/api/replays/${number}`)
  const frozen = await read()
  expect(frozen.counts.waiting).toBe(frozen.counts.to_send)
  if (frozen.state === 'approval') {
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByText(/Ada made it; expected another person/).waitFor()
    await page.getByLabel('Your name').fill('Ben')
    await page.getByRole('button', { name: 'Approve' }).click()
  }
  await page.getByRole('button', { name: /^Send \d/ }).click()
  let detail = await read()
  for (let tries = 0; tries < 450 && detail.counts.verified === 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    detail = await read()
  }
  expect(detail.counts.verified).toBeGreaterThan(0)
  await page.getByRole('cell', { name: 'Verified' }).first().waitFor()
  await context.close()
}, 150_000)

test('the pages fit a phone and keep the rules of accessibility, in both themes', async () => {
  const { rows } = await product.get<WorkList>('/api/quarantine/messages?state=all')
  for (const path of ['/quarantine', `/quarantine/${rows[0]?.id}`, '/replays', '/replays/1']) {
    const { page, context } = await openPage(path, 1440, 900, 'light')
    await page.locator('main h1, .page-title, main h2').first().waitFor()
    await settle(page)
    for (const [width, height, colorScheme] of [
      [1440, 900, 'light'],
      [1440, 900, 'dark'],
      [390, 844, 'dark'],
      [390, 844, 'light'],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height })
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width)
      const found = await findViolations(page, { tags: ['wcag2a', 'wcag2aa', 'wcag21aa'] })
      expect(found, `${path} ${width} ${colorScheme}`).toEqual([])
    }
    await context.close()
  }
}, 120_000)

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TraceList } from '../../server/api/schemas/traces.ts'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** The dependencies on the demo: numbers, weeks and edges of the map lead to the calls behind them. */
let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
let page: Page
beforeAll(async () => {
  product = await visitDemo()
  browser = await launchBrowser()
  page = await (
    await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  ).newPage()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

test('the flow leads to its dependencies, a number to its traces, and those keep the scope', async () => {
  await page.goto(`${product.url}/flows/order_to_cash?plant=HAM`)
  await page.getByRole('link', { name: 'Against what was agreed →' }).click()
  await page.waitForURL(/\/dependencies\?.*flow=order_to_cash/)
  expect(new URL(page.url()).searchParams.get('plant')).toBe('HAM')
  await page.getByRole('link', { name: 'Carrier booking API', exact: true }).first().click()
  await page.waitForURL(/\/dependencies\/carrier/)
  await page.getByRole('heading', { name: /^Carrier booking API/ }).waitFor()
  await page.getByRole('img', { name: /p95 .* agreed 95/ }).waitFor()

  const answered = page.waitForResponse((response) => response.url().includes('/api/traces?'))
  await page.getByRole('link', { name: /^Calls/ }).click()
  const { rows } = (await (await answered).json()) as TraceList
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.every((row) => row.plant === 'HAM' && row.services.includes('wms_ham'))).toBe(true)
  await page.locator(`a[href="/traces/${rows[0]?.trace_id}"]`).waitFor()
})

test('a range dragged over a chart, or a week, becomes the range of the page; a comparison stays in the address', async () => {
  await page.goto(`${product.url}/dependencies/carrier`)
  const chart = page.getByRole('img', { name: /p95 .* agreed 95/ })
  await chart.locator('svg').waitFor()
  const box = await chart.boundingBox()
  if (!box) throw new Error('the chart is not drawn')
  const at = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.5, at)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.8, at, { steps: 4 })
  await page.mouse.up()
  await page.waitForURL(/from=.*to=/)
  const { searchParams } = new URL(page.url())
  const hours =
    (Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')) / 3.6e6
  expect(hours).toBeGreaterThan(5)
  expect(hours).toBeLessThan(10)

  await page.getByRole('button', { name: /Compared with/ }).click()
  await page.getByRole('option', { name: 'Same hours last week' }).click()
  await page.waitForURL(/compare=week/)
  await page.getByRole('link', { name: 'Dependencies All' }).click()
  await page.waitForURL(/\/dependencies\?.*compare=week/)
  await page
    .getByRole('region', { name: 'Adherence by dependency and week' })
    .getByRole('link', { name: /^Carrier booking API, / })
    .last()
    .click()
  await page.waitForURL(/\/dependencies\/carrier\?.*from=/)
  await page.getByRole('heading', { name: /^Carrier booking API/ }).waitFor()
})

test('an edge of the service map leads to its traces, by the drawing and by the list', async () => {
  await page.goto(`${product.url}/dependencies`)
  const drawing = page.getByRole('region', { name: 'Services and the calls between them' })
  await drawing.getByRole('link', { name: /^Integration hub to ERP P01 API: / }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/traces\?.*service=hub&callee=erp/)
  await page.locator('main a[href^="/traces/"]').first().waitFor()
  await page.goBack()
  await page
    .getByRole('region', { name: 'Calls between services' })
    .getByRole('link', { name: 'wms_ham → carrier' })
    .click()
  await page.waitForURL(/\/traces\?.*service=wms_ham&callee=carrier/)
  await page.locator('main a[href^="/traces/"]').first().waitFor()
})

test.each(['/dependencies', '/dependencies/carrier'])('%s fits a phone and is accessible', async (path) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  })
  const phone = await context.newPage()
  await phone.goto(product.url + path)
  await phone.getByText('Adherence by week').first().waitFor()
  await settle(phone)
  const [scroll, client] = await phone.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  expect(scroll).toBe(client)
  expect(await findViolations(phone)).toEqual([])
  await context.close()
})

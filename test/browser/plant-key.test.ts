import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import { launchBrowser } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
let page: Page
beforeAll(async () => {
  product = await visitDemo()
  browser = await launchBrowser()
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

test('the overview leads to a plant, whose hours and shifts hold all of its orders', async () => {
  await page.goto(product.url)
  await page.getByRole('link', { name: 'Hamburg', exact: true }).click()
  await page.waitForURL(/\/plants\/HAM$/)
  await page.getByText('Lot gaps').waitFor()
  await page.getByRole('button', { name: 'By hour' }).click()
  await page.getByRole('region', { name: 'Hours' }).waitFor()
  await page.getByRole('button', { name: 'By shift' }).click()
  await page.getByRole('region', { name: 'Shifts' }).waitFor()

  const plant = await product.get<PlantView>('/api/plants/HAM?hours=24')
  const sum = (periods: { orders: number }[]) => periods.reduce((all, period) => all + period.orders, 0)
  expect(plant.matrix.rows[0]?.orders).toBeGreaterThan(0)
  expect([sum(plant.hours), sum(plant.shifts)]).toEqual([
    plant.matrix.rows[0]?.orders,
    plant.matrix.rows[0]?.orders,
  ])
})

test('a search leads to the story of an order, and that to its case and its trace', async () => {
  const { rows } = await product.get<ExceptionList>('/api/exceptions?limit=50')
  const row = rows.find(({ order_no }) => order_no !== '')
  if (!row) throw new Error('no open case is about an order')
  await page.goto(product.url)
  await page.getByRole('combobox', { name: /Search/ }).fill(row.order_no)
  await page
    .getByRole('option')
    .filter({ hasText: /^(Key|Order)/ })
    .first()
    .click()
  await page.waitForURL((url) => url.pathname === `/keys/${encodeURIComponent(row.order_no)}`)
  await page.getByRole('region', { name: 'States' }).waitFor()
  await page.locator(`a[href="/exceptions/${row.number}"]`).first().waitFor()
  const trace = page.locator('main a[href^="/traces/"]').first()
  const href = await trace.getAttribute('href')
  await trace.click()
  await page.waitForURL((url) => url.pathname === href)
  await page.goBack()
  await page.locator(`a[href="/exceptions/${row.number}"]`).first().click()
  await page.waitForURL(new RegExp(`/exceptions/${row.number}$`))
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MasterVersions, Propagation } from '../../server/api/schemas/propagation.ts'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** The propagation page on the demo: from a number to its versions, to one master, and to the source of who is late. */
let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
let late: MasterVersions['rows'][number]
beforeAll(async () => {
  product = await visitDemo()
  const list = await product.get<MasterVersions>('/api/propagation/versions?state=late')
  const missed = list.rows.find((row) => row.is_missed)
  if (!missed) throw new Error('the demo has no version in effect that a consumer has not taken over')
  late = missed
  browser = await launchBrowser()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

test('a number leads to the versions behind it, to the master, and to the source of who is late', async () => {
  const matrix = await product.get<Propagation>('/api/propagation')
  expect(matrix.total.rejected).toBeGreaterThan(0)
  expect(matrix.total.accepted).toBeGreaterThan(matrix.total.late)
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(`${product.url}/propagation`)
  await page
    .locator(`a.mx[href*="master=${late.master}"][href*="role=${late.role}"][href*="site=${late.plant}"]`)
    .click()
  const behind = page.getByRole('region', { name: 'Versions behind the number' })
  await behind.getByRole('button', { name: 'Late', exact: true }).click()
  await behind.getByRole('link', { name: late.key, exact: true }).first().waitFor()
  expect(new URL(page.url()).searchParams.get('state')).toBe('late')

  await page.reload()
  await behind.getByRole('link', { name: late.key, exact: true }).first().click()
  await page.waitForURL(`**/propagation/${late.master}/**`)
  const row = page.getByRole('row', { name: /Late in effect/ }).filter({ hasText: late.record_event })
  await row
    .getByRole('link', { name: /^Source of/ })
    .first()
    .click()
  await page.waitForURL(/\/sources#source-/)
  await page.locator(`#source-${late.consumer}-${late.plant}.chosen`).waitFor()
  await context.close()
})

test.each(['/propagation', '/propagation?state=missed', 'one master'])(
  '%s fits a phone and is accessible',
  async (name) => {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    const one = `/propagation/${late.master}/${encodeURIComponent(late.key)}?plant=${late.plant}`
    await page.goto(`${product.url}${name === 'one master' ? one : name}`)
    await page.getByRole('heading', { name: /Consumers|Versions and who holds them/ }).waitFor()
    await settle(page)
    const [scroll, client] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ])
    expect(scroll).toBe(client)
    expect(await findViolations(page)).toEqual([])
    await context.close()
  },
)

import AxeBuilder from '@axe-core/playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Quality, QualityMessages } from '../../server/api/schemas/quality.ts'
import { launchBrowser } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** The data-quality page on the demo: every number leads to what it counts, and the address says which. */
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

test('a number leads to the messages behind it, by mouse, by key and by address', async () => {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(`${product.url}/quality`)
  const quality = await product.get<Quality>('/api/quality')
  const row = quality.rows.find((one) =>
    one.cells.some((cell) => cell.measure === 'completeness' && cell.wrong > 0),
  )
  const cell = row?.cells.find((one) => one.measure === 'completeness' && one.wrong > 0)
  if (!row || !cell) throw new Error('the demo has a hand-off that waits')

  // the demo goes on meanwhile: the list is the page's own answer to the number clicked
  const answered = page.waitForResponse((response) => /quality\/messages.*stage=/.test(response.url()))
  await page
    .getByRole('link', { name: new RegExp(`^${row.name}, .*`) })
    .and(page.locator(`[href*="site=${cell.plant}"]`))
    .first()
    .click()
  const list = (await (await answered).json()) as QualityMessages
  expect(list.total).toBeGreaterThan(0)
  const behind = page.getByRole('region', { name: 'Messages behind the number' })
  await behind
    .getByText(list.rows[0]?.key ?? '')
    .first()
    .waitFor()
  expect(new URL(page.url()).searchParams.get('stage')).toBe(row.stage)

  await page.reload()
  await behind
    .getByText(list.rows[0]?.key ?? '')
    .first()
    .waitFor()
  await page.keyboard.press('Escape')
  await behind.getByText('all of the scope').waitFor()
  await page.keyboard.press('5')
  await behind.getByText('Keys that differ').waitFor()
  await behind
    .getByRole('link', { name: /^EX-\d+$/ })
    .first()
    .click()
  await page.waitForURL(/\/exceptions\/\d+/)
  await context.close()
})

test.each(['timeliness', 'conformity', 'duplication', 'reconciliation'])(
  '%s fits a phone and is accessible',
  async (measure) => {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    await page.goto(`${product.url}/quality?measure=${measure}`)
    await page
      .getByText(/by (stage|check) and plant/)
      .first()
      .waitFor()
    await page.waitForLoadState('networkidle').catch(() => undefined)
    const [scroll, client] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ])
    expect(scroll).toBe(client)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
    expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([])
    await context.close()
  },
)

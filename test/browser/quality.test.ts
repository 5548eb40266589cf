import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAnomalies } from '../../reconcilers/anomalies.ts'
import { listPastHours } from '../../reconcilers/anomaly-past.ts'
import type { Quality, QualityMessages } from '../../server/api/schemas/quality.ts'
import { handoffRows } from '../../server/core/handoffs.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import { findViolations } from '../support/accessibility.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'
import { loadSegment } from '../support/quality.ts'

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
      .getByText(/by (stage|stage, check) and plant/)
      .first()
      .waitFor()
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

describe('what is far from usual', () => {
  const hourMs = 3_600_000
  // four hours ago: complete by now, and of the range the page opens with
  const odd = Math.floor(Date.now() / hourMs - 4) * hourMs
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-page-'))
  let app: TestApp
  let server: ReturnType<typeof serve>
  beforeAll(async () => {
    app = await openApp()
    server = serve({ fetch: (request) => app.fetch(request), hostname: '127.0.0.1', port: 0 })
    const { store, estate } = app.world
    await writeHandoffs(store, handoffRows(estate, new Date()))
    // thirty orders in the same hour of past weeks; this time twenty of them came two hours late
    const past = listPastHours(new Date(odd), 'Europe/Berlin').weeks.slice(0, 4)
    const lines = [odd, ...past.map((seconds) => seconds * 1000)].flatMap((hour, week) =>
      Array.from({ length: 30 }, (_, index) => {
        const occurred_at = new Date(hour + index * 60_000)
        return {
          source: 'crm',
          plant: 'HAM',
          flow: 'order_to_cash',
          stage: 'ordered',
          key: `K${week}-${index}`,
          event_id: `c${week}-${index}`,
          occurred_at,
          received_at: week === 0 && index < 20 ? new Date(occurred_at.getTime() + 2 * hourMs) : occurred_at,
        }
      }),
    )
    const now = new Date()
    const watermarks = ['erp', 'crm', 'wms'].map((source) => ({
      kind: 'watermark',
      source,
      plant: 'HAM',
      occurred_at: now,
    }))
    await loadSegment(store, folder, 'weeks', [...lines, ...watermarks])
    await createAnomalies(estate, store).judge(now)
  }, 240_000)
  afterAll(async () => {
    server?.close()
    await app?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is found in what came, stands on the page, and leads to its messages', async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/quality`)
    const row = page.getByRole('region', { name: 'Anomalies' }).getByRole('row').nth(1)
    await row.getByText('Late', { exact: true }).waitFor()
    const cells = (await row.getByRole('cell').allTextContents()).map((text) => text.replace(/\s/g, ' '))
    expect(cells).toEqual(
      // the first week is where the place begins, and tells nothing
      expect.arrayContaining([
        'Late',
        'Hamburg',
        'Ordered',
        'all',
        '66.7 %',
        'the same hour of 3 past weeks',
      ]),
    )
    await row.getByRole('link', { name: 'Messages' }).click()
    const behind = page.getByRole('region', { name: 'Messages behind the number' })
    await behind.getByText('K0-19', { exact: true }).first().waitFor()
    await behind
      .getByText(/came 2 h 00 after it happened/)
      .first()
      .waitFor()
    await context.close()
  })
})

import { readFileSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExceptionDetail, ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { RunList } from '../../server/api/schemas/runs.ts'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, says, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** The pages in a real browser on the demo, as people see them: laptop and phone, light and dark. */
let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
let list: ExceptionList
beforeAll(async () => {
  product = await visitDemo()
  browser = await launchBrowser()
  list = await product.get<ExceptionList>('/api/exceptions?limit=50')
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

type View = { width: number; height: number; colorScheme: 'light' | 'dark' }
const laptop: View = { width: 1440, height: 900, colorScheme: 'light' }
const phone: View = { width: 390, height: 844, colorScheme: 'dark' }

async function openPage(
  path: string,
  view: View,
): Promise<{ page: Page; context: BrowserContext; foreign: string[]; faults: string[] }> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const foreign: string[] = []
  const faults: string[] = []
  page.on('request', (request) => {
    if (
      !request.url().startsWith(product.url) &&
      !request.url().startsWith('data:') &&
      !request.url().startsWith('blob:')
    )
      foreign.push(request.url())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.goto(product.url + path)
  return { page, context, foreign, faults }
}

const pages: [name: string, path: () => string, shows: () => RegExp][] = [
  ['overview', () => '/', () => /Plant × flow/],
  ['exceptions', () => '/exceptions', () => new RegExp(list.rows[0]?.key ?? '')],
  ['one exception', () => `/exceptions/${list.rows[0]?.number}`, () => /What each system saw|systems? saw/i],
  ['flows', () => '/flows', () => /Order to cash/],
  ['one flow', () => '/flows/order_to_cash', () => /Hand-off latency/],
  ['traces', () => '/traces', () => /Traces/],
  ['reconciliation', () => '/reconciliation', () => /Inventory on hand/],
  ['one check', () => '/checks/inventory_on_hand', () => /By plant/],
  ['sources', () => '/sources', () => /WMS HAM/],
  ['health', () => '/health', () => /What it needs/],
  ['one plant', () => '/plants/HAM', () => /Lot gaps/],
  [
    'one key',
    () => `/keys/${list.rows.find((row) => row.order_no !== '')?.order_no}`,
    () => /Variances and cases/,
  ],
  ['the wall', () => '/wall', () => /Inventory variance/],
  ['data quality', () => '/quality', () => /Completeness by stage and plant/],
]

describe.each([
  ['laptop, light', laptop],
  ['phone, dark', phone],
] as const)('%s', (_name, view) => {
  test.each(pages)(
    '%s shows its facts, fits, asks nobody else, and is accessible',
    async (_page, path, shows) => {
      const { page, context, foreign, faults } = await openPage(path(), view)
      await says(page, new RegExp(shows(), 'i'), 20_000)
      await settle(page)
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }))
      expect(scroll, 'the page itself never scrolls sideways').toBeLessThanOrEqual(client)
      expect(await findViolations(page)).toEqual([])
      expect(foreign).toEqual([])
      expect(faults).toEqual([])
      await context.close()
    },
  )
})

test('the queue is worked by keyboard: move, open, back; filters live in the address', async () => {
  const { page, context } = await openPage('/exceptions', laptop)
  await page
    .getByText(list.rows[0]?.key ?? '')
    .first()
    .waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/exceptions\/\d+/)
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/exceptions(\?|$)/)
  const plant = list.rows[0]?.plant ?? ''
  await page.goto(`${product.url}/exceptions?plant=${plant}`)
  const expected = await product.get<ExceptionList>(`/api/exceptions?plant=${plant}`)
  await says(page, new RegExp(String(expected.total)), 30_000)
  await context.close()
})

test('a page that came without its answers asks for them itself', async () => {
  const { page, context } = await openPage('/sources', laptop)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.route('**/exceptions', async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replaceAll(/<script type="application\/json"[\s\S]*?<\/script>/g, '')
    await route.fulfill({ response, body })
  })
  await page.goto(`${product.url}/exceptions`)
  await page
    .getByText(list.rows[0]?.key ?? '')
    .first()
    .waitFor()
  expect(asked).toEqual(expect.arrayContaining(['/api/estate', '/api/exceptions']))
  await context.close()
})

test.each([
  ['/', '/api/overview'],
  ['/exceptions', '/api/exceptions/standing'],
])('%s stays where it is while what came with it is asked for again', async (path, asked) => {
  const { page, context } = await openPage(path, laptop)
  await settle(page)
  await page.evaluate(() => {
    document.body.dataset.taken = '0'
    const count = (records: MutationRecord[]) => {
      const removed = records.flatMap(({ removedNodes }) => [...removedNodes])
      const taken = removed.filter((node) => node.nodeName === 'MAIN').length
      document.body.dataset.taken = String(Number(document.body.dataset.taken) + taken)
    }
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true })
  })
  await page.waitForResponse((response) => response.url().includes(asked), { timeout: 60_000 })
  // where nothing has changed meanwhile nothing is drawn again
  await settle(page)
  expect(await page.evaluate(() => document.body.dataset.taken)).toBe('0')
  await context.close()
})

test('a number leads to what it counts: overview → queue → case → trace', async () => {
  const { page, context } = await openPage('/', laptop)
  await page.getByRole('link', { name: /^Open exceptions/ }).click()
  await page.waitForURL(/\/exceptions/)
  const withTrace = await findCaseWithTrace()
  await page.goto(`${product.url}/exceptions/${withTrace}`)
  await page
    .getByRole('link', { name: /open trace/i })
    .first()
    .click()
  await page.waitForURL(/\/traces\/[0-9a-f]{32}/)
  await page.getByText(/spans/).first().waitFor()
  await context.close()
})

async function findCaseWithTrace(): Promise<number> {
  for (const row of list.rows) {
    const detail = await product.get<{ trace_id: string | null }>(`/api/exceptions/${row.number}`)
    if (detail.trace_id) return row.number
  }
  throw new Error('no open case has a trace')
}

test('what changes shows by itself: newer runs appear without a reload', async () => {
  const { page, context } = await openPage('/reconciliation', laptop)
  await page.getByText('Inventory on hand').first().waitFor()
  const shown = () =>
    page.locator('a[href^="/runs/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  await page.locator('a[href^="/runs/"]').first().waitFor()
  const before = JSON.stringify(await shown())
  for (let tries = 0; tries < 120 && JSON.stringify(await shown()) === before; tries++)
    await page.waitForTimeout(300)
  expect(JSON.stringify(await shown()), 'newer runs took the place of the old, without a reload').not.toBe(
    before,
  )
  await context.close()
})

test('a check leads to its runs, and a run is judged again from its page: the same hash, to the last digit', async () => {
  const { page, context, faults } = await openPage('/reconciliation', laptop)
  await page.getByRole('link', { name: 'Inventory on hand' }).first().click()
  await page.waitForURL(/\/checks\/inventory_on_hand/)
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  const { rows } = await product.get<RunList>('/api/runs?check=inventory_on_hand&outcome=ok&limit=500')
  const past = rows.find((run) => run.variances > 0 && run.kind !== 'as_of')?.run
  await page.goto(`${product.url}/runs/${past}`)
  const hash = page.locator('dt', { hasText: 'Hash of what it found' }).locator('+ dd')
  await hash.waitFor()
  const found = await hash.getAttribute('title')
  await page.getByRole('button', { name: 'Judge again by its rule' }).click()
  // it waits in line behind the runs that are due
  await page.waitForURL((url) => /\/runs\/\d+$/.test(url.pathname) && !url.pathname.endsWith(`/${past}`), {
    timeout: 120_000,
  })
  await page.getByText('the same, to the last digit').waitFor()
  expect(await hash.getAttribute('title')).toBe(found)
  expect(found).toMatch(/^[0-9a-f]{16,}$/)
  await page.getByRole('link', { name: `run ${past}` }).click()
  await page.waitForURL(new RegExp(`/runs/${past}$`))
  await page.locator('section[aria-label="Judged again"] a').first().waitFor()
  expect(faults).toEqual([])
  await context.close()
}, 180_000)

test('a case of inventory leads from one side to the other by the documents between them', async () => {
  const { rows } = await product.get<ExceptionList>('/api/exceptions?check=inventory_on_hand&limit=50')
  const details = await Promise.all(
    rows.map(({ number }) => product.get<ExceptionDetail>(`/api/exceptions/${number}`)),
  )
  const told = details.flatMap(({ exception, bridges }) =>
    bridges.flatMap(({ lines }) =>
      lines.filter((line) => line.documents.length > 0).map((line) => ({ number: exception.number, line })),
    ),
  )[0]
  if (!told) throw new Error('no case of inventory has a document to show')
  const { page, context } = await openPage(`/exceptions/${told.number}`, laptop)
  const bridge = page.locator('section.case-bridge')
  await bridge.getByText(told.line.ref, { exact: true }).first().waitFor()
  for (const { system_name, number } of told.line.documents)
    await bridge.getByText(`${system_name} ${number}`).first().waitFor()
  await context.close()
})

test('a chart is taken along: as CSV what it was drawn from, and as a picture', async () => {
  const { page, context, faults } = await openPage('/flows/order_to_cash', laptop)
  const chart = page.locator('.chart-wrap').first()
  await chart.locator('svg').waitFor()
  await chart.getByText('Values').click()
  const take = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      chart.getByRole('button', { name }).click(),
    ])
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
  }
  const csv = await take('CSV')
  expect(csv.name).toMatch(/^[a-z-]+-latency\.csv$/)
  const [head, ...lines] = csv.bytes.toString().trim().split('\r\n')
  expect(head).toBe('at,p50_ms,p95_ms,p99_ms')
  expect(lines.length).toBeGreaterThan(10)
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z?(,[\d.]*){3}$/)
  const png = await take('PNG')
  expect(png.name).toMatch(/\.png$/)
  // the signature, then the width: twice what is on screen
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
  const width = await chart.locator('.chart').evaluate((box) => box.getBoundingClientRect().width)
  expect(Math.abs(png.bytes.readUInt32BE(16) - 2 * width)).toBeLessThanOrEqual(2)
  expect(faults).toEqual([])
  await context.close()
})

test('parts of a page come compressed to whoever takes them so, and are the same', async () => {
  const page = await (await fetch(product.url)).text()
  const part = /assets\/index-[\w-]+\.js/.exec(page)?.[0] ?? ''
  const take = async (encoding: string) => {
    const answer = await fetch(`${product.url}/${part}`, { headers: { 'accept-encoding': encoding } })
    return { as: answer.headers.get('content-encoding'), text: await answer.text() }
  }
  const plain = await take('identity')
  expect(plain.as).toBeNull()
  for (const encoding of ['br', 'gzip']) expect(await take(encoding)).toEqual({ ...plain, as: encoding })
})

test('the API can be browsed without a foreign request', async () => {
  const { page, context, foreign } = await openPage('/api/docs', laptop)
  await page.getByText('/api/overview').first().waitFor()
  expect(foreign).toEqual([])
  await context.close()
})

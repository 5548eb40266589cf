import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** A trace of ten thousand spans in a real browser: read, zoomed and folded, with what took its time. */
let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
const trace = randomBytes(16).toString('hex')
const count = 10_000
const started = BigInt(Date.now() - 600_000) * 1_000_000n
const idOf = (at: number) => (at + 1).toString(16).padStart(16, '0')

/**
 * A batch of a hundred lines with their calls: one line after the other, each waits for the slower of what it asks; the
 * last one's fails.
 */
function makeSpans() {
  const span = (
    at: number,
    parent: number | undefined,
    name: string,
    from_ms: number,
    length_ms: number,
  ) => ({
    traceId: trace,
    spanId: idOf(at),
    ...(parent === undefined ? {} : { parentSpanId: idOf(parent) }),
    name,
    kind: 1,
    startTimeUnixNano: String(started + BigInt(from_ms) * 1_000_000n),
    endTimeUnixNano: String(started + BigInt(from_ms + length_ms) * 1_000_000n),
    ...(at === count - 1 ? { status: { code: 2, message: 'no such unit' } } : {}),
  })
  const spans = [span(0, undefined, 'batch', 0, 10_000)]
  while (spans.length < count) {
    const at = spans.length
    const line = Math.floor((at - 1) / 100)
    const step = (at - 1) % 100
    spans.push(
      step === 0
        ? span(at, 0, `line ${line}`, line * 100, 99)
        : span(at, 1 + line * 100, `call ${line}/${step}`, line * 100 + 1, step === 50 ? 90 : 5),
    )
  }
  return spans
}

beforeAll(async () => {
  product = await visitDemo()
  const answer = await fetch(`${product.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'batch' } }] },
          scopeSpans: [{ spans: makeSpans() }],
        },
      ],
    }),
  })
  expect(answer.status).toBe(200)
  browser = await launchBrowser()
  for (let tries = 0; tries < 300; tries++) {
    const found = await fetch(`${product.url}/api/traces/${trace}`)
    if (found.ok && ((await found.json()) as { span_count: number }).span_count === count) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('the trace did not come')
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

const open = async (query: string, width: number, height: number, colorScheme: 'light' | 'dark') => {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(`${product.url}/traces/${trace}${query}`)
  await page.locator('.wf-frame .wf-row').first().waitFor()
  return { page, context }
}
const title = (page: Page) => page.locator('.span-panel h2').first()

test('opens at what failed, draws only what is in view, and says what decided', async () => {
  const { page, context } = await open('', 1440, 900, 'light')
  await title(page).getByText('call 99/98').waitFor()
  await page.locator('.wf-row.selected').getByText('no such unit').waitFor()
  expect(await page.locator('.wf-frame .wf-row').count()).toBeLessThan(100)
  // the path: the batch, its hundred lines, of each line one call
  await page.keyboard.press('p')
  await page.waitForURL(/rows=path/)
  await page.locator('.wf-frame .wf-row', { hasText: 'call 99/50' }).waitFor()
  expect(await page.locator('.wf-frame .wf-row', { hasText: /call 99\/(?!50)/ }).count()).toBe(0)
  await page.getByRole('button', { name: 'call 99/50' }).click()
  await page.getByText('Of it on the critical path').locator('..').getByText('90').waitFor()
  // the error stands beside it: asked for, it is shown
  await page.keyboard.press('e')
  await title(page).getByText('call 99/98').waitFor()
  await page.waitForURL((url) => !url.searchParams.has('rows'))
  await context.close()
})

test('a part of it is shown by a drag, by keys and by address', async () => {
  const { page, context } = await open('', 1440, 900, 'dark')
  const strip = await page.locator('.wf-strip').boundingBox()
  if (!strip) throw new Error('there is no strip')
  const at = strip.y + strip.height / 2
  await page.mouse.move(strip.x + strip.width * 0.25, at)
  await page.mouse.down()
  await page.mouse.move(strip.x + strip.width * 0.5, at, { steps: 4 })
  await page.mouse.up()
  await page.waitForURL(/zoom=/)
  const shown = () => (new URL(page.url()).searchParams.get('zoom') ?? '').split('-').map(Number)
  const [from, to] = shown()
  expect(from).toBeCloseTo(2500, -2)
  expect(to).toBeCloseTo(5000, -2)
  await page.getByRole('img', { name: /^Shown: / }).waitFor()
  await page.keyboard.press('+')
  await page.waitForURL((url) => Number(url.searchParams.get('zoom')?.split('-')[0]) > (from ?? 0) + 500)
  const [closer] = shown()
  await page.keyboard.press('ArrowRight')
  await page.waitForURL((url) => Number(url.searchParams.get('zoom')?.split('-')[0]) > (closer ?? 0) + 100)
  // to the selected one, which failed in the last line
  await page.keyboard.press('z')
  await page.waitForURL((url) => Number(url.searchParams.get('zoom')?.split('-')[0]) > 9_000)
  const address = page.url()
  await page.keyboard.press('0')
  await page.waitForURL((url) => !url.searchParams.has('zoom'))
  await page.goto(address)
  await page.getByRole('button', { name: /The whole trace/ }).waitFor()
  await context.close()
})

test('what lies below is folded away, of one span and of all', async () => {
  const { page, context } = await open('', 1440, 900, 'light')
  await page.getByRole('button', { name: 'Fold all' }).click()
  await page.locator('.wf-frame .wf-row', { hasText: /\+9\s999/ }).waitFor()
  expect(await page.locator('.wf-frame .wf-row').count()).toBe(1)
  await page.getByText('error below').waitFor()
  await page.getByRole('button', { name: 'Unfold all' }).click()
  await page.locator('.wf-frame .wf-row').nth(5).waitFor()
  await context.close()
})

test.each([
  [1440, 900, 'dark'],
  [390, 844, 'light'],
] as const)('it fits %i × %i and is accessible, %s', async (width, height, colorScheme) => {
  const { page, context } = await open('?zoom=9000-10000', width, height, colorScheme)
  await settle(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  expect(await findViolations(page)).toEqual([])
  await context.close()
})

import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** A screen on a wall: it turns, says loudly when it is cut off, and comes back by itself. */
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

async function openWall(query: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  // the test turns the clock of the screen itself
  await page.clock.install()
  await page.goto(`${product.url}/wall${query}`)
  await page.locator('.wall-tile .big').first().waitFor()
  return { page, context }
}

test('it is dark in a light room, has no chrome, and nothing on it is smaller than 32 px', async () => {
  const { page, context } = await openWall('')
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  expect(await page.locator('nav').count()).toBe(0)
  const sizes = await page.evaluate(() =>
    [...document.querySelectorAll('.wall *')]
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .filter((one) => !one.closest('.sr'))
      .map((one) => ({ text: one.textContent ?? '', px: Number.parseFloat(getComputedStyle(one).fontSize) })),
  )
  expect(sizes.filter(({ px }) => px < 32)).toEqual([])
  const kpis = await page
    .locator('.wall-tile .big')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).fontSize))
  expect(new Set(kpis)).toEqual(new Set(['96px']))
  const overflow = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.wall-cols, .wall-side')].map(
        (part) => part.scrollHeight - part.clientHeight,
      ),
    )
  await expect.poll(overflow, { message: 'all of it is on the screen' }).toEqual([0, 0])
  // a sentence may be of any length: the room below it ends between two lines, or on one
  const sentence = page.locator('.wall-sentence')
  for (const px of [186, 215, 216, 217]) {
    await sentence.evaluate((element, height) => {
      element.style.height = `${height}px`
    }, px)
    await expect.poll(overflow, { message: `all of it below a sentence of ${px} px` }).toEqual([0, 0])
  }
  await context.close()
})

test('views turn by the clock, in the order of the address', async () => {
  const { page, context } = await openWall('?plant=HAM,BRN&views=estate,plants&seconds=10')
  const seen = new Set<string>()
  for (let turns = 0; turns < 12 && seen.size < 3; turns++) {
    seen.add((await page.locator('.wall-head .title').textContent()) ?? '')
    await page.clock.runFor(5_000)
    await page.locator('.wall-tile .big').first().waitFor()
  }
  expect([...seen].sort()).toEqual(['Brno', 'Hamburg', expect.stringMatching(/, 2 plants$/)])
  await context.close()
})

test('cut off it takes its colour back and says so, deadlines go on, and it comes back without a reload', async () => {
  const { page, context } = await openWall('')
  await page.evaluate(() => Object.assign(window, { isTheSame: true }))
  const hasDeadline = (await page.locator('.wall-side dd').count()) > 0
  await page.route('**/api/**', (route) => route.abort())
  await page.clock.runFor(90_000)
  await page.getByText('STALE. Do not act on this.').waitFor()
  expect(await page.locator('.wall-rows').textContent()).toContain('Unknown since')
  expect(await page.locator('.wall .sh-breach, .wall .sh-watch, .wall .sh-ok').count()).toBe(0)
  if (hasDeadline) await page.getByText('Deadline still running').waitFor()
  await page.unroute('**/api/**')
  // the screen's clock asks, real time answers
  for (let tries = 0; tries < 60 && (await page.getByText('STALE.').count()) > 0; tries++) {
    await page.clock.runFor(5_000)
    await page.waitForTimeout(250)
  }
  expect(await page.getByText('STALE.').count()).toBe(0)
  await page.locator('.wall-sentence h1').waitFor()
  expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true)
  await context.close()
})

test('it loads itself again, once, when the server has another build', async () => {
  const { page, context } = await openWall('')
  let loads = 0
  page.on('load', () => {
    loads++
  })
  await page.route('**/api/wall*', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...(await answer.json()), build: 'another' } })
  })
  const loaded = page.waitForEvent('load')
  await page.clock.runFor(16_000)
  await loaded
  // another load would have come of the first answer before there is a second
  for (let answers = 0; answers < 2; answers++) {
    await page.locator('.wall-tile .big').first().waitFor()
    const answered = page.waitForResponse('**/api/wall*')
    await page.clock.runFor(16_000)
    await answered
  }
  expect(loads).toBe(1)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await context.close()
})

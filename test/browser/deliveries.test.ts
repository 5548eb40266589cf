import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ReceiverList } from '../../server/api/schemas/deliveries.ts'
import { type Ear, openEar, signingKey } from '../alerts/deliver-world.ts'
import { findViolations } from '../support/accessibility.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { launchBrowser } from '../support/browser.ts'
import { scenarioEstate } from '../support/scenario.ts'

/** Receivers and their log, on a phone and on a desk: one receiver that works and one that is gone. */
let app: TestApp
let ear: Ear
let gone: Ear
let server: ReturnType<typeof serve>
let url: string
let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  ear = await openEar()
  gone = await openEar(() => ({ status: 410, body: 'no more' }))
  vi.stubEnv('DELIVER_KEY', signingKey)
  app = await openApp(
    scenarioEstate(
      `receivers:
  - { receiver: hook, kind: webhook, url: '${ear.url}', secrets_from: [DELIVER_KEY], allow_private: true }
  - { receiver: chat, kind: slack, url: '${gone.url}', allow_private: true }`,
      ['masters'],
    ),
  )
  server = serve({ fetch: (request) => app.fetch(request), hostname: '127.0.0.1', port: 0 })
  await new Promise((listening) => server.once('listening', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await app.ask('/api/receivers/chat/test', { method: 'POST' })
  const isGone = async () =>
    (await app.askJson<ReceiverList>('/api/receivers')).body.rows.some((row) => row.state === 'disabled')
  await vi.waitUntil(isGone, { timeout: 10_000 })
  browser = await launchBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await new Promise((closed) => server?.close(closed))
  await app?.close()
  await ear?.close()
  await gone?.close()
  vi.unstubAllEnvs()
})

const openPage = async (width: number, height: number, colorScheme: 'light' | 'dark') => {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(`${url}/deliveries`)
  await page.getByRole('button', { name: 'Send a test to hook' }).waitFor()
  return page
}

test('on a phone every button is reached without scrolling sideways, and works', async () => {
  const page = await openPage(390, 844, 'light')
  const buttons = await page.locator('.row-acts button').all()
  expect(buttons).toHaveLength(3)
  for (const button of buttons) {
    const box = await button.boundingBox()
    expect(box && box.x >= 0 && box.x + box.width <= 390, await button.innerText()).toBe(true)
    expect(box?.height).toBeGreaterThanOrEqual(40)
  }
  const wide = await page
    .locator('.scroll-x')
    .evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth).length)
  expect(wide, 'tables that scroll sideways').toBe(0)
  await page.getByRole('button', { name: 'Send a test to hook' }).click()
  await page.getByText('A test is on its way to hook').waitFor()
  await vi.waitUntil(() => ear.taken.length > 0, { timeout: 5_000 })
  await page.context().close()
})

test.each([
  [1440, 900, 'light'],
  [1440, 900, 'dark'],
  [390, 844, 'light'],
  [390, 844, 'dark'],
] as const)('it fits %i × %i, %s, and keeps the rules of accessibility', async (width, height, scheme) => {
  const page = await openPage(width, height, scheme)
  await page.locator('#log tr.go').first().click()
  await page.locator('.attempts').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  expect(await findViolations(page, { tags: ['wcag2a', 'wcag2aa', 'wcag21aa'] })).toEqual([])
  await page.context().close()
})

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Overview } from '../../server/api/schemas/overview.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** What a page looks at stands in its address, and goes along: the currency of amounts, and the flow. */
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

const goto = async (path: string) => {
  await page.goto(product.url + path)
  await settle(page)
}
/** Goes to a page by the head of the frame, and waits for what it shows. */
const follow = async (name: string) => {
  const places = page.getByRole('navigation', { name: 'Pages' })
  await places.getByRole('link', { name }).click()
  await places.locator('[aria-current=page]', { hasText: name }).waitFor()
  await settle(page)
}
const choose = async (cell: string, option: string) => {
  await page.getByRole('button', { name: new RegExp(`^${cell}`) }).click()
  await page.getByRole('option', { name: new RegExp(`^${option}`) }).click()
}
const scopeOf = () => Object.fromEntries(new URL(page.url()).searchParams)
const textsOf = (selector: string) =>
  page.locator(selector).evaluateAll((cells) => cells.map((cell) => cell.textContent ?? ''))

test('a plant’s own currency is chosen, stays in the address over pages, and stands beside every amount', async () => {
  await goto('/?plant=BRN')
  expect(await page.locator('.impact').innerText()).toContain('€')
  await choose('Currency', 'CZK')
  await page.waitForURL(/currency=plant/)
  await page.waitForFunction(() => !document.querySelector('.impact')?.textContent?.includes('€'))
  for (const selector of ['.impact .amount', '.tile[href*="inventory_on_hand"] .big'])
    for (const amount of await textsOf(selector)) expect(amount).toContain('CZK')
  expect(await page.locator('.bar').first().innerText()).toContain('rates of the day, newest of 20 Nov 2026')

  for (const [name, amounts] of [
    ['Exceptions', 'td.amount'],
    ['Reconciliation', '.check-table td.r.strong'],
    ['Overview', '.impact .amount'],
  ] as const) {
    await follow(name)
    expect(scopeOf()).toEqual({ plant: 'BRN', currency: 'plant' })
    await page.locator(amounts).first().waitFor()
    const shown = await textsOf(amounts)
    expect(shown.length).toBeGreaterThan(0)
    for (const amount of shown) expect(amount, name).toMatch(/CZK/)
  }
})

test('of several plants each row is in its own currency, and sums stay in the estate’s and say so', async () => {
  const own: Record<string, string> = { HAM: '€', BRN: 'CZK', WRO: 'PLN', SHF: '£', MTY: 'MXN', SUZ: 'CNY' }
  await goto('/?currency=plant')
  expect(await page.locator('.bar').first().innerText()).toContain('sums in EUR')
  const rows = page.locator('section[aria-label="Largest variances"] tbody tr')
  for (const row of await rows.all()) {
    const cells = await row.locator('td').allInnerTexts()
    expect(cells[5], cells[0]).toContain(own[cells[0] ?? ''])
  }
  for (const amount of await textsOf('.impact .amount')) expect(amount).toContain('€')
  await follow('Exceptions')
  await page.locator('td.amount').first().waitFor()
  const plants = await textsOf('td.plant')
  expect(new Set(plants).size).toBeGreaterThan(1)
  for (const [index, amount] of (await textsOf('td.amount')).entries())
    expect(amount, plants[index]).toContain(own[plants[index] ?? ''])
  await page.locator('.summary', { hasText: /€.*sums in EUR/ }).waitFor()
})

test('a flow narrows the page, goes along to the pages that know flows, and is not offered by others', async () => {
  await goto('/')
  await choose('Flow', 'Procure to stock')
  await page.waitForURL(/flow=procure_to_stock/)
  await page.waitForFunction(() => document.querySelectorAll('.matrix th.group').length === 2)
  expect(await textsOf('.matrix th.group')).toEqual(['Procure to stock', 'Reconciliation checks'])
  const overview = await product.get<Overview>('/api/overview?flow=procure_to_stock')
  expect(overview.matrix.columns.length).toBeGreaterThan(1)
  for (const name of ['Exceptions', 'Reconciliation', 'Dependencies', 'Data quality', 'Traces', 'Overview']) {
    await follow(name)
    expect(scopeOf(), name).toEqual({ flow: 'procure_to_stock' })
    await page.getByRole('button', { name: /^Flow/ }).waitFor()
    expect(await page.getByRole('button', { name: /^Flow/ }).innerText()).toContain('Procure to stock')
  }
  for (const name of ['Propagation', 'Sources']) {
    await follow(name)
    expect(scopeOf(), name).toEqual({})
    expect(await page.getByRole('button', { name: /^Flow/ }).count()).toBe(0)
    await page.goBack()
  }
})

test('the course of a check over a week names its days', async () => {
  await goto('/checks/inventory_on_hand')
  const chart = page.locator('.check-trends svg').first()
  await chart.waitFor()
  const days = (await chart.locator('text').allTextContents()).filter((text) => /^\d{1,2} [A-Z]/.test(text))
  expect(days.length).toBeGreaterThan(3)
})

test('on a phone the bar scrolls sideways and as of when stays in sight', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
  const phone = await context.newPage()
  await phone.goto(product.url)
  await settle(phone)
  const bar = phone.locator('.bar').first()
  for (const left of [0, 150, 10_000]) {
    await bar.evaluate((box, left) => box.scrollTo({ left }), left)
    const box = await bar.locator('.as-of').boundingBox()
    expect(Math.round((box?.x ?? 0) + (box?.width ?? 0))).toBe(390)
  }
  expect(await bar.evaluate((box) => box.scrollLeft)).toBeGreaterThan(150)
  await context.close()
})

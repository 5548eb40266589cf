import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertDetail, AlertList } from '../../server/api/schemas/alerts.ts'
import type { DeliveryList } from '../../server/api/schemas/deliveries.ts'
import { askedKinds, expectAsked } from '../alerts/render.ts'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { keepPicture } from '../support/gallery.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** What fires on the demo: found, taken on and silenced, by whoever holds a phone at night. */
let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
let first: AlertList['rows'][number]
beforeAll(async () => {
  product = await visitDemo()
  browser = await launchBrowser()
  // a delivery is late by some minutes, and the conditions want to be sure
  let fires: AlertList['rows'] = []
  for (let tries = 0; tries < 90 && fires.length === 0; tries++) {
    if (tries > 0) await sleep(2_000)
    fires = (await product.get<AlertList>('/api/alerts?status=firing')).rows
  }
  if (!fires[0]) throw new Error('nothing fires on the demo')
  first = fires[0]
}, 280_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

const openPage = async (width: number, height: number, colorScheme: 'light' | 'dark') => {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  })
  return context.newPage()
}

test('an alert is opened from its link on a phone that knows nobody, acknowledged by name, and silenced', async () => {
  const page = await openPage(390, 844, 'dark')
  await page.goto(`${product.url}/alerts/${first.fingerprint}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  // what cannot be done is said, also when a key asked for it
  await page.route('**/acknowledge', (route) => route.abort())
  await page.keyboard.press('a')
  const asked = page.getByRole('dialog')
  await asked.getByLabel(/^Your name/).fill('Ada')
  await page.keyboard.press('Enter')
  await asked.getByText(/^Not acknowledged: Plumbline does not answer/).waitFor()
  await page.unroute('**/acknowledge')
  await asked.getByRole('button', { name: 'Acknowledge again' }).click()
  await page.getByText('by Ada', { exact: true }).waitFor()
  const { alert } = await product.get<AlertDetail>(`/api/alerts/${first.fingerprint}`)
  expect(alert).toMatchObject({ status: 'acknowledged', acknowledged_by: 'Ada' })

  await page.getByRole('button', { name: 'Silence' }).click()
  await page.getByText(/Fits condition .*, from now to .*now,/).waitFor()
  // a time to come is the plant's own; the preview says it with its zone
  const year = new Date().getUTCFullYear() + 1
  await page.getByLabel(/^From/).fill(`${year}-07-01T02:30`)
  await page.getByText(/Fits .* from \w+ 1 Jul \d* ?02:30 \S+ to .*06:30/).waitFor()
  await page.getByLabel(/^From/).fill('')
  await page.getByLabel('Why').fill('looked at')
  await page.getByRole('button', { name: 'Silence' }).last().click()
  await page.getByText(/^Silenced: looked at/).waitFor()
  await page.context().close()
})

test.each([
  ['/alerts', 1440, 900, 'light'],
  ['/alerts', 390, 844, 'dark'],
  ['one', 1440, 900, 'dark'],
  ['one', 390, 844, 'light'],
] as const)('%s fits %i × %i and is accessible', async (path, width, height, scheme) => {
  const page = await openPage(width, height, scheme)
  await page.goto(product.url + (path === 'one' ? `/alerts/${first.fingerprint}` : path))
  await page.getByRole('heading', { level: 1 }).waitFor()
  await settle(page)
  const [scroll, client] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  expect(scroll).toBe(client)
  await keepPicture(page, `alerts${path === 'one' ? '-one' : ''}-${width}-${scheme}`)
  expect(await findViolations(page)).toEqual([])
  await page.context().close()
})

test('what the demo tells is as every receiver asks, and its own desk takes it', async () => {
  const { rows } = await product.get<AlertList>('/api/alerts?status=all')
  const told = (alerts: typeof rows) => ({
    id: 'n1',
    receiver: 'on_call_desk',
    group_key: 'all',
    group_labels: {},
    status: 'firing' as const,
    alerts,
    created_at: new Date().toISOString(),
    is_test: false,
  })
  for (const kind of askedKinds)
    for (const alerts of [...rows.map((row) => [row]), rows]) expectAsked(kind, told(alerts))
  // what fires is told at the next turn of the conditions
  let taken: DeliveryList['rows'] = []
  for (let tries = 0; tries < 60 && taken.length === 0; tries++) {
    if (tries > 0) await sleep(1_000)
    const { rows: deliveries } = await product.get<DeliveryList>('/api/deliveries?receiver=on_call_desk')
    taken = deliveries.filter((row) => row.outcome === 'delivered')
    expect(deliveries.filter((row) => ['given_up', 'disabled', 'retry'].includes(row.outcome))).toEqual([])
  }
  expect(taken.length).toBeGreaterThan(0)
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startSources } from '../../collectors/sources/index.ts'
import type { PulledSources } from '../../server/api/schemas/source-pulls.ts'
import { findViolations } from '../support/accessibility.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { launchBrowser } from '../support/browser.ts'
import { createSerialQueue, filesEstate } from '../support/files-world.ts'

/** A source that is pulled is paused and goes on, by a person at the page; what comes meanwhile waits for it. */
const folder = mkdtempSync(join(tmpdir(), 'plumbline-pause-'))
const estate = filesEstate(
  folder,
  `  - source: stock
    kind: files
    system: wms
    folder: FOLDER
    poll: 100ms
    pattern: 'Stock*.csv'
    format: csv
    plant: { const: HAM }
    states: { inventory_positions: { location: loc, item: item, quantity: qty } }
  - { source: orders, kind: events, system: erp }`,
)
const write = (name: string) => writeFileSync(join(folder, name), 'loc,item,qty\nL,A,5\nL,B,5\n')
let app: TestApp
let server: ReturnType<typeof serve>
let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  write('Stock1.csv')
  app = await openApp(estate, { isLive: true })
  server = serve({ fetch: (request) => app.fetch(request), hostname: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  server?.close()
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

const stock = async () => {
  const { body } = await app.askJson<PulledSources>('/api/pulled-sources')
  return body.sources[0] as PulledSources['sources'][number]
}
const post = (path: string, body: object, actor = 'Ada') =>
  app.askJson<{ error: { code: string } }>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-plumbline-actor': actor },
    body: JSON.stringify(body),
  })

test('who pauses is asked why, what comes meanwhile is read once it goes on, and both are kept', async () => {
  await vi.waitUntil(async () => (await stock()).cursor?.path === 'Stock1.csv', { timeout: 20_000 })
  const page = await (
    await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  ).newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sources`)
  const polling = page.getByRole('region', { name: 'Polling' })
  await polling.getByRole('button', { name: 'Pause stock' }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Why it is paused').fill('The export is being mended')
  await page.keyboard.press('Enter')
  await polling.getByText('stock is paused').waitFor()
  await page.getByText('1 is paused').waitFor()
  expect(await findViolations(page)).toEqual([])

  write('Stock2.csv')
  expect(await stock()).toMatchObject({
    paused: { reason: 'The export is being mended' },
    next_poll_at: null,
    cursor: { path: 'Stock1.csv' },
  })
  // whoever polls after a restart knows of it, and reads nothing
  const { store } = app.world
  const again = startSources({
    estate,
    store,
    queue: createSerialQueue(store),
    folder: tmpdir(),
    settleMs: 0,
  })
  await again.pollNow()
  expect(again.list()).toMatchObject([{ source: 'stock', polled_at: null }])
  await again.stop()
  expect((await stock()).cursor?.path).toBe('Stock1.csv')

  await polling.getByRole('button', { name: 'Resume stock' }).click()
  await page.getByLabel('What was mended').fill('')
  await page.keyboard.press('Enter')
  await polling.getByText('Stock2.csv').waitFor()
  expect((await stock()).steps.map((step) => [step.act, step.reason])).toEqual([
    ['resumed', ''],
    ['paused', 'The export is being mended'],
  ])
  await page.context().close()
})

test('only who may operate pauses, with a reason, what is pulled and goes on', async () => {
  const codeOf = async (path: string, body: object) => {
    const answer = await post(path, body)
    return [answer.status, answer.body.error?.code]
  }
  expect(await codeOf('/api/sources/stock/pause', { reason: ' ' })).toEqual([400, 'request_invalid'])
  expect(await codeOf('/api/sources/stock/resume', {})).toEqual([409, 'source_stands_so'])
  expect(await codeOf('/api/sources/orders/pause', { reason: 'x' })).toEqual([409, 'source_pushed'])
  expect(await codeOf('/api/sources/nobody/pause', { reason: 'x' })).toEqual([404, 'source_unknown'])
  const locked = app.lock({ read: 'reader', operate: 'operator', ingest: 'sender' })
  const answer = await locked.ask('/api/sources/stock/pause', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer reader' },
    body: '{"reason":"x"}',
  })
  expect(answer.status).toBe(403)
})

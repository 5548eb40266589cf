import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Interchanges } from '../../server/api/schemas/interchanges.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { launchBrowser } from '../support/browser.ts'
import { writeX12 } from '../support/edi.ts'
import { filesEstate } from '../support/files-world.ts'

/** A mailbox with a partner: what was sent, what came back, and what somebody has to look at. */
const folder = mkdtempSync(join(tmpdir(), 'plumbline-mailbox-'))
const estate = filesEstate(
  folder,
  `  - source: bills
    kind: files
    preset: x12.810
    system: wms
    folder: FOLDER
    poll: 200ms
    pattern: '*.edi'
    plant: { const: HAM }
    edi: { acknowledge_within: 4h }`,
)
type Message = Parameters<typeof writeX12>[0][number]
const bill = (no: string): Message => [
  '810',
  ['BIG', '20261125', no, '20261120', 'PO-1'],
  ['IT1', '10', '5', 'EA', '1', '', 'VN', 'DX-40'],
  ['CTT', '1'],
]
const write = (name: string, hoursAgo: number, text: string) => {
  writeFileSync(join(folder, name), text)
  const at = Date.now() / 1000 - hoursAgo * 3600
  utimesSync(join(folder, name), at, at)
}
const sent = (control: string, ...messages: Message[]) =>
  writeX12(messages, { sender: 'SUPPLIER', control: `0000${control}`, code: 'IN', group: control })
const said = (control: string, ...segments: Message[1][]) =>
  writeX12([['997', ...segments]], {
    sender: 'OURSELVES',
    receiver: 'SUPPLIER',
    control: `0000${control}`,
    code: 'FA',
    group: control,
  })

let app: TestApp
let server: ReturnType<typeof serve>
let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  write('accepted.edi', 9, sent('10001', bill('INV-1')))
  write('part.edi', 8, sent('10002', bill('INV-2'), bill('INV-3')))
  write('late.edi', 7, sent('10003', bill('INV-4')))
  write('again.edi', 6, sent('10001', bill('INV-1')))
  write('other.edi', 5, sent('10001', bill('INV-9')))
  write('waits.edi', 1, sent('10004', bill('INV-5')))
  write('said-1.edi', 1, said('20001', ['AK1', 'IN', '10001'], ['AK9', 'A', '1', '1', '1']))
  write(
    'said-2.edi',
    1,
    said(
      '20002',
      ['AK1', 'IN', '10002'],
      ['AK2', '810', '0002'],
      ['AK3', 'N1', '3', '', '3'],
      ['AK5', 'R', '5'],
      ['AK9', 'P', '2', '2', '1'],
    ),
  )
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

test('the page says of each interchange how it stands, and why one was not taken', async () => {
  const list = async () => (await app.askJson<Interchanges>('/api/interchanges')).body
  await vi.waitUntil(async () => (await list()).interchanges.length === 8, { timeout: 60_000, interval: 500 })
  const { interchanges, mailboxes } = await list()
  expect(mailboxes).toBe(1)
  expect(Object.fromEntries(interchanges.map(({ path, state }) => [path, state]))).toEqual({
    'accepted.edi': 'accepted',
    'part.edi': 'partly',
    'late.edi': 'overdue',
    'again.edi': 'duplicate',
    'other.edi': 'conflict',
    'waits.edi': 'waiting',
    'said-1.edi': 'none',
    'said-2.edi': 'none',
  })
  const page = await (
    await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  ).newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sources`)
  const section = page.getByRole('region', { name: 'Interchanges', exact: true })
  await section.getByText('3 of 8 need somebody').waitFor()
  const row = (number: string, state: string) =>
    section.getByRole('row').filter({ hasText: number }).filter({ hasText: state })
  expect(await row('10002', 'Rejected in part').innerText()).toContain(
    '997 of 810 2: segment N1 at 3: is missing (3); segments are in error (5)',
  )
  expect(await row('10001', 'Conflict').innerText()).toContain(
    'its number came with another content, in accepted.edi; it is in quarantine',
  )
  expect(await row('10001', 'Came before').innerText()).toContain('the same came in accepted.edi')
  expect(await row('10003', 'Not acknowledged').innerText()).toMatch(/due \S+.* ago/)
  expect(await row('10004', 'Waits').innerText()).toContain('due in')
  const axe = await new AxeBuilder({ page }).include('section[aria-label="Interchanges"]').analyze()
  expect(axe.violations).toEqual([])
})

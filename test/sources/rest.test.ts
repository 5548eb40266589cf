import { afterEach, expect, test } from 'vitest'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'
import { type Peer, type PeerAnswer, startPeer } from '../support/peer.ts'

let world: FilesWorld
let peer: Peer
afterEach(async () => {
  await world?.close()
  await peer?.close()
})

type Position = { location: string; item: string; quantity: string | number; updated_at: string }
const position = (item: string, quantity: string | number, minute: number): Position => ({
  location: 'A',
  item,
  quantity,
  updated_at: new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString(),
})

const source = (settings: string) => `  - source: stock
    kind: rest
    system: wms
    url: ${peer.url}/api/stock
    poll: 1h
    plant: { const: HAM }
    states:
      inventory_positions: { location: location, item: item, quantity: quantity }
${settings}`
const open = async (settings: string, answer: Peer['answer']) => {
  peer = await startPeer(answer)
  world = await openFilesWorld((folder) => filesEstate(folder, source(settings)))
}
const now = () => world.current('inventory_positions', 'location, item', 'item, quantity')
const versions = async () =>
  Number(
    (await world.rows<{ count: string }>('SELECT count() AS count FROM inventory_positions_log'))[0]?.count,
  )
const polls = () =>
  world.rows<{
    outcome: string
    code: string
    reason: string
    requests: number
    retries: number
    skew_ms: string | null
  }>('SELECT outcome, code, reason, requests, retries, skew_ms FROM source_polls ORDER BY started_at')

/** A list that answers since a moment, sorted, in pages of `size` by number. */
const listOf =
  (all: () => Position[]) =>
  (url: URL): PeerAnswer => {
    const since = url.searchParams.get('updated_since') ?? ''
    const [page, size] = [
      Number(url.searchParams.get('page') ?? 1),
      Number(url.searchParams.get('per_page') ?? 500),
    ]
    const items = all()
      .filter((one) => one.updated_at >= since)
      .sort((a, b) => a.updated_at.localeCompare(b.updated_at))
    return { body: items.slice((page - 1) * size, page * size) }
  }
const byPage = `    query: { updated_since: '{cursor}' }
    cursor: { field: updated_at, sorted: true, overlap: 2m }
    paging: { by: page, size: 2 }
`

test('what has changed since the last time, page by page; what comes again in the overlap is no new version', async () => {
  const stock = [position('1', 5, 0), position('2', '6.5', 1), position('3', 7, 2)]
  await open(
    byPage,
    listOf(() => stock),
  )
  await world.poll()
  expect(await now()).toEqual([
    ['1', '5'],
    ['2', '6.5'],
    ['3', '7'],
  ])
  expect(peer.asked.slice(0, 2).map(({ path }) => path)).toEqual([
    '/api/stock?page=1&per_page=2',
    '/api/stock?page=2&per_page=2',
  ])
  stock[1] = position('2', '6.25', 3)
  await world.poll()
  expect(await now()).toEqual([
    ['1', '5'],
    ['2', '6.25'],
    ['3', '7'],
  ])
  expect(peer.asked.at(-1)?.path).toContain('updated_since=2026-01-05T08%3A00%3A00.000Z')
  // three, and the one that changed
  expect(await versions()).toBe(4)
  await world.reopen()
  expect(await versions()).toBe(4)
  expect(peer.asked.at(-1)?.path, 'after a restart it goes on').toContain('updated_since=2026-01-05T08%3A01')
  expect(new Set((await polls()).map(({ outcome }) => outcome))).toEqual(new Set(['ok']))
})

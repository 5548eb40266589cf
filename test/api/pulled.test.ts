import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { UnexplainedCodes } from '../../server/api/schemas/codes.ts'
import type { PulledSources } from '../../server/api/schemas/source-pulls.ts'
import type { SourceList } from '../../server/api/schemas/sources.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { filesEstate } from '../support/files-world.ts'
import { type Peer, startPeer } from '../support/peer.ts'

// Sources that are fetched, as people see them: how far, at what cost, what fails, and which codes nobody explained.
let app: TestApp
let peer: Peer
beforeAll(async () => {
  const at = '2026-11-20T08:00:00Z'
  peer = await startPeer((url) =>
    url.pathname === '/orders'
      ? {
          headers: { date: new Date(Date.now() - 3_600_000).toUTCString() },
          body: ['open', 'ZZ', 'ZZ', 'C1'].map((status, index) => ({
            plant: index === 0 ? 'PUN' : 'HAM',
            no: `SO-${index}`,
            status,
            at,
          })),
        }
      : { status: 403, body: { error: { message: { value: 'no authorization for object V_VBAK' } } } },
  )
  const source = (name: string, more: string) => `  - source: ${name}
    kind: rest
    system: erp
    url: ${peer.url}/${name}
    poll: 1h
    plant: plant
    limits: { per_day: 500, retries: 0 }
    states: { order_lines: { order_type: { const: sales }, order_no: no, line_no: { const: 10 }, quantity: { const: 1 }, status: status } }
${more}`
  app = await openApp(
    filesEstate(
      '',
      source('orders', '    cursor: { field: at }\n    query: { since: "{cursor}" }\n') +
        source('denied', '') +
        '  - { source: wms, kind: events, system: wms }\n',
      'checks: [{ check: lifecycle, team: ops }]\ncodes: [{ system: erp, column: status, values: { C1: completed } }]',
    ),
    { isLive: true },
  )
  await vi.waitUntil(async () => (await pulled()).sources.every(({ polled_at }) => polled_at !== null), {
    timeout: 20_000,
  })
})
afterAll(async () => {
  await app?.close()
  await peer?.close()
})
const pulled = async () => (await app.askJson<PulledSources>('/api/pulled-sources')).body

test('how far a source was read, where it goes on, and what asking costs', async () => {
  const [orders] = (await pulled()).sources
  expect(orders).toMatchObject({
    kind: 'rest',
    place: `${new URL(peer.url).host}/orders`,
    error: '',
    cursor: { path: 'orders', value: '2026-11-20T08:00:00Z' },
    files_24h: null,
    rows_24h: 4,
    cost: { requests_24h: 1, retries_24h: 0, polls_24h: 1, failed_24h: 0, requests_today: 1, per_day: 500 },
  })
  expect(orders?.cost?.skew_ms).toBeCloseTo(-3_600_000, -4)
})

test('a source that fails says why, in the words of who refused, and does not stop the others', async () => {
  const [, denied] = (await pulled()).sources
  expect(denied?.error).toContain(
    'answered 403: no authorization for object V_VBAK. See that its user may read',
  )
  expect(denied?.cost).toMatchObject({ failed_24h: 1 })
  const { body } = await app.askJson<SourceList>('/api/sources')
  const of = (source: string, plant: string) =>
    body.sources.find((one) => one.source === source && one.plant === plant)
  expect(of('orders', 'HAM')).toMatchObject({ kind: 'rest', rows_24h: 3 })
  expect(of('orders', 'PUN')).toMatchObject({ rows_24h: 1 })
  expect(of('denied', 'HAM')?.detail).toContain('no authorization')
  expect(body.files, 'they are no files').toEqual([])
})

test('codes that nobody has explained are counted, with one to look at and what they may stand for', async () => {
  await app.world.runner.run(app.world.runner.checks, {})
  const { body } = await app.askJson<UnexplainedCodes>('/api/codes')
  expect(body.rows).toEqual([
    expect.objectContaining({
      entity: 'order_lines',
      column: 'status',
      system_name: 'ERP',
      code: 'ZZ',
      states: 2,
      plants: ['HAM'],
      example: expect.stringMatching(/^SO-[12]\/10$/),
      meanings: ['open', 'completed', 'cancelled', 'rejected'],
    }),
  ])
})

test('while the disk has no room nothing is fetched and no cursor moves; it goes on by itself', async () => {
  const askedFor = () => peer.asked.filter(({ path }) => path.startsWith('/orders')).length
  const [before] = (await pulled()).sources
  const asked = askedFor()
  await app.disk.have(0.05e9)
  await app.sources?.pollNow()
  const [held] = (await pulled()).sources
  expect(held).toMatchObject({ held: expect.stringContaining('the disk of the data folder'), paused: null })
  expect([held?.cursor, askedFor()]).toEqual([before?.cursor, asked])
  const { body } = await app.askJson<SourceList>('/api/sources')
  expect(body.sources.find(({ source }) => source === 'orders')?.detail).toMatch(/^paused: the disk/)
  await app.disk.have(1e9)
  await vi.waitUntil(() => askedFor() > asked, { timeout: 20_000 })
  await vi.waitUntil(
    async () => (await pulled()).sources.every(({ next_poll_at }) => next_poll_at !== null),
    {
      timeout: 20_000,
    },
  )
  expect((await pulled()).sources[0]).toMatchObject({ held: '', error: '' })
})

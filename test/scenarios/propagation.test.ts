import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MasterVersion, MasterVersions, Propagation } from '../../server/api/schemas/propagation.ts'
import { type MasterEvent, type MastersWorld, openMasters } from '../support/masters.ts'
import { loadSegment } from '../support/quality.ts'

/** Versions of masters from the system of record to those who use them: posted as events, read from the API. */
const minute = 60_000
const start = Math.floor(Date.now() / minute) * minute - 10 * 60 * minute
const at = (minutes: number) => new Date(start + minutes * minute).toISOString()
let count = 0
const event = (source: string, minutes: number, states: object, plant = 'HAM'): MasterEvent => ({
  id: `m${++count}`,
  source,
  plant,
  time: at(minutes),
  data: { states },
})
const item = (key: string, master_version: string, more = {}) => ({
  items: [{ item: key, master_version, name: key, ...more }],
})
const rejection = (master: string, master_key: string, master_version: string, reason: string) => ({
  master_rejections: [{ master, master_key, master_version, reason }],
})

let world: MastersWorld
beforeAll(async () => {
  world = await openMasters()
})
afterAll(() => world.close())

/** How each version of a key stands with a consumer: the oldest first. */
async function standing(master: string, key: string, consumer: string): Promise<MasterVersion[]> {
  const path = `/api/propagation/${master}/${encodeURIComponent(key)}`
  const { rows } = await world.ask<MasterVersions>(path)
  return rows.filter((row) => row.consumer === consumer).reverse()
}
const statesOf = async (master: string, key: string, consumer: string) =>
  (await standing(master, key, consumer)).map((row) => [row.master_version, row.state])

test('accepted, late, rejected and superseded are told apart, each with its evidence', async () => {
  await world.send([
    event('erp', 0, item('0017', '1')),
    event('erp', 10, item('0017', '2')),
    event('erp', 20, item('B', '1')),
    event('erp', 30, item('C', '1')),
    event('crm', 5, item('17', '1')),
    event('crm', 32, item('000017', '0002')),
    event('wms_ham', 12, item('17', '2')),
    event('wms_ham', 25, rejection('items', 'B', '1', 'base unit is not known')),
    event('crm', 200, item('C', '1')),
  ])
  await world.complete(new Date(), ['erp', 'crm', 'wms_ham'])
  // the WMS went from nothing to version 2
  expect(await statesOf('items', '17', 'wms_ham')).toEqual([
    ['1', 'superseded'],
    ['2', 'accepted'],
  ])
  const [, second] = await standing('items', '17', 'crm')
  expect(second).toMatchObject({
    state: 'accepted',
    is_late: false,
    delay_ms: 22 * minute,
    accepted_at: at(32),
  })
  expect(second?.record_event).toBe('m2')
  expect(second?.consumer_event).toBe('m6')

  const [rejected] = await standing('items', 'B', 'wms_ham')
  expect(rejected).toMatchObject({
    state: 'rejected',
    is_missed: true,
    rejected_because: 'base unit is not known',
  })
  const [late] = await standing('items', 'B', 'crm')
  expect(late).toMatchObject({ state: 'late', is_missed: true, holds: '', due_at: at(80), counts_at: at(20) })
  expect(await standing('items', 'C', 'crm')).toMatchObject([{ state: 'accepted', is_late: true }])
})

test('a rejection is taken back by an acceptance after it, and an acceptance by a rejection after it', async () => {
  await world.send([
    event('erp', 0, item('D', '7')),
    event('crm', 3, rejection('items', 'D', '7', 'locked')),
    event('crm', 9, item('D', '7')),
    event('wms_ham', 3, item('D', '7')),
    event('wms_ham', 9, rejection('items', 'D', '7', 'rolled back')),
  ])
  expect(await statesOf('items', 'D', 'crm')).toEqual([['7', 'accepted']])
  expect(await statesOf('items', 'D', 'wms_ham')).toEqual([['7', 'rejected']])
})

test('effective dates: what does not count yet is not late, and does not replace what does', async () => {
  const soon = 20 * 60
  const price = (master_version: string, effective: number) => ({
    prices: [
      {
        partner: 'C/1',
        item: 'DX-40',
        valid_from: '2026-01-01',
        unit_price: '712.00',
        currency: 'EUR',
        master_version,
        effective_at: at(effective),
      },
    ],
  })
  const key = 'C%2F1/DX-40/2026-01-01'
  await world.send([
    event('erp', 0, price('1', -60)),
    event('crm', 10, price('1', -60)),
    event('erp', 30, price('2', 120)),
    event('erp', 60, price('3', soon)),
  ])
  const rows = await standing('prices', key, 'crm')
  expect(rows.map((row) => [row.master_version, row.state, row.is_missed])).toEqual([
    ['1', 'accepted', false],
    // it counts since minute 120, and the version after it does not yet
    ['2', 'late', true],
    ['3', 'pending', false],
  ])
  expect(rows[1]).toMatchObject({ counts_at: at(120), due_at: at(120), holds: '1' })
  expect(rows[1]?.detail).toContain('it works with version 1')
  expect(rows[2]?.due_at).toBe(at(soon))

  // the CRM takes the newest: the one between will not be needed any more
  await world.send([event('crm', 300, price('3', soon))])
  expect(await statesOf('prices', key, 'crm')).toEqual([
    ['1', 'accepted'],
    ['2', 'superseded'],
    ['3', 'accepted'],
  ])
})

test('a consumer that was away is not called late, and has caught up once it accepts', async () => {
  const operation = (operation: string) => ({
    routings: [{ item: 'DX-40', routing: '1', operation, work_centre: 'A', master_version: '1' }],
  })
  const bothStates = async () =>
    [
      ...(await standing('routings', 'DX-40/1/10', 'wms_shf')),
      ...(await standing('routings', 'DX-40/1/20', 'wms_shf')),
    ].map((row) => [row.state, row.is_late])
  // claims come with receipt times of their own: the WMS stands still at minute 30 while the others go on
  const claim = (source: string, minutes: number, heard: number) => ({
    kind: 'watermark',
    source,
    plant: 'SHF',
    occurred_at: new Date(at(minutes)),
    received_at: new Date(at(heard)),
  })
  await world.send([event('erp', 0, operation('0010'), 'SHF'), event('erp', 400, operation('0020'), 'SHF')])
  const away = [20, 60, 120, 180].flatMap((minutes) => [
    claim('erp', minutes, minutes),
    claim('wms_shf', Math.min(minutes, 30), minutes),
  ])
  await loadSegment(world.store, world.folder, 'away', away)
  expect(await bothStates()).toEqual([
    ['away', false],
    ['away', false],
  ])
  await loadSegment(world.store, world.folder, 'back', [claim('erp', 600, 599), claim('wms_shf', 600, 599)])
  expect(await bothStates()).toEqual([
    ['late', false],
    ['late', false],
  ])
  await world.send([
    event('wms_shf', 190, operation('10'), 'SHF'),
    event('wms_shf', 590, operation('20'), 'SHF'),
  ])
  // the second was late of itself: its source was there when it was due
  expect(await bothStates()).toEqual([
    ['caught_up', true],
    ['accepted', true],
  ])
})

test('the matrix counts what the lists list, in every cell', async () => {
  const matrix = await world.ask<Propagation>('/api/propagation?hours=24')
  expect(matrix.masters.map(({ master, consumers }) => [master, consumers])).toEqual([
    ['items', ['wms', 'crm']],
    ['prices', ['crm']],
    ['routings', ['wms']],
  ])
  expect(matrix.cells.length).toBeGreaterThan(5)
  for (const cell of matrix.cells) {
    const query = new URLSearchParams({ hours: '24', master: cell.master, role: cell.role })
    if (cell.plant) query.set('plant', cell.plant)
    const count = async (state: string) => {
      const asked = new URLSearchParams(query)
      if (state) asked.set('state', state)
      return (await world.ask<MasterVersions>(`/api/propagation/versions?${asked}`)).total
    }
    expect(await count('')).toBe(cell.versions)
    for (const state of [
      'accepted',
      'caught_up',
      'accepted_late',
      'pending',
      'late',
      'rejected',
      'superseded',
      'missed',
    ] as const)
      expect(await count(state), `${cell.plant} ${cell.master} ${cell.role} ${state}`).toBe(cell[state])
  }
  for (const one of matrix.consumers) {
    const asked = `/api/propagation/versions?hours=24&consumer=${one.consumer}`
    expect((await world.ask<MasterVersions>(asked)).total).toBe(one.versions)
    expect((await world.ask<MasterVersions>(`${asked}&state=missed`)).total).toBe(one.missed)
  }
  expect(matrix.consumers.map((one) => one.consumer)).toEqual(['crm', 'wms_ham', 'wms_shf'])
  const prices = matrix.cells.find((cell) => cell.master === 'prices' && cell.plant === 'HAM')
  // exact: the delays are 10 and 240 minutes
  expect(prices).toMatchObject({
    accepted: 2,
    superseded: 1,
    share: 100,
    delay_p95_ms: 240 * minute,
    status: 'ok',
  })
  expect(matrix.sentence.lead).toContain('missing of versions in effect')
  expect(matrix.total.missed).toBeGreaterThan(0)
})

test('a plant of the scope only; what nobody stated is not found', async () => {
  const matrix = await world.ask<Propagation>('/api/propagation?plant=SHF')
  expect([...new Set(matrix.cells.map((cell) => cell.plant))].sort()).toEqual(['', 'SHF'])
  expect(matrix.total.versions).toBe(2)
  await expect(world.ask('/api/propagation/items/NOPE')).rejects.toThrow('404')
  await expect(world.ask('/api/propagation/order_lines/SO-1')).rejects.toThrow('400')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MasterVersions } from '../../server/api/schemas/propagation.ts'
import { type MasterEvent, openMasters } from '../support/masters.ts'

/** Statements and acceptances end the same, in whatever order and however often they are delivered. */
const minute = 60_000
const start = Math.floor(Date.now() / minute) * minute - 5 * 60 * minute
const at = (minutes: number) => new Date(start + minutes * minute).toISOString()

/** The history of one item: versions whose numbers do not sort, two consumers, a rejection, effective dates. */
function historyOf(item: string): MasterEvent[] {
  const said = (id: string, source: string, minutes: number, states: object): MasterEvent => ({
    id: `${item}-${id}`,
    source,
    plant: 'HAM',
    time: at(minutes),
    data: { states },
  })
  const hold = (master_version: string, more = {}) => ({
    items: [{ item, name: master_version, master_version, ...more }],
  })
  const reject = {
    master_rejections: [{ master: 'items', master_key: item, master_version: '10', reason: 'unit' }],
  }
  return [
    said('r1', 'erp', 0, hold('9')),
    said('r2', 'erp', 30, hold('10', { effective_at: at(90) })),
    said('r3', 'erp', 60, hold('B', { effective_at: at(2000) })),
    // stated again at night, as snapshots do
    said('r4', 'erp', 200, hold('B', { effective_at: at(2000) })),
    said('c1', 'crm', 10, hold('9')),
    said('c2', 'crm', 45, hold('10')),
    said('c3', 'crm', 210, hold('10')),
    said('w1', 'wms_ham', 20, hold('9')),
    said('w2', 'wms_ham', 40, reject),
  ]
}

test('order and duplication change nothing', async () => {
  const world = await openMasters()
  try {
    const standing = async (item: string) => {
      const { rows } = await world.ask<MasterVersions>(`/api/propagation/items/${item}`)
      return rows.map(({ key, detail, told_at, ...row }) => ({
        ...row,
        record_event: row.record_event.replace(`${item}-`, ''),
        consumer_event: row.consumer_event.replace(`${item}-`, ''),
      }))
    }
    await world.complete(new Date())
    await world.send(historyOf('IN-ORDER'))
    const expected = await standing('IN-ORDER')
    expect(expected.map((row) => [row.master_version, row.consumer, row.state])).toEqual([
      ['B', 'crm', 'pending'],
      ['B', 'wms_ham', 'pending'],
      ['10', 'crm', 'accepted'],
      ['10', 'wms_ham', 'rejected'],
      ['9', 'crm', 'accepted'],
      ['9', 'wms_ham', 'accepted'],
    ])
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          Array.from({ length: 18 }, (_, index) => index),
          { minLength: 18 },
        ),
        fc.integer({ min: 1, max: 6 }),
        async (order, loads) => {
          const item = `X${++run}`
          const history = historyOf(item)
          // every message at least twice, over one load or several
          const sent = order.map((index) => history[index % 9] as MasterEvent)
          const size = Math.ceil(sent.length / loads)
          for (let from = 0; from < sent.length; from += size) await world.send(sent.slice(from, from + size))
          expect(await standing(item)).toEqual(expected)
        },
      ),
      { numRuns: 12 },
    )
  } finally {
    await world.close()
  }
})

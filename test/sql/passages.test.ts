import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { handoffRows } from '../../server/core/handoffs.ts'
import { createPassages, writeHandoffs } from '../../sql/passages.ts'
import type { Store } from '../../sql/store.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { openEmptyStore } from '../support/store.ts'

const stages = ['ordered', 'accepted', 'shipped', 'invoiced']
const estateOf = (names: string[], objective = '10m') => ({
  flows: scenarioEstate(`flows:
  - flow: otc
    name: Order to cash
    tier: 1
    owner: ops
    stages:
${names
  .map(
    (stage, index) =>
      `      - { stage: ${stage}, name: ${stage}, role: erp, event: erp.${stage}${index ? `, handoff: { name: ${stage}, objective: ${objective} }` : ''} }`,
  )
  .join('\n')}
`).flows,
})
const start = Date.UTC(2026, 10, 2, 8)

type Message = { plant: string; key: string; stage: string; minute: number; partner: string; trace: string }
const messages = fc.record({
  plant: fc.constantFrom('HAM', 'SHF'),
  key: fc.constantFrom('K1', 'K2', 'K3'),
  stage: fc.constantFrom(...stages, 'ended'),
  minute: fc.integer({ min: 0, max: 50 }),
  partner: fc.constantFrom('', 'C1', 'C2'),
  trace: fc.constantFrom('', 't1', 't2'),
})

let store: Store
let loads = 0
beforeAll(async () => {
  store = await openEmptyStore()
})
beforeEach(async () => {
  await writeHandoffs(store, handoffRows(estateOf(stages), new Date()))
})
afterAll(() => store.close())

const empty = async () => {
  for (const table of ['flow_progress', 'passages']) await store.command(`TRUNCATE TABLE ${table}`)
}
const load = async (said: Message[]): Promise<string> => {
  const load_seq = String(++loads)
  await store.insert(
    'events_in',
    said.map(({ plant, key, stage, minute, partner, trace }, index) => ({
      kind: 'event',
      source: 'erp',
      system: 'erp',
      plant,
      flow: 'otc',
      stage,
      event_id: `${load_seq}-${index}`,
      type: 'test',
      key,
      occurred_at: new Date(start + minute * 60_000).toISOString(),
      received_at: new Date(start).toISOString(),
      trace_id: trace,
      partner,
      data: '{}',
      load_seq,
    })),
  )
  return load_seq
}

/** What the passages must be, of all that was ever said, whenever it came. */
function expectedOf(said: Message[], of = stages): string[] {
  const latest = (texts: string[]) => texts.sort().at(-1) ?? ''
  return [...new Set(said.map(({ plant, key }) => `${plant} ${key}`))]
    .flatMap((place) => {
      const own = said.filter(({ plant, key }) => `${plant} ${key}` === place)
      const reached = (stage: string) =>
        Math.min(...own.filter((each) => each.stage === stage).map(({ minute }) => minute))
      const partner = (stage: string) =>
        latest(own.filter((each) => each.stage === stage).map((each) => each.partner))
      const isEnded = Number.isFinite(reached('ended'))
      const entry = Number.isFinite(reached(of[0] as string))
        ? [
            [
              place,
              '',
              0,
              reached(of[0] as string),
              false,
              false,
              partner(of[0] as string),
              '',
              [...new Set(own.map(({ stage }) => stage))].sort().join('+'),
            ],
          ]
        : []
      const passed = of.slice(1).flatMap((to, index) => {
        const from = of[index] as string
        if (!Number.isFinite(reached(from))) return []
        const isDone = Number.isFinite(reached(to))
        const isBehind = of.slice(index + 2).some((later) => Number.isFinite(reached(later)))
        return [
          [
            place,
            `${from}-${to}`,
            reached(from),
            isDone ? reached(to) : -1,
            !isDone && !isEnded && !isBehind,
            !isDone && isEnded,
            partner(from),
            isDone ? '' : latest(own.map(({ trace }) => trace)),
            '',
          ],
        ]
      })
      return [...entry, ...passed].map((row) => row.join('|'))
    })
    .sort()
}
async function found(): Promise<string[]> {
  const rows = await store.rows<{ row: (string | number | boolean)[]; sum: string }>(
    `SELECT [concat(plant, ' ', key), toString(handoff), toString(if(left_ms = 0, 0, (toInt64(left_ms) - ${start}) / 60000)), toString(if(arrived_ms = 0, -1, (toInt64(arrived_ms) - ${start}) / 60000)),
       toString(is_waiting), toString(is_ended), toString(partner), trace_id, arrayStringConcat(stages, '+')] AS row, toString(sum(sign)) AS sum
     FROM passages GROUP BY ALL HAVING sum(sign) != 0`,
  )
  expect(rows.filter(({ sum }) => sum !== '1')).toEqual([])
  return rows.map(({ row }) => row.join('|')).sort()
}

test('whatever the order, doubling and delay in which messages come, and wherever a load was cut short, the passages are those of all that was said', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          said: fc.array(messages, { minLength: 1, maxLength: 6 }),
          // a load that never came to count is told with the next one; one whose commit failed is told again
          fate: fc.constantFrom('counts', 'counts', 'is left behind', 'is told twice', 'dies'),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      async (history) => {
        await empty()
        let passages = createPassages(store)
        await passages.settle(String(loads))
        for (const { said, fate } of history) {
          const loadSeq = await load(said)
          if (fate === 'is left behind') continue
          await passages.settle(loadSeq)
          if (fate === 'is told twice') await passages.settle(loadSeq)
          if (fate === 'dies') {
            // its process: another begins at what counts, and is given all that came after it once more
            passages = createPassages(store)
            await passages.settle(loadSeq)
          }
        }
        await passages.settle(await load([]))
        const all = history.flatMap(({ said }) => said)
        expect(await found()).toEqual(expectedOf(all))
        await store.command('OPTIMIZE TABLE passages FINAL')
        expect(await found()).toEqual(expectedOf(all))
        const [waiting] = await store.rows<{ rows: number }>(
          'SELECT toUInt32(count()) AS rows FROM handoff_passages WHERE is_waiting',
        )
        expect(waiting?.rows).toBe(expectedOf(all).filter((row) => row.split('|')[4] === 'true').length)
      },
    ),
    { numRuns: 8 },
  )
})

test('an estate with other stages has the passages of its own, made of what was said before; objectives change nothing of them', async () => {
  await empty()
  const said = [
    { plant: 'HAM', key: 'K1', stage: 'ordered', minute: 1, partner: 'C1', trace: 't1' },
    { plant: 'HAM', key: 'K1', stage: 'shipped', minute: 9, partner: '', trace: 't1' },
    { plant: 'SHF', key: 'K2', stage: 'ordered', minute: 2, partner: '', trace: '' },
  ]
  await createPassages(store).settle(await load(said))
  const made = async () =>
    (await store.rows<{ made: number }>('SELECT toUInt32(count()) AS made FROM passages_made'))[0]?.made
  const before = await made()
  await writeHandoffs(store, handoffRows(estateOf(stages, '20m'), new Date()))
  expect(await made()).toBe(before)
  const [objective] = await store.rows<{ ms: string }>(
    "SELECT toString(any(objective_ms)) AS ms FROM handoff_passages WHERE key = 'K2'",
  )
  expect(objective?.ms).toBe(String(20 * 60_000))
  const short = ['ordered', 'shipped']
  await writeHandoffs(store, handoffRows(estateOf(short), new Date()))
  expect(await found()).toEqual(expectedOf(said, short))
  // cut short while they were made: nothing is taken for whole
  await store.command('TRUNCATE TABLE passages')
  await store.insert('passages_made', [{ made_at: new Date().toISOString(), structure: '' }])
  await writeHandoffs(store, handoffRows(estateOf(short), new Date()))
  expect(await found()).toEqual(expectedOf(said, short))
})

test('what waits and what arrived in an hour is found without reading what arrived before', async () => {
  await empty()
  await store.command(
    `INSERT INTO passages (plant, flow, handoff, is_waiting, arrived_ms, key, left_ms, sign)
     SELECT 'HAM', 'otc', 'ordered-accepted', number % 1000 = 0 AS waits, if(waits, 0, ${start} + number * 1000), toString(number), ${start} + number * 1000 - 500, 1 FROM numbers(200000)`,
  )
  const granules = async (where: string) => {
    const lines = await store.rows<{ explain: string }>(
      `EXPLAIN indexes = 1 SELECT count() FROM handoff_passages WHERE ${where}`,
    )
    const read = lines.flatMap(({ explain }) => /Granules: (\d+)\/(\d+)/.exec(explain)?.slice(1) ?? [])
    return [Number(read[0]), Number(read[1])]
  }
  const [waiting, all] = await granules("plant = 'HAM' AND flow = 'otc' AND is_waiting")
  expect(all).toBeGreaterThan(20)
  expect(waiting).toBeLessThanOrEqual(2)
  const from = start + 100_000_000
  const hour = `is_done AND arrived_ms >= ${from} AND arrived_ms < ${from + 3_600_000}`
  expect((await granules(`plant = 'HAM' AND flow = 'otc' AND ${hour}`))[0]).toBeLessThanOrEqual(3)
})

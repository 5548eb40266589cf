import { createHash } from 'node:crypto'
import type { HandoffRow } from '../server/core/handoffs.ts'
import { markRepeats } from './repeats.ts'
import type { Settings, Store } from './store.ts'

const columns =
  'plant, flow, handoff, is_waiting, arrived_ms, key, left_ms, is_ended, partner, trace_id, stages'

/** The passages of some keys as flow_progress tells them. */
const told = (which: string) => `
  SELECT keys.plant AS plant, keys.flow AS flow, handoffs.handoff AS handoff,
    handoff != '' AND arrived_ms = 0 AND NOT is_ended AND NOT arrayExists(stage -> keys.at[stage] > 0, later_stages) AS is_waiting,
    keys.at[to_stage] AS arrived_ms, keys.key AS key, keys.at[from_stage] AS left_ms,
    arrived_ms = 0 AND keys.at['ended'] > 0 AS is_ended,
    keys.partners[if(handoff = '', to_stage, from_stage)] AS partner,
    if(arrived_ms = 0, keys.trace_id, '') AS trace_id,
    if(handoff = '', arraySort(mapKeys(keys.at)), []) AS stages,
    1 AS sign
  FROM (
    SELECT plant, flow, key, minMap(map(toString(stage), toUInt64(toUnixTimestamp64Milli(reached_at)))) AS at,
      maxMap(map(toString(stage), flow_progress.partner)) AS partners, max(flow_progress.trace_id) AS trace_id
    FROM flow_progress
    WHERE ${which}
    GROUP BY plant, flow, key
  ) AS keys
  INNER JOIN (SELECT * FROM estate_handoffs WHERE loaded_at = {handoffs_at:DateTime64(3, 'UTC')}) AS handoffs ON handoffs.flow = keys.flow
  WHERE if(handoff = '', arrived_ms, left_ms) > 0`

const touched = 'SELECT plant, flow, key FROM flow_progress WHERE load_seq > {after:UInt64}'

/**
 * What flow_progress says of touched keys, less what the passages have of them: nothing where they agree. No passage of a
 * key is older than the first stage it reached.
 */
const settling = `INSERT INTO passages (${columns}, sign)
WITH touched AS (${touched})
SELECT ${columns}, sum(sign) AS difference
FROM (${told('(plant, flow, key) IN touched')}
  UNION ALL
  SELECT ${columns}, -sign
  FROM passages
  WHERE (plant, flow, key) IN touched AND key IN (SELECT key FROM touched) AND (arrived_ms >= {since_ms:UInt64} OR arrived_ms = 0))
GROUP BY ALL
HAVING difference != 0`

const making = `INSERT INTO passages (${columns}, sign)
SELECT ${columns}, sign FROM (${told('plant = {plant:String} AND flow = {flow:String}')})`

/** What was written and struck before may be written again; */
const again = { insert_deduplicate: 0 } as const
/** and what one load changes is one part, all of it or nothing. */
const whole = {
  ...again,
  max_insert_threads: 1,
  min_insert_block_size_rows: 10_000_000,
  min_insert_block_size_bytes: 0,
} as const

/**
 * Writes what the engine has to know of the estate's hand-offs. Where stages or hand-offs are others than the passages
 * were made for, or making them was cut short, they are made anew of all keys; objectives are joined when asked and
 * change nothing. Before anything is loaded.
 */
export async function writeHandoffs(store: Store, rows: HandoffRow[]): Promise<void> {
  if (rows.length === 0) return
  await store.insert('estate_handoffs', rows)
  const stages = rows.map(({ flow, handoff, from_stage, to_stage, later_stages }) => [
    flow,
    handoff,
    from_stage,
    to_stage,
    later_stages,
  ])
  const structure = createHash('sha256').update(JSON.stringify(stages)).digest('hex')
  const [made] = await store.query('passages_structure', {})
  if (made?.structure !== structure) await makePassages(store, structure, rows)
}

/** Makes the passages of all keys anew. */
async function makePassages(store: Store, structure: string, rows: HandoffRow[]): Promise<void> {
  const note = (of: string) =>
    store.insert('passages_made', [{ made_at: new Date().toISOString(), structure: of }], { lane: 'load' })
  await note('')
  await store.command('TRUNCATE TABLE passages', {}, { lane: 'load' })
  const flows = await store.rows<{ plant: string; flow: string }>(
    'SELECT DISTINCT plant, flow FROM flow_progress',
    {},
    { lane: 'load' },
  )
  for (const { plant, flow } of flows)
    await store.command(
      making,
      { plant, flow, handoffs_at: new Date(rows[0]?.loaded_at ?? 0) },
      { lane: 'load', settings: again },
    )
  await note(structure)
}

export type Passages = {
  /**
   * Makes the passages, and the notes of what came again, right for what was loaded since the last load that counts,
   * before the one of this number does.
   * Every step may be repeated, after a crash too, and ends the same. One at a time: loads of facts are one line.
   */
  settle(loadSeq: string, settings?: Settings): Promise<void>
}

/** Keeps the passages as loads go on. */
export function createPassages(store: Store): Passages {
  let after: string | undefined
  return {
    settle: async (loadSeq, settings = {}) => {
      // what a load left behind that never came to count is told with the next one
      after ??= (await store.query('newest_load', {}))[0]?.load_seq ?? '0'
      const lane = 'load'
      await markRepeats(store, after, lane)
      const [found] = await store.rows<{ since_ms: string; handoffs_at: string }>(
        `SELECT toString(min(toUnixTimestamp64Milli(reached_at))) AS since_ms, (SELECT toString(max(loaded_at)) FROM estate_handoffs) AS handoffs_at, count() AS touched
         FROM flow_progress WHERE (plant, flow, key) IN (${touched}) HAVING touched > 0`,
        { after },
        { lane },
      )
      if (found)
        await store.command(
          settling,
          { after, since_ms: found.since_ms, handoffs_at: found.handoffs_at },
          { lane, settings: { ...whole, ...settings } },
        )
      after = loadSeq
    },
  }
}

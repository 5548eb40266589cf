import type { Estate } from '../server/core/estate.ts'
import { type EntityName, entityNames } from '../server/core/model.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import {
  bringContributions,
  committed,
  readingOf,
  remakeContributions,
  systemParams,
} from './contributions.ts'

/** How far the states were brought, from where, and which entities had anything new in between. */
export type Advanced = { from: string; cut: string; changed: ReadonlySet<EntityName> }

/**
 * Brings the contributions of the checks and the current states up to the newest committed load and returns that cut.
 * Only committed loads are copied, so a half-read file is never seen; copying one twice after a crash changes nothing,
 * since the same version wins again.
 */
export async function advanceStates(
  store: Store,
  estate: Estate,
  checks: readonly Check[],
): Promise<Advanced> {
  const [head] = await store.query('newest_load', {})
  const cut = head?.load_seq ?? '0'
  const done = new Map((await store.query('advanced', {})).map((row) => [row.entity, row.load_seq]))
  const made = new Map((await store.query('contributed', {})).map((row) => [row.check, row]))
  const readings = checks.map((check) => ({ check, reading: readingOf(check, systemParams(estate, check)) }))
  const kept = readings.filter(({ check, reading }) => made.get(check.check)?.reading === reading)
  // a crash may have left one behind the other: all go on from the lowest
  const from = lowest([
    cut,
    ...entityNames.map((entity) => done.get(entity) ?? '0'),
    ...kept.map(({ check }) => made.get(check.check)?.load_seq ?? '0'),
  ])
  // the latest counts: it must look so where the clock was set back, too
  const noted_at = [...made.values()].map((row) => Date.parse(row.last_at) + 1)
  const at = new Date(Math.max(Date.now(), ...noted_at)).toISOString()
  const range = { from, cut }
  const changed = from === cut ? new Set<EntityName>() : await listChanged(store, range)
  if (from !== cut) {
    // contributions first: only the states as they were know which key a row leaves
    for (const { check } of kept) await bringContributions(store, estate, check, range, changed)
    for (const entity of changed)
      await store.command(`INSERT INTO ${entity} SELECT * FROM ${entity}_log WHERE ${committed}`, range)
    await store.insert(
      'advanced',
      entityNames.map((entity) => ({ entity, load_seq: cut, at })),
    )
  }
  const remade = readings.filter((each) => !kept.includes(each))
  for (const { check } of remade) await remakeContributions(store, estate, check)
  const noted = from === cut ? remade : readings
  await store.insert(
    'contributed',
    noted.map(({ check, reading }) => ({ check: check.check, reading, load_seq: cut, at })),
  )
  return { ...range, changed }
}

const lowest = (numbers: string[]) =>
  numbers.reduce((least, each) => (BigInt(each) < BigInt(least) ? each : least))

/** The entities that have anything new in the range. */
async function listChanged(store: Store, range: { from: string; cut: string }): Promise<Set<EntityName>> {
  const rows = await store.rows<{ entity: EntityName }>(
    entityNames
      .map(
        (entity) =>
          `SELECT '${entity}' AS entity FROM ${entity}_log WHERE load_seq > {from:UInt64} AND load_seq <= {cut:UInt64} LIMIT 1`,
      )
      .join(' UNION ALL '),
    range,
    { lane: 'judge' },
  )
  return new Set(rows.map((row) => row.entity))
}

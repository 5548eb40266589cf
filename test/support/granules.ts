import { readSqlFolder } from '../../sql/files.ts'
import type { Params, Store } from '../../sql/store.ts'
import { leaveOutUnset, readGuards } from '../../sql/unset-filters.ts'

/** What the engine would read: of which table or projection, how many granules. */
export type Reading = { of: string; granules: number }

/** The readings of a query file with its parameters, as EXPLAIN tells them. */
export async function explainQuery(store: Store, name: string, params: Params): Promise<Reading[]> {
  const sql = readSqlFolder('queries').get(name) ?? ''
  const lines = await store.rows<{ explain: string }>(
    `EXPLAIN indexes = 1 ${leaveOutUnset(readGuards(sql), params)}`,
    params,
  )
  const readings: Reading[] = []
  for (const { explain } of lines) {
    const table = /ReadFromMergeTree \((?:\w+\.)?(\w+)\)/.exec(explain)?.[1]
    if (table) readings.push({ of: table, granules: 0 })
    const granules = /Parts: \d+ \| Granules: (\d+)/.exec(explain)?.[1]
    const last = readings.at(-1)
    if (granules && last) last.granules = Number(granules)
  }
  return readings
}

/** How many granules of one table or projection are read. */
export const granulesOf = (readings: Reading[], of: string): number =>
  readings.filter((reading) => reading.of === of).reduce((sum, { granules }) => sum + granules, 0)

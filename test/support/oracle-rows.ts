import type { StateRow } from '../../server/demo/effects.ts'

/** A state as it stands: who said it, and when. */
export type Kept = StateRow & { plant: string; system: string; at: number }
/** The states of one plant. */
export type Rows = (entity: string) => Kept[]
/** Names a disagreement: key, class, and when the key last changed. */
export type Say = (key: string, name: string, at: number) => void
export type Facts = {
  rows: Rows
  /** what all plants say */
  everywhere: Rows
  plant: string
  roleOf(system: string): string
  base(row: Kept): number
  /** the month in which a movement counts where its plant is */
  month(row: Kept): string
}

export const number = (value: unknown): number => Number(value ?? 0)
export const trim = (value: unknown): string => String(value ?? '').replace(/^0+(?=\d+$)/, '')

/** The rows by key, each group with when it last changed. */
export function groupBy(
  rows: Kept[],
  keyOf: (row: Kept) => string,
): Map<string, { rows: Kept[]; at: number }> {
  const groups = new Map<string, { rows: Kept[]; at: number }>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key) ?? { rows: [], at: 0 }
    group.rows.push(row)
    group.at = Math.max(group.at, row.at)
    groups.set(key, group)
  }
  return groups
}

/** What the rows that fit come to, to six places. */
export const total = (rows: Kept[], fits: (row: Kept) => boolean, of: (row: Kept) => number): number =>
  Math.round(rows.filter(fits).reduce((sum, row) => sum + of(row), 0) * 1e6) / 1e6

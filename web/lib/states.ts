import type { StateView } from '../../server/api/schemas/exceptions.ts'

/** Records of one entity on both sides, told in the way that suits how many there are. */
export type StateGroup =
  | { entity: string; kind: 'pair'; states: StateView[] }
  | { entity: string; kind: 'refs'; rows: RefRow[]; unmatched: number }
  | { entity: string; kind: 'list'; states: StateView[] }

/** One reference, with the records either side holds of it. */
export interface RefRow {
  ref: string
  left: StateView[]
  right: StateView[]
}

export const valueIn = (state: StateView, name: string): string | undefined =>
  state.values.find((value) => value.name === name)?.value

/**
 * At most one record of each system is compared column by column. Many records that carry a reference are matched
 * by it, those without a partner first: they are what explains the difference. All else is listed.
 */
export function groupStates(states: StateView[]): StateGroup[] {
  const entities = [...new Set(states.map((state) => state.entity))]
  return entities.map((entity) => {
    const own = states.filter((state) => state.entity === entity)
    // one record of each system, be they two or three
    if (new Set(own.map((state) => state.system)).size === own.length && own.length <= 3) {
      const ordered = [...own].sort((a, b) => a.side.localeCompare(b.side))
      return { entity, kind: 'pair', states: ordered }
    }
    if (!own.every((state) => valueIn(state, 'ref'))) return { entity, kind: 'list', states: own }
    const byRef = new Map<string, RefRow>()
    for (const state of own) {
      const ref = valueIn(state, 'ref') as string
      const row = byRef.get(ref) ?? { ref, left: [], right: [] }
      row[state.side].push(state)
      byRef.set(ref, row)
    }
    const lonely = (row: RefRow) => row.left.length === 0 || row.right.length === 0
    const rows = [...byRef.values()].sort((a, b) => Number(lonely(b)) - Number(lonely(a)))
    return { entity, kind: 'refs', rows, unmatched: rows.filter(lonely).length }
  })
}

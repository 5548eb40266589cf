import type { CheckInfo } from '../server/core/check-info.ts'
import type { Ownership } from '../server/core/ownership.ts'
import type { Store } from './store.ts'

/** A case that the estate's rules give to another team than it has. */
export type Move = { number: string; plant: string; key: string; from: string; to: string; why: string }

/**
 * The open cases that would go to another team by the rules as they are now; what a person has moved stays.
 * @param numbers only these cases; all when left out
 */
export async function listMoves(
  store: Store,
  ownership: Ownership,
  checks: readonly Pick<CheckInfo, 'check' | 'flow'>[],
  plants: string[],
  numbers?: readonly string[],
): Promise<Move[]> {
  if (numbers?.length === 0) return []
  const flowOf = new Map(checks.map(({ check, flow }) => [check, flow]))
  const rows = await store.query('cases_to_own', { plants, numbers: (numbers ?? []).map(Number) })
  return rows.flatMap(({ number, plant, key, team, ...row }) => {
    const owner = ownership.ownerOf({ ...row, plant, flow: flowOf.get(row.check) ?? '' })
    // a case that nobody would own stays with who has it
    return owner.team === '' || owner.team === team
      ? []
      : [{ number, plant, key, from: team, to: owner.team, why: owner.why }]
  })
}

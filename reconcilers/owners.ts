import { actOf } from '../server/core/case-acts.ts'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import type { Ownership } from '../server/core/ownership.ts'
import { actOnMany } from '../sql/acting.ts'
import type { FinishCase } from '../sql/cases.ts'
import { listMoves } from '../sql/owners.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Verdict } from './judge.ts'

/**
 * Gives the cases that runs opened or changed to whom the estate's rules say, now that their causes are known. Never
 * fails: a case that could not be moved stays with the team of its check.
 */
export async function giveToOwners(
  store: Store,
  ownership: Ownership,
  checks: readonly Check[],
  verdicts: readonly Verdict[],
  finishCase: FinishCase,
): Promise<void> {
  const applied = verdicts.flatMap((verdict) => verdict.applied)
  const plants = [...new Set(applied.map(({ plant }) => plant))]
  try {
    const touched = await store.query('cases_of_runs', { runs: applied.map(({ run }) => run) })
    const numbers = touched.map((row) => row.number)
    const moves = await listMoves(store, ownership, checks, plants, numbers)
    await actOnMany(
      { store, plants, finishCase },
      moves.map(({ number, to, why }) => ({ number, act: actOf({ act: 'move', team: to, reason: why }) })),
      'plumbline',
      false,
    )
  } catch (error) {
    log.error({ error: describeError(error) }, 'cases could not be given to whom the rules say')
  }
}

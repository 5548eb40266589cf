import { actOf } from '../server/core/case-acts.ts'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import { actOnMany } from '../sql/acting.ts'
import { listMoves } from '../sql/owners.ts'
import type { Verdict } from './judge.ts'
import type { RunContext } from './runner.ts'

/**
 * Gives the cases that runs opened or changed to whom the estate's rules say, now that their causes are known. Never
 * fails: a case that could not be moved stays with the team of its check.
 * @param touched the numbers of the cases that took a step
 */
export async function giveToOwners(
  { store, ownership, checks, finishCase }: RunContext,
  verdicts: readonly Verdict[],
  touched: readonly string[],
): Promise<void> {
  const plants = [...new Set(verdicts.flatMap(({ applied }) => applied.map(({ plant }) => plant)))]
  if (touched.length === 0 || plants.length === 0) return
  try {
    const moves = await listMoves(store, ownership, checks, plants, touched)
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

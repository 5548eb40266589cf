import { foldCases } from '../sql/cases.ts'
import { updateCases } from './cases.ts'
import { failVerdict, type Verdict } from './judge.ts'
import { findAbsentSides, readTallies } from './presence.ts'
import { holdRunaways } from './runaway.ts'
import type { RunContext } from './runner.ts'
import { withSpan } from './span.ts'

/**
 * Brings the cases up to what checks found, of all of them at once: a statement costs the engine far more to understand
 * than to run. Plants of which a side says nothing are left out, and those that would open too much at once are held.
 * Never throws: a failure is part of every verdict that was to be applied.
 * @returns the numbers of the cases that took a step by what was found of them
 */
export async function applyVerdicts(context: RunContext, all: Verdict[], at: Date): Promise<string[]> {
  const { estate, store, finishCase } = context
  const verdicts = all.filter((verdict) => verdict.judged.length > 0 && !verdict.failure)
  if (verdicts.length === 0) return []
  const watch = performance.now()
  try {
    return await withSpan('bring cases up', async () => {
      for (const verdict of verdicts) verdict.applied = verdict.judged
      const tallies = verdicts.some(({ plan }) => plan?.scope)
        ? await readTallies(store, verdicts)
        : new Map<string, never>()
      const absent = await findAbsentSides(store, estate, verdicts, tallies)
      for (const verdict of verdicts)
        verdict.applied = verdict.judged.filter(({ run, plant }) => {
          const reason = absent.get(run)
          if (reason) verdict.trusts.find((trust) => trust.plant === plant)?.reasons.push(reason)
          return !reason
        })
      const found = [...tallies.values()]
      const isAnyOut = found.some((tally) => tally.variances !== '0')
      const fresh = isAnyOut
        ? await holdRunaways(store, estate, verdicts, at)
        : { held: new Map<string, number>(), isAnyNew: false }
      for (const verdict of verdicts) {
        verdict.held = fresh.held
        verdict.applied = verdict.applied.filter(({ run }) => !fresh.held.has(run))
      }
      const isAnyMoved = await updateCases(store, estate, verdicts, at, isAnyOut, fresh.isAnyNew)
      if (!isAnyMoved && fresh.held.size === 0) return []
      const runs = verdicts.flatMap(({ judged }) => judged.map(({ run }) => run))
      const touched = (await store.query('cases_of_runs', { runs })).map((row) => row.number)
      await foldCases(store, touched, finishCase)
      if (fresh.held.size === 0) return touched
      // the case that stands for what is held is the check's own
      const applied = verdicts.flatMap((verdict) => verdict.applied.map(({ run }) => run))
      return (await store.query('cases_of_runs', { runs: applied })).map((row) => row.number)
    })
  } catch (error) {
    for (const verdict of verdicts) failVerdict(verdict, error)
    return []
  } finally {
    // what is done for all of them together is shared out
    const share = Math.round((performance.now() - watch) / verdicts.length)
    for (const verdict of verdicts) verdict.ms += share
  }
}

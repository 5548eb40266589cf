import { PlumblineError } from '../server/core/errors.ts'
import { evaluateCheck, type Rule, ruleOf } from './evaluate.ts'
import { readOutcomes, recordRuns } from './outcome.ts'
import type { RunContext } from './runner.ts'
import { everything } from './scope.ts'

/**
 * Judges the cut of a past run again, from every version ever loaded, by the rule it had or by the one of now. What it
 * finds is a run of its own; no case is opened, changed or closed by it.
 */
export async function rerunCut(
  { estate, store, checks, nextNumber }: RunContext,
  number: string,
  which: 'then' | 'now',
) {
  const [past] = await store.query('run', { run: number })
  if (!past)
    throw new PlumblineError('run_unknown', `there is no run ${number}`, { status: 404, where: 'run' })
  if (past.outcome !== 'ok')
    throw new PlumblineError(
      'run_not_complete',
      `run ${number} was ${past.outcome}: it judged nothing that could be judged again`,
      {
        status: 409,
        where: 'run',
        mend: 'Choose a complete run.',
      },
    )
  const thinned = (await store.query('sweeps', {})).find(({ swept }) => swept === 'history')
  if (BigInt(past.cut) < BigInt(thinned?.begun ?? 0))
    throw new PlumblineError(
      'history_gone',
      `of what run ${number} judged, versions that were replaced since are no longer kept`,
      { status: 409, where: 'run', mend: `The estate keeps them for ${estate.retention.history} days.` },
    )
  const check = checks.find((each) => each.check === past.check)
  if (which === 'now' && !check)
    throw new PlumblineError('check_unknown', `"${past.check}" is no check of this estate any more`, {
      status: 409,
      where: 'rule',
      mend: 'Run it again by the rule it had then.',
    })
  const rule = which === 'now' && check ? ruleOf(estate, check) : await readRule(past.rule)
  const started = new Date()
  const watch = performance.now()
  const run = await nextNumber()
  const judged = [{ plant: past.plant, run, clock: new Date(past.clock) }]
  await evaluateCheck(store, rule, judged, everything, past.cut)
  const outcome = (await readOutcomes(store, [{ judged }])).get(run)
  if (!outcome) throw new Error(`run ${run} left no outcome`)
  await recordRuns(store, [
    {
      run,
      check: past.check,
      plant: past.plant,
      kind: 'as_of',
      outcome: 'ok',
      reason: '',
      started_at: started.toISOString(),
      duration_ms: Math.round(performance.now() - watch),
      clock: past.clock,
      left_watermark: past.left_watermark,
      right_watermark: past.right_watermark,
      cut: past.cut,
      rule: rule.check.rule,
      ...outcome,
      compared: outcome.judged,
      of_run: number,
    },
  ])
  return run

  async function readRule(hash: string): Promise<Rule> {
    const [row] = await store.query('rule', { rule: hash })
    if (!row)
      throw new PlumblineError('rule_unknown', `the rule ${hash} of run ${number} was not kept`, {
        status: 409,
        where: 'rule',
        mend: 'Run it again by the rule of now.',
      })
    return JSON.parse(row.body) as Rule
  }
}

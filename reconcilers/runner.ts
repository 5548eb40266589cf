import { createFinish } from '../server/core/case-finish.ts'
import type { Estate } from '../server/core/estate.ts'
import { createOwnership, type Ownership } from '../server/core/ownership.ts'
import { type FinishCase, foldBehind, foldCases } from '../sql/cases.ts'
import type { Store } from '../sql/store.ts'
import { readWatermarks } from '../sql/watermarks.ts'
import { advanceStates } from './advance.ts'
import { applyVerdicts } from './apply.ts'
import type { Cause } from './cause.ts'
import { explainCases } from './causes.ts'
import type { Check } from './check.ts'
import { keepRules, ruleOf } from './evaluate.ts'
import { judgeCheck, type Verdict } from './judge.ts'
import { noOutcome, type Outcome, type RunRow, readOutcomes, recordRuns } from './outcome.ts'
import { giveToOwners } from './owners.ts'
import { readStanding } from './plan.ts'
import { rerunCut } from './rerun.ts'
import { withSpan } from './span.ts'

export type Runner = {
  checks: Check[]
  /**
   * Runs checks on one cut, now or as if it were `at`; resolves with the numbers of their runs, one per check and plant.
   * Every key is compared when `full` is asked for, else what may have changed since the last complete run.
   */
  run(checks: readonly Check[], options?: RunOptions): Promise<string[]>
  /**
   * Judges the cut of a past run again, by its own rule or by the one of now; touches no case.
   * @throws PlumblineError `run_unknown`, `run_not_complete` or `rule_unknown`
   */
  rerun(run: string, rule: 'then' | 'now'): Promise<string>
  /** Does something between runs: none sees half of it. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>
}
export type RunOptions = { at?: Date; full?: boolean }

/** What runs share. */
export type RunContext = {
  estate: Estate
  store: Store
  checks: readonly Check[]
  nextNumber: () => Promise<string>
  /** Puts right what a run has left that did not come to its end, here or in a process before. */
  mend: () => Promise<void>
  /** A run has not come to its end. */
  fail: () => void
  finishCase: FinishCase
  ownership: Ownership
  onRun: (opened: number, closed: number) => void
  /** what is sought of the cases that runs open */
  causes: readonly Cause[]
}

/** One run at a time: two never see different cuts of the same states. */
export function createRunner(
  estate: Estate,
  store: Store,
  checks: Check[],
  onRun: (opened: number, closed: number) => void,
  causes: readonly Cause[],
): Runner {
  let line: Promise<unknown> = Promise.resolve()
  let highest: number | undefined
  const nextNumber = async () => {
    highest ??= Number((await store.query('highest_run', {}))[0]?.run ?? 0)
    highest += 1
    return String(highest)
  }
  // nobody knows how the process before has ended
  let isWhole = false
  const finishCase = createFinish(estate, checks)
  const ownership = createOwnership(estate, checks)
  const mend = async () => {
    if (!isWhole) await foldBehind(store, finishCase)
    isWhole = true
  }
  const fail = () => {
    isWhole = false
  }
  const inLine = <Result>(work: () => Promise<Result>) => {
    const result = line.then(work)
    line = result.catch(fail)
    return result
  }
  const context: RunContext = {
    estate,
    store,
    checks,
    nextNumber,
    mend,
    fail,
    finishCase,
    ownership,
    onRun,
    causes,
  }
  return {
    checks,
    run: (asked, options = {}) => inLine(() => runChecks(context, asked, options)),
    rerun: (run, rule) => inLine(() => rerunCut(context, run, rule)),
    alone: inLine,
  }
}

/**
 * Runs checks on one cut, one after another: what they find is of one moment, and the causes of all their cases are
 * sought together. A check that fails holds up no other.
 */
async function runChecks(context: RunContext, checks: readonly Check[], options: RunOptions) {
  const { estate, store, onRun } = context
  return withSpan('run checks', async (span) => {
    const at = options.at ?? new Date()
    await context.mend()
    const advanced = await advanceStates(store, estate, context.checks)
    const { cut } = advanced
    const watermarks = await readWatermarks(store, estate.sources, at, cut)
    const standing = await readStanding(store, checks)
    await keepRules(
      store,
      checks.map((check) => ruleOf(estate, check)),
      at,
    )
    const moment = { at, advanced, standing, watermarks }
    const verdicts: Verdict[] = []
    for (const check of checks) verdicts.push(await judgeCheck(context, check, moment, options.full ?? false))
    const touched = await applyVerdicts(context, verdicts, at)
    if (verdicts.some(({ failure }) => failure)) context.fail()
    const explained = await explainCases(store, estate, verdicts, at, context.causes)
    // what can't be kept now is kept before the next run
    await foldCases(store, explained, context.finishCase).catch(context.fail)
    await giveToOwners(context, verdicts, touched)
    const outcomes = await readOutcomes(store, verdicts)
    const rows = verdicts.flatMap((verdict) => rowsOf(verdict, cut, outcomes))
    await recordRuns(store, rows)
    const sum = (name: 'opened' | 'closed') => rows.reduce((total, row) => total + row[name], 0)
    span.setAttributes({
      'plumbline.checks': checks.map((check) => check.check),
      'plumbline.opened': sum('opened'),
      'plumbline.closed': sum('closed'),
    })
    onRun(sum('opened'), sum('closed'))
    return rows.map((row) => row.run)
  })
}

function rowsOf(verdict: Verdict, cut: string, outcomes: Map<string, Outcome>): RunRow[] {
  const { check, trusts, runs, plan, failure, started, ms } = verdict
  return trusts.map((trust) => {
    const run = runs.get(trust.plant) as string
    const isIncomplete = trust.reasons.length > 0
    const outcome = isIncomplete ? 'incomplete' : failure ? 'failed' : 'ok'
    return {
      run,
      check: check.check,
      plant: trust.plant,
      kind: plan?.kind ?? 'full',
      outcome,
      reason: isIncomplete ? trust.reasons.join('; ') : failure,
      started_at: started.toISOString(),
      duration_ms: ms,
      clock: trust.clock.toISOString(),
      left_watermark: trust.left.toISOString(),
      right_watermark: trust.right.toISOString(),
      cut,
      rule: check.rule,
      ...((outcome === 'ok' && outcomes.get(run)) || noOutcome),
      of_run: '',
    }
  })
}

import { type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { describeError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { log } from '../server/core/log.ts'
import type { Store } from '../sql/store.ts'
import { readWatermarks } from '../sql/watermarks.ts'
import { advanceStates } from './advance.ts'
import { updateCases } from './cases.ts'
import { explainCases } from './causes.ts'
import type { Check } from './check.ts'
import { evaluateCheck, type Judged, keepRule, ruleOf } from './evaluate.ts'
import { noOutcome, readOutcomes, recordRuns } from './outcome.ts'
import { type Plan, planRun } from './plan.ts'
import { findAbsentSides } from './presence.ts'
import { rerunCut } from './rerun.ts'
import { type Held, holdRunaways } from './runaway.ts'
import { judgeTrust } from './trust.ts'

export type Runner = {
  checks: Check[]
  /**
   * Runs a check now, or as if it were `at`; resolves with the numbers of its runs, one per plant. Every key is compared
   * when `full` is asked for, else what may have changed since the last complete run.
   */
  run(check: Check, options?: RunOptions): Promise<string[]>
  /**
   * Judges the cut of a past run again, by its own rule or by the one of now; touches no case.
   * @throws PlumblineError `run_unknown`, `run_not_complete` or `rule_unknown`
   */
  rerun(run: string, rule: 'then' | 'now'): Promise<string>
}
export type RunOptions = { at?: Date; full?: boolean }

/** What runs share. */
export type RunContext = {
  estate: Estate
  store: Store
  checks: readonly Check[]
  nextNumber: () => Promise<string>
  onRun: (opened: number, closed: number) => void
}

const tracer = trace.getTracer('plumbline.reconcilers')

/** One run at a time: two never see different cuts of the same states. */
export function createRunner(
  estate: Estate,
  store: Store,
  checks: Check[],
  onRun: (opened: number, closed: number) => void,
): Runner {
  let line: Promise<unknown> = Promise.resolve()
  let highest: number | undefined
  const nextNumber = async () => {
    highest ??= Number((await store.query('highest_run', {}))[0]?.run ?? 0)
    highest += 1
    return String(highest)
  }
  const inLine = <Result>(work: () => Promise<Result>) => {
    const result = line.then(work)
    line = result.catch(() => undefined)
    return result
  }
  const context: RunContext = { estate, store, checks, nextNumber, onRun }
  return {
    checks,
    run: (check, options = {}) => inLine(() => runCheck(context, check, options)),
    rerun: (run, rule) => inLine(() => rerunCut(context, run, rule)),
  }
}

async function runCheck(context: RunContext, check: Check, options: RunOptions): Promise<string[]> {
  const { estate, store, nextNumber, onRun } = context
  return withSpan(`run ${check.check}`, async (span) => {
    const started = new Date()
    const at = options.at ?? started
    const watch = performance.now()
    const cut = await advanceStates(store, estate, context.checks)
    const trusts = judgeTrust(estate, check, await readWatermarks(store, estate.sources, at, cut), at)
    const runs = new Map<string, string>()
    for (const trust of trusts) runs.set(trust.plant, await nextNumber())
    const judged: Judged[] = trusts
      .filter((trust) => trust.reasons.length === 0)
      .map((trust) => ({ plant: trust.plant, run: runs.get(trust.plant) as string, clock: trust.clock }))
    let failure = ''
    let plan: Plan | undefined
    let held: Held = new Map()
    if (judged.length > 0)
      try {
        const rule = ruleOf(estate, check)
        await keepRule(store, rule, started)
        plan = await planRun(store, check, judged, options.full ?? false)
        await evaluateCheck(store, rule, judged, plan.scope)
        const absent = await findAbsentSides(store, estate, check, judged)
        for (const trust of trusts) trust.reasons.push(...[absent.get(trust.plant) ?? []].flat())
        const heard = judged.filter((each) => !absent.has(each.plant))
        const fresh = await holdRunaways(store, estate, check, heard, plan, at)
        held = fresh.held
        const applied = heard.filter((each) => !held.has(each.run))
        if (applied.length > 0) {
          await updateCases(store, check, applied, at, fresh.isAnyNew)
          await explainCases(store, estate, check, applied, at)
        }
      } catch (error) {
        failure = describeError(error)
        log.error({ check: check.check, error: failure }, 'a check failed; it opened and closed nothing more')
        span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
      }
    const outcomes = await readOutcomes(store, judged, plan, held)
    const rows = trusts.map((trust) => {
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
        duration_ms: Math.round(performance.now() - watch),
        clock: trust.clock.toISOString(),
        left_watermark: trust.left.toISOString(),
        right_watermark: trust.right.toISOString(),
        cut,
        rule: check.rule,
        ...((outcome === 'ok' && outcomes.get(run)) || noOutcome),
        of_run: '',
      }
    })
    await recordRuns(store, rows)
    const sum = (name: 'opened' | 'closed') => rows.reduce((total, row) => total + row[name], 0)
    span.setAttributes({
      'plumbline.plants': judged.length,
      'plumbline.kind': plan?.kind ?? '',
      'plumbline.opened': sum('opened'),
      'plumbline.closed': sum('closed'),
    })
    span.end()
    onRun(sum('opened'), sum('closed'))
    return [...runs.values()]
  })
}

/** Our own work is traced like anybody's. */
async function withSpan<Result>(name: string, work: (span: Span) => Promise<Result>): Promise<Result> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(error) })
      throw error
    } finally {
      span.end()
    }
  })
}

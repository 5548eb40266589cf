import { SpanStatusCode } from '@opentelemetry/api'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import { foldCases } from '../sql/cases.ts'
import type { Watermark } from '../sql/watermarks.ts'
import { updateCases } from './cases.ts'
import type { Check } from './check.ts'
import { evaluateCheck, type Judged, keepRule, ruleOf } from './evaluate.ts'
import { type Plan, planRun } from './plan.ts'
import { findAbsentSides } from './presence.ts'
import { type Held, holdRunaways } from './runaway.ts'
import type { RunContext } from './runner.ts'
import { withSpan } from './span.ts'
import { judgeTrust, type Trust } from './trust.ts'

/** A cut of the states, what the sources say of it, and the moment it is judged as of. */
export type Moment = { at: Date; cut: string; watermarks: Watermark[] }

/** What came of judging one check on one cut: what is needed to explain its cases and to record its runs. */
export type Verdict = {
  check: Check
  started: Date
  ms: number
  /** every plant, with why it may not be judged */
  trusts: Trust[]
  runs: Map<string, string>
  judged: Judged[]
  /** those whose cases were brought up to what was found */
  applied: Judged[]
  plan?: Plan
  held: Held
  failure: string
}

/** Judges one check and brings its cases up to what it finds. Never throws: a failure is part of the verdict. */
export async function judgeCheck(
  { estate, store, nextNumber, finishCase }: RunContext,
  check: Check,
  { at, watermarks }: Moment,
  isFull: boolean,
): Promise<Verdict> {
  return withSpan(`judge ${check.check}`, async (span) => {
    const started = new Date()
    const watch = performance.now()
    const trusts = judgeTrust(estate, check, watermarks, at)
    const runs = new Map<string, string>()
    for (const trust of trusts) runs.set(trust.plant, await nextNumber())
    const judged: Judged[] = trusts
      .filter((trust) => trust.reasons.length === 0)
      .map((trust) => ({ plant: trust.plant, run: runs.get(trust.plant) as string, clock: trust.clock }))
    const verdict: Verdict = {
      check,
      started,
      ms: 0,
      trusts,
      runs,
      judged,
      applied: [],
      held: new Map(),
      failure: '',
    }
    if (judged.length > 0)
      try {
        const rule = ruleOf(estate, check)
        await keepRule(store, rule, started)
        verdict.plan = await planRun(store, check, judged, isFull)
        await evaluateCheck(store, rule, judged, verdict.plan.scope)
        const absent = await findAbsentSides(store, estate, check, judged)
        for (const trust of trusts) trust.reasons.push(...[absent.get(trust.plant) ?? []].flat())
        const heard = judged.filter((each) => !absent.has(each.plant))
        const fresh = await holdRunaways(store, estate, check, heard, verdict.plan, at)
        verdict.held = fresh.held
        verdict.applied = heard.filter((each) => !fresh.held.has(each.run))
        if (verdict.applied.length > 0)
          await updateCases(store, estate, check, verdict.applied, at, fresh.isAnyNew)
        const touched = await store.query('cases_of_runs', { runs: judged.map(({ run }) => run) })
        await foldCases(
          store,
          touched.map((row) => row.number),
          finishCase,
        )
      } catch (error) {
        verdict.applied = []
        verdict.failure = describeError(error)
        log.error(
          { check: check.check, error: verdict.failure },
          'a check failed; it opened and closed nothing more',
        )
        span.setStatus({ code: SpanStatusCode.ERROR, message: verdict.failure })
      }
    verdict.ms = Math.round(performance.now() - watch)
    span.setAttributes({ 'plumbline.plants': judged.length, 'plumbline.kind': verdict.plan?.kind ?? '' })
    return verdict
  })
}

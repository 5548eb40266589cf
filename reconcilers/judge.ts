import { SpanStatusCode } from '@opentelemetry/api'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import type { Watermark } from '../sql/watermarks.ts'
import type { Advanced } from './advance.ts'
import type { Check } from './check.ts'
import { evaluateCheck, type Judged, ruleOf } from './evaluate.ts'
import { type Plan, planRun, type Standing } from './plan.ts'
import type { Held } from './runaway.ts'
import type { RunContext } from './runner.ts'
import { withSpan } from './span.ts'
import { judgeTrust, type Trust } from './trust.ts'

/** A cut of the states, how they were brought there and by which runs they were judged, what the sources say of it, and the moment it is judged as of. */
export type Moment = { at: Date; advanced: Advanced; standing: Standing; watermarks: Watermark[] }

/** What came of judging one check on one cut: what is needed to bring its cases up to it and to record its runs. */
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

/** Judges one check; what it finds is kept, and no case is touched yet. Never throws: a failure is part of the verdict. */
export async function judgeCheck(
  { estate, store, nextNumber }: RunContext,
  check: Check,
  { at, advanced, standing, watermarks }: Moment,
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
        verdict.plan = await planRun(store, check, judged, standing, isFull, advanced)
        const { scope } = verdict.plan
        if (scope) await evaluateCheck(store, ruleOf(estate, check), judged, scope)
      } catch (error) {
        failVerdict(verdict, error)
        span.setStatus({ code: SpanStatusCode.ERROR, message: verdict.failure })
      }
    verdict.ms = Math.round(performance.now() - watch)
    span.setAttributes({ 'plumbline.plants': judged.length, 'plumbline.kind': verdict.plan?.kind ?? '' })
    return verdict
  })
}

/** A check that failed opens and closes nothing more. */
export function failVerdict(verdict: Verdict, error: unknown): void {
  verdict.applied = []
  verdict.failure = describeError(error)
  log.error(
    { check: verdict.check.check, error: verdict.failure },
    'a check failed; it opened and closed nothing more',
  )
}

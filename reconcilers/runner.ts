import { type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { describeError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { log } from '../server/core/log.ts'
import type { Store } from '../sql/store.ts'
import { readWatermarks } from '../sql/watermarks.ts'
import { advanceStates } from './advance.ts'
import { updateCases } from './cases.ts'
import type { Check } from './check.ts'
import { evaluateCheck, type Judged } from './evaluate.ts'
import { judgeTrust, type Trust } from './trust.ts'

export type Runner = {
  checks: Check[]
  /** Runs a check now, or as if it were `at`; resolves with the numbers of its runs, one per plant. */
  run(check: Check, options?: { at?: Date }): Promise<string[]>
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
  return {
    checks,
    run: (check, options = {}) => {
      const result = line.then(() => runCheck(estate, store, check, options.at, nextNumber, onRun))
      line = result.catch(() => undefined)
      return result
    },
  }
}

async function runCheck(
  estate: Estate,
  store: Store,
  check: Check,
  asOf: Date | undefined,
  nextNumber: () => Promise<string>,
  onRun: (opened: number, closed: number) => void,
): Promise<string[]> {
  return withSpan(`run ${check.check}`, async (span) => {
    const started = new Date()
    const at = asOf ?? started
    const watch = performance.now()
    const cut = await advanceStates(store)
    const trusts = judgeTrust(estate, check, await readWatermarks(store, estate.sources, at, cut), at)
    const runs = new Map<string, string>()
    for (const trust of trusts) runs.set(trust.plant, await nextNumber())
    const judged: Judged[] = trusts
      .filter((trust) => trust.reasons.length === 0)
      .map((trust) => ({ plant: trust.plant, run: runs.get(trust.plant) as string, clock: trust.clock }))
    let failure = ''
    if (judged.length > 0)
      try {
        await evaluateCheck(store, estate, check, judged)
        await updateCases(store, check, judged, at)
      } catch (error) {
        failure = describeError(error)
        log.error({ check: check.check, error: failure }, 'a check failed; it opened and closed nothing more')
        span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
      }
    const counts = await store.query('run_outcome', { runs: judged.map((plant) => plant.run) })
    const countOf = new Map(counts.map((row) => [row.run, row]))
    const rows = trusts.map((trust) =>
      describeRun(trust, runs.get(trust.plant) as string, check, cut, started, failure, countOf),
    )
    for (const row of rows) Object.assign(row, { duration_ms: Math.round(performance.now() - watch) })
    await store.insert('runs', rows)
    const opened = counts.reduce((sum, row) => sum + row.opened, 0)
    const closed = counts.reduce((sum, row) => sum + row.closed, 0)
    span.setAttributes({
      'plumbline.plants': judged.length,
      'plumbline.opened': opened,
      'plumbline.closed': closed,
    })
    span.end()
    onRun(opened, closed)
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

type Counts = {
  left_rows: string
  right_rows: string
  compared: string
  in_grace: string
  variances: string
  amount: string
  opened: number
  closed: number
}
const none: Counts = {
  left_rows: '0',
  right_rows: '0',
  compared: '0',
  in_grace: '0',
  variances: '0',
  amount: '0',
  opened: 0,
  closed: 0,
}

function describeRun(
  trust: Trust,
  run: string,
  check: Check,
  cut: string,
  started: Date,
  failure: string,
  countOf: Map<string, Counts>,
) {
  const incomplete = trust.reasons.length > 0
  const outcome = incomplete ? 'incomplete' : failure ? 'failed' : 'ok'
  const { left_rows, right_rows, compared, in_grace, variances, amount, opened, closed } =
    (outcome === 'ok' && countOf.get(run)) || none
  return {
    run,
    check: check.check,
    plant: trust.plant,
    outcome,
    reason: incomplete ? trust.reasons.join('; ') : failure,
    started_at: started.toISOString(),
    duration_ms: 0,
    clock: trust.clock.toISOString(),
    left_watermark: trust.left.toISOString(),
    right_watermark: trust.right.toISOString(),
    cut,
    rule: check.rule,
    left_rows,
    right_rows,
    compared,
    in_grace,
    variances,
    amount,
    opened,
    closed,
  }
}

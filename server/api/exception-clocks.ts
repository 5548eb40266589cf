import { foldCase } from '../../sql/cases.ts'
import type { Case } from '../core/case.ts'
import type { CaseAct } from '../core/case-acts.ts'
import type { CaseStep } from '../core/case-steps.ts'
import { createSla, type SlaPast } from '../core/sla.ts'
import { createSlaRules } from '../core/sla-rules.ts'
import type { ApiContext } from './context.ts'
import type { ExceptionDetail } from './schemas/exceptions.ts'

/** Fewer cases than this say nothing of how long the next will take. */
const fewest = 5

/** What has been used of a case's two clocks, what is left, and when it is likely to be mended, all as of now. */
export async function readClocks(
  context: ApiContext,
  number: string,
): Promise<Pick<ExceptionDetail, 'clocks' | 'asked'>> {
  const { store, estate, checks } = context
  const [steps, acts] = await Promise.all([
    store.query('case_steps', { numbers: [Number(number)] }),
    store.query('case_acts', { numbers: [Number(number)] }),
  ])
  const folded = foldCase(steps as unknown as CaseStep[], acts as unknown as CaseAct[])
  if (!folded) throw new Error(`case ${number} has no step`)
  const { known, log } = folded
  const check = checks.find((candidate) => candidate.check === known.check)
  const sla = createSla(estate)
  const place = { ...known, flow: check?.flow ?? '' }
  const at = new Date()
  const past = await readPast(context, known)
  const forecast = sla.forecast(place, log, at, past)
  return {
    clocks: {
      ...sla.clocksOf(place, log, at),
      forecast: forecast && past ? { ...forecast, cases: past.cases } : null,
    },
    asked: known.asked_at ? { by: known.asked_by, at: known.asked_at, reason: known.accept_reason } : null,
  }
}

/** How long the last cases of the same check took, in working time of their plants; null where too few are known. */
async function readPast(
  { store, estate }: ApiContext,
  known: Case,
): Promise<(SlaPast & { cases: number }) | null> {
  const rows = await store.query('exception_durations', {
    check: known.check,
    plants: [...estate.plantOf.keys()],
  })
  if (rows.length < fewest) return null
  const { calendarOf } = createSlaRules(estate)
  const took = rows
    .map((row) =>
      calendarOf(row.plant).workingBetween(
        new Date(row.opened_at),
        new Date(row.settled_at ?? row.opened_at),
      ),
    )
    .sort((a, b) => a - b)
  const share = (part: number) => took[Math.min(took.length - 1, Math.floor(part * took.length))] as number
  return { median_ms: share(0.5), p80_ms: share(0.8), cases: rows.length }
}

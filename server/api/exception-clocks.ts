import { foldCase } from '../../sql/cases.ts'
import type { Case } from '../core/case.ts'
import type { CaseAct } from '../core/case-acts.ts'
import type { CaseStep } from '../core/case-steps.ts'
import { createSla, type SlaPast } from '../core/sla.ts'
import { forecastFrom } from '../core/sla-forecast.ts'
import { createSlaRules } from '../core/sla-rules.ts'
import type { CaseLogs } from './case-log.ts'
import type { ApiContext } from './context.ts'
import type { CaseForecast } from './forecast-shelf.ts'
import type { ExceptionDetail } from './schemas/exceptions.ts'

/** What has been used of a case's two clocks, what is left, and when it is likely to be mended, all as of now. */
export async function readClocks(
  context: ApiContext,
  { steps, acts }: CaseLogs,
  late: CaseForecast | undefined,
): Promise<Pick<ExceptionDetail, 'clocks' | 'asked'>> {
  const { estate, checks } = context
  const folded = foldCase(steps as unknown as CaseStep[], acts as unknown as CaseAct[])
  if (!folded) throw new Error('the case has no step')
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
      pace: late ? toPace(late) : null,
    },
    asked: known.asked_at ? { by: known.asked_by, at: known.asked_at, reason: known.accept_reason } : null,
  }
}

/** Of a case that will be late at the present pace: what that is said from. */
const toPace = (forecast: CaseForecast) => ({
  clock: forecast.clock as 'acknowledge' | 'resolve',
  due_at: forecast.due_at,
  expected_at: forecast.expected_at,
  before: forecast.place - 1,
  done: forecast.done,
  done_in_ms: Number(forecast.done_in_ms),
  like_ms: Number(forecast.like_ms),
  like_cases: forecast.like_cases,
})

/**
 * How long the last cases like it took, in working time of their plants: of the same check, team and severity, or of the
 * same check where those are too few; null where these are, too.
 */
async function readPast(
  { store, estate }: ApiContext,
  known: Case,
): Promise<(SlaPast & { cases: number }) | null> {
  const all = await store.query('exception_durations', {
    check: known.check,
    plants: [...estate.plantOf.keys()],
    since: new Date(Date.now() - forecastFrom.days * 86_400_000),
    most: forecastFrom.most,
  })
  const like = all.filter((row) => row.team === known.team && row.severity === known.severity)
  const rows = like.length < forecastFrom.fewest ? all : like
  if (rows.length < forecastFrom.fewest) return null
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

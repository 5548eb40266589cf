import type { Calendar } from './calendar.ts'
import type { EstateFile } from './estate-schema.ts'
import { severities } from './estate-sla-schema.ts'
import { createSlaRules, type SlaPlace, type SlaRules, type SlaTerms } from './sla-rules.ts'
import { type Stretch, takeAway } from './stretches.ts'

/** What of a case its clocks follow from. Moments are ISO 8601. */
export type SlaCase = SlaPlace & {
  opened_at: string
  /** when somebody first took it on */
  acknowledged_at: string | null
  /** each severity it has had, and since when */
  severities: { at: string; severity: string }[]
  /** time in which its clocks stand; `to` is '' while they do. A pause without a reason is none. */
  pauses: { from: string; to: string; reason: string }[]
}

/** What a case became at a moment; of two rows of one moment the one of the higher revision is the later. */
export type SlaLogRow = { at: string; revision: number; status: string }

/** One of a case's two clocks at a moment. */
export type Clock = {
  /** in milliseconds of the clock: of shifts where it runs in shifts only */
  limit_ms: number
  used_ms: number
  started_at: string
  /** null while it may go on */
  stopped_at: string | null
  /** when its limit is, or was, used up; null while it is paused before that */
  due_at: string | null
  /** when somebody is to be warned, before it is due; null as due_at is */
  warn_at: string | null
  paused_since: string | null
  state: 'running' | 'paused' | 'met' | 'breached'
  /** the rule it runs by, as its place in the estate's list; null where what is usual counts */
  rule: number | null
}

/** How long cases of a check took lately, from open to resolved, in working time of their plants. */
export type SlaPast = { median_ms: number; p80_ms: number }

/** When a case is likely to be resolved, of one that is paused as if it went on now. */
export type SlaForecast = {
  /** by when half of the cases would be; later on four of five; null once it has outlasted those */
  expected_at: string | null
  /** by when four of five would be; null once it has outlasted those */
  late_at: string | null
  due_at: string
  /** breached: it is due already; likely: it is expected after it is due; possible: one of five is */
  outlook: 'breached' | 'likely' | 'possible' | 'unlikely'
}

export type Sla = {
  clocksOf(known: SlaCase, log: SlaLogRow[], at: Date): { acknowledge: Clock; resolve: Clock }
  /** null once it is resolved, and while nothing is known of the past */
  forecast(known: SlaCase, log: SlaLogRow[], at: Date, past: SlaPast | null): SlaForecast | null
}

/**
 * The clocks of cases by the estate's rules, from nothing but what is known of a case at a moment: what comes later
 * changes nothing, and the order in which its log is handed in says nothing.
 *
 * Both clocks start when the case opens and stand while it is paused. The first stops for good when somebody takes the
 * case on, which whoever resolves or accepts it does too. The second stops when it is resolved, accepted or closed; when
 * it is opened again, the clock goes on where it stood. A case that closes by itself stops both.
 *
 * The limit is that of the highest severity the clock has seen, counted from when the case opened: a case that becomes
 * more severe may be late at once, one that becomes less severe gains no time. A severity that comes after a clock has
 * stopped does not count for it.
 */
export function createSla(estate: Pick<EstateFile, 'plants' | 'flows' | 'sla'>): Sla {
  const rules = createSlaRules(estate)
  return {
    clocksOf: (known, log, at) => {
      const history = readHistory(known, log, at)
      return {
        acknowledge: readClock(measure(rules, known, history, 'acknowledge'), known),
        resolve: readClock(measure(rules, known, history, 'resolve'), known),
      }
    },
    forecast: (known, log, at, past) => {
      const measured = measure(rules, known, readHistory(known, log, at), 'resolve')
      if (measured.stop !== null || past === null) return null
      return foresee(measured, rules.calendarOf(known.plant), past)
    },
  }
}

const decided = ['resolved', 'accepted']
const done = [...decided, 'closed']

/** The case up to a moment: when there was work to do on it, and when each clock stopped. */
type History = { now: number; open: Stretch[]; acknowledged: number | null; resolved: number | null }

function readHistory(known: SlaCase, log: SlaLogRow[], at: Date): History {
  const now = at.getTime()
  const rows = log
    .map((row) => ({ ...row, at: Date.parse(row.at) }))
    .filter((row) => row.at <= now)
    .sort((a, b) => a.at - b.at || a.revision - b.revision)
  const open: Stretch[] = []
  let since: number | null = Date.parse(known.opened_at)
  for (const row of rows) {
    if (since !== null && done.includes(row.status)) {
      open.push({ from: since, to: Math.max(since, row.at) })
      since = null
    } else if (since === null && !done.includes(row.status)) since = row.at
  }
  const resolved = since === null ? (open.at(-1)?.to ?? null) : null
  if (since !== null) open.push({ from: since, to: Number.POSITIVE_INFINITY })
  const said = known.acknowledged_at === null ? Number.POSITIVE_INFINITY : Date.parse(known.acknowledged_at)
  const taken = rows.find((row) => decided.includes(row.status))?.at ?? Number.POSITIVE_INFINITY
  const acknowledged = Math.min(said, taken)
  return { now, open, acknowledged: acknowledged <= now ? acknowledged : resolved, resolved }
}

type Measured = {
  terms: SlaTerms
  limit: number
  stop: number | null
  /** where the clock stopped, or now */
  end: number
  /** when it ran; the last stretch goes on when nothing but its stop, or that it is now, ends it */
  ran: Stretch[]
  /** when there was work to do, the last of it going on */
  open: Stretch[]
  used: number
}

function measure(
  rules: SlaRules,
  known: SlaCase,
  history: History,
  which: 'acknowledge' | 'resolve',
): Measured {
  const stop = which === 'acknowledge' ? history.acknowledged : history.resolved
  const end = stop ?? history.now
  const goesOn = (to: number) => (to >= end ? Number.POSITIVE_INFINITY : to)
  const open = history.open
    .filter(({ from }) => from <= end)
    .map(({ from, to }) => ({ from, to: goesOn(to) }))
  const pauses = known.pauses
    .filter((pause) => pause.reason.trim() !== '' && Date.parse(pause.from) <= end)
    .map(({ from, to }) => ({
      from: Date.parse(from),
      // an end that comes later was not known yet
      to: to !== '' && Date.parse(to) <= end ? Date.parse(to) : Number.POSITIVE_INFINITY,
    }))
  const ran = takeAway(open, pauses)
  const terms = rules.termsOf(known, highestSeverity(known, end))
  const limit = which === 'acknowledge' ? terms.acknowledge_ms : terms.resolve_ms
  return { terms, limit, stop, end, ran, open, used: workedIn(terms.calendar, ran, end) }
}

function highestSeverity(known: SlaCase, end: number) {
  const seen = known.severities.filter(({ at }) => Date.parse(at) <= end)
  const rank = Math.max(0, ...seen.map(({ severity }) => (severities as readonly string[]).indexOf(severity)))
  return severities[rank] as (typeof severities)[number]
}

const workedIn = (calendar: Calendar, ran: Stretch[], end: number) =>
  ran.reduce(
    (sum, { from, to }) => sum + calendar.workingBetween(new Date(from), new Date(Math.min(to, end))),
    0,
  )

/** When so much time is, or was, used up; null where the clock does not run until then. */
function whenUsed({ terms: { calendar }, ran }: Measured, ms: number): number | null {
  let left = ms
  for (const { from, to } of ran) {
    const worked =
      to === Number.POSITIVE_INFINITY ? to : calendar.workingBetween(new Date(from), new Date(to))
    if (worked >= left) return calendar.addWorking(new Date(from), left).getTime()
    left -= worked
  }
  return null
}

function readClock(measured: Measured, known: SlaCase): Clock {
  const { terms, limit, stop, end, ran, open, used } = measured
  const due = whenUsed(measured, limit)
  const isPaused = stop === null && ran.at(-1)?.to !== Number.POSITIVE_INFINITY
  const isLate = due !== null && end > due
  const state = isLate ? 'breached' : stop !== null ? 'met' : isPaused ? 'paused' : 'running'
  return {
    limit_ms: limit,
    used_ms: used,
    started_at: known.opened_at,
    stopped_at: write(stop),
    due_at: write(due),
    warn_at: write(whenUsed(measured, limit * terms.warn_at)),
    // opened again while it was paused, it has stood since then
    paused_since: write(isPaused ? Math.max(ran.at(-1)?.to ?? 0, open.at(-1)?.from ?? 0) : null),
    state,
    rule: terms.rule,
  }
}

/** People work in shifts, whatever the clock does: the rest of the work is laid out on the plant's calendar. */
function foresee(measured: Measured, calendar: Calendar, { median_ms, p80_ms }: SlaPast): SlaForecast {
  const { terms, limit, end, ran, used } = measured
  const known = whenUsed(measured, limit)
  const due = known ?? terms.calendar.addWorking(new Date(end), limit - used).getTime()
  const worked = workedIn(calendar, ran, end)
  const endOf = (ms: number) =>
    ms > worked ? calendar.addWorking(new Date(end), ms - worked).getTime() : null
  const late = endOf(p80_ms)
  const expected = endOf(median_ms) ?? late
  const isLate = (moment: number | null) => moment === null || moment > due
  const outlook =
    known !== null && end > known
      ? 'breached'
      : expected !== null && expected > due
        ? 'likely'
        : isLate(late)
          ? 'possible'
          : 'unlikely'
  return {
    expected_at: write(expected),
    late_at: write(late),
    due_at: new Date(due).toISOString(),
    outlook,
  }
}

const write = (moment: number | null) => (moment === null ? null : new Date(moment).toISOString())

import { Match, Switch } from 'solid-js'
import type { ExceptionRow } from '../../server/api/schemas/exceptions.ts'
import { now } from '../lib/clock.ts'
import { formatAge } from '../lib/format.ts'

export type Standing = ExceptionRow['status'] | 'snoozed' | 'asked'

const WORDS: Record<Standing, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  in_progress: 'In progress',
  resolved: 'Resolved',
  accepted: 'Accepted',
  closed: 'Closed',
  snoozed: 'Snoozed',
  asked: 'To accept',
}
export const statusOf = (value: string): string => WORDS[value as Standing] ?? value

/** How a case stands for whoever works the queue: what sleeps or waits for a second person is said before its status. */
export function standingOf(row: ExceptionRow): Standing {
  const isWorked = ['open', 'acknowledged', 'in_progress'].includes(row.status)
  if (isWorked && row.asked_by) return 'asked'
  if (isWorked && row.snoozed_until && Date.parse(row.snoozed_until) > now()) return 'snoozed'
  return row.status
}

/** Its status as a shape and a word. */
export function CaseStatus(props: { row: ExceptionRow }) {
  const standing = () => standingOf(props.row)
  return (
    <span class={`standing standing-${standing()}`}>
      <StandingShape standing={standing()} />
      <span class="word">{WORDS[standing()]}</span>
    </span>
  )
}

/** Ring, half disc, disc, tick, two ticks, bar, moon, two persons' halves: told apart without colour. */
function StandingShape(props: { standing: Standing }) {
  return (
    <svg
      class="sh"
      viewBox="0 0 12 12"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
    >
      <Switch>
        <Match when={props.standing === 'open'}>
          <circle cx="6" cy="6" r="4.2" />
        </Match>
        <Match when={props.standing === 'acknowledged'}>
          <circle cx="6" cy="6" r="4.2" />
          <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" stroke="none" />
        </Match>
        <Match when={props.standing === 'in_progress'}>
          <circle cx="6" cy="6" r="4.2" />
          <path d="M4.8 3.8 8 6 4.8 8.2z" fill="currentColor" stroke="none" />
        </Match>
        <Match when={props.standing === 'resolved'}>
          <path d="m1.5 6.5 3 3 6-7" />
        </Match>
        <Match when={props.standing === 'accepted'}>
          <path d="m.5 6.5 2.5 3 4-6M5.5 9l.5.5 5-7" />
        </Match>
        <Match when={props.standing === 'closed'}>
          <path d="M2 6h8" />
        </Match>
        <Match when={props.standing === 'snoozed'}>
          <path d="M7.5 1.5A4.8 4.8 0 1 0 10.6 8 4 4 0 0 1 7.5 1.5z" />
        </Match>
        <Match when={true}>
          <path d="M5 1.8a4.2 4.2 0 0 0 0 8.4z" fill="currentColor" stroke="none" />
          <path d="M7.4 1.8a4.2 4.2 0 0 1 0 8.4z" stroke-dasharray="1.6 1.2" />
        </Match>
      </Switch>
    </svg>
  )
}

/** The clock that runs out first; the one that was overrun longest when both were. */
export function nextDue(row: ExceptionRow): { at: string; of: 'acknowledge' | 'resolve' } | undefined {
  const { acknowledge_due: take, resolve_due: mend } = row
  if (take && (!mend || take <= mend)) return { at: take, of: 'acknowledge' }
  return mend ? { at: mend, of: 'resolve' } : undefined
}

/** How much time is left, or by how much it is late, in words and as a shape; why its clock stands when it does. */
export function CaseDue(props: { row: ExceptionRow }) {
  const due = () => nextDue(props.row)
  const left = () => (Date.parse(due()?.at ?? '') - now()) / 1000
  const isSoon = () => props.row.warn_at !== null && Date.parse(props.row.warn_at) <= now()
  const isForecast = () => left() >= 0 && props.row.forecast_at !== null
  return (
    <Switch fallback={<span class="muted">–</span>}>
      <Match when={props.row.paused}>
        <span class="due t-unknown" title={props.row.paused}>
          <svg class="sh" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M2.5 1.5h2.4v9H2.5zM7.1 1.5h2.4v9H7.1z" fill="currentColor" />
          </svg>
          Paused
        </span>
      </Match>
      <Match when={due()}>
        {(clock) => (
          <span
            class="due nowrap"
            classList={{ 't-breach': left() < 0, 't-watch': left() >= 0 && (isSoon() || isForecast()) }}
            title={
              isForecast()
                ? forecastOf(props.row)
                : clock().of === 'acknowledge'
                  ? 'to acknowledge it'
                  : 'to mend it'
            }
          >
            <DueShape isLate={left() < 0} isForecast={isForecast()} />
            {formatAge(Math.abs(left()))} {left() < 0 ? 'over' : 'left'}
            <span class="sr">
              {clock().of === 'acknowledge' ? ' to acknowledge' : ' to mend'}
              {isForecast() ? `; ${forecastOf(props.row)}` : ''}
            </span>
          </span>
        )}
      </Match>
    </Switch>
  )
}

/** What becomes of the clock that will run out, in words. */
const forecastOf = (row: ExceptionRow) =>
  `at this pace ${row.forecast_clock === 'acknowledge' ? 'acknowledged' : 'mended'} in ${formatAge((Date.parse(row.forecast_at ?? '') - now()) / 1000)}, too late`

/** A clock that runs, the diamond of one that has run out, or its outline where it will. */
export function DueShape(props: { isLate: boolean; isForecast?: boolean }) {
  return (
    <svg class="sh" viewBox="0 0 12 12" aria-hidden="true">
      <Switch
        fallback={
          <>
            <circle cx="6" cy="6" r="4.7" fill="none" stroke="currentColor" stroke-width="1.3" />
            <path d="M6 3v3l2 1.6" fill="none" stroke="currentColor" stroke-width="1.3" />
          </>
        }
      >
        <Match when={props.isLate}>
          <path d="M6 0 12 6 6 12 0 6Z" fill="currentColor" />
        </Match>
        <Match when={props.isForecast}>
          <path d="M6 1 11 6 6 11 1 6Z" fill="none" stroke="currentColor" stroke-width="1.4" />
        </Match>
      </Switch>
    </svg>
  )
}

import { Show } from 'solid-js'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatNumber } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { DueShape } from './case-status.tsx'
import { Section } from './section.tsx'

type Clock = ExceptionDetail['clocks']['resolve']

/** The case's two clocks: what of each is used, what is left, why it stands; and when it is likely to be mended. */
export function CaseClocks(props: { detail: ExceptionDetail }) {
  const clocks = () => props.detail.clocks
  const zone = () => props.detail.time_zone
  return (
    <Section
      title="Clocks"
      sub="in the plant's working time"
      more={
        <Show when={props.detail.runbook}>
          <a href={props.detail.runbook} rel="external noreferrer">
            Runbook →
          </a>
        </Show>
      }
    >
      <ClockLine
        name="Acknowledge"
        clock={clocks().acknowledge}
        zone={zone()}
        paused={props.detail.exception.paused}
      />
      <ClockLine name="Mend" clock={clocks().resolve} zone={zone()} paused={props.detail.exception.paused} />
      <Show
        when={clocks().pace}
        fallback={
          <Show when={clocks().forecast}>
            {(forecast) => <Forecast forecast={forecast()} zone={zone()} />}
          </Show>
        }
      >
        {(pace) => <Pace pace={pace()} team={props.detail.exception.team} zone={zone()} />}
      </Show>
    </Section>
  )
}

function ClockLine(props: { name: string; clock: Clock; zone: string; paused: string }) {
  const share = () => Math.min(1, props.clock.used_ms / Math.max(1, props.clock.limit_ms))
  const isLate = () => props.clock.state === 'breached'
  const left = () => (Date.parse(props.clock.due_at ?? '') - now()) / 1000
  return (
    <div class="clock-line">
      <span class="name">{props.name}</span>
      <span
        class="gauge"
        classList={{ late: isLate(), stands: props.clock.state === 'paused' }}
        aria-hidden="true"
      >
        <i style={{ width: `${share() * 100}%` }} />
      </span>
      <span class="num">
        {formatAge(props.clock.used_ms / 1000)} of {formatAge(props.clock.limit_ms / 1000)}
      </span>
      <span class="say" classList={{ 't-breach': isLate(), 't-unknown': props.clock.state === 'paused' }}>
        <Show
          when={props.clock.stopped_at === null}
          fallback={
            <>
              {isLate() ? 'late' : 'in time'}, {formatTime(props.clock.stopped_at ?? '', props.zone)}
            </>
          }
        >
          <Show
            when={props.clock.paused_since === null}
            fallback={
              <>
                stands since {formatTime(props.clock.paused_since ?? '', props.zone)}: {props.paused}
              </>
            }
          >
            <DueShape isLate={isLate()} /> {formatAge(Math.abs(left()))} {isLate() ? 'over' : 'left'}, due{' '}
            {formatTime(props.clock.due_at ?? '', props.zone)}
          </Show>
        </Show>
      </span>
    </div>
  )
}

const OUTLOOKS = {
  breached: 'It is late already',
  likely: 'Likely to be late',
  possible: 'May be late',
  unlikely: 'Likely to be in time',
}

/** Of a case that will be late as things go: by how much, and why. */
function Pace(props: { pace: NonNullable<ExceptionDetail['clocks']['pace']>; team: string; zone: string }) {
  const isTaken = () => props.pace.clock === 'acknowledge'
  const over = () => (Date.parse(props.pace.expected_at) - Date.parse(props.pace.due_at)) / 1000
  return (
    <p class="forecast t-watch">
      <DueShape isLate={false} isForecast /> <b>Late at the present pace</b>
      <span class="soft">
        : {isTaken() ? 'acknowledged' : 'mended'} by {formatTime(props.pace.expected_at, props.zone)},{' '}
        {formatAge(over())} after it is due.
        <Show when={props.pace.done > 0}>
          {' '}
          {props.team} has {formatNumber(props.pace.before)} due before it, and{' '}
          {isTaken() ? 'took on' : 'mended'} {formatNumber(props.pace.done)} in the last{' '}
          {formatAge(props.pace.done_in_ms / 1000)} of working time.
        </Show>
        <Show when={props.pace.like_cases > 0}>
          {' '}
          Half of the last {formatNumber(props.pace.like_cases)} like it took{' '}
          {formatAge(props.pace.like_ms / 1000)}.
        </Show>
      </span>
    </p>
  )
}

function Forecast(props: { forecast: NonNullable<ExceptionDetail['clocks']['forecast']>; zone: string }) {
  return (
    <p class="forecast" classList={{ 't-watch': ['likely', 'possible'].includes(props.forecast.outlook) }}>
      <b>{OUTLOOKS[props.forecast.outlook]}</b>
      <span class="soft">
        <Show when={props.forecast.expected_at} fallback=": it has outlasted what cases like it take">
          {(at) => <>: half of such cases are mended by {formatTime(at(), props.zone)}</>}
        </Show>
        <Show when={props.forecast.late_at}>
          {(at) => <>, four of five by {formatTime(at(), props.zone)}</>}
        </Show>
        ; said from the last {formatNumber(props.forecast.cases)} like it.
      </span>
    </p>
  )
}

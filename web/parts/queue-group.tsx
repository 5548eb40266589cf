import { For, Show } from 'solid-js'
import type { ExceptionGroup } from '../../server/api/schemas/exception-groups.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatMoney, formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { REPLAYABLE } from '../lib/replays.ts'
import { ageSeconds } from '../lib/time.ts'
import { DueShape } from './case-status.tsx'
import { SEVERITY_WORDS, SeverityShape } from './shape.tsx'

/** The parent of the cases of one root, with what its children come to. */
export default function QueueGroupRow(props: {
  group: ExceptionGroup
  index: number
  currency: string
  isOpen: boolean
  isCursor: boolean
  onPick: () => void
  onToggle: () => void
  onReplay: () => void
}) {
  const due = () => props.group.first_due
  const left = () => (Date.parse(due() ?? '') - now()) / 1000
  const plants = () =>
    props.group.plants.length === 1
      ? (props.group.plants[0] as string)
      : `${props.group.plants.length} plants`
  const one = (names: string[], many: string) =>
    names.length === 1 ? names[0] || 'nobody' : `${names.length} ${many}`
  return (
    <tr
      class="group go"
      aria-rowindex={props.index + 2}
      classList={{ cursor: props.isCursor }}
      aria-current={props.isCursor ? 'true' : undefined}
      onClick={() => props.onPick()}
    >
      <td class="pick">
        <button
          type="button"
          class="twist"
          tabindex={-1}
          aria-label={`${props.isOpen ? 'Hide' : 'Show'} the cases of ${props.group.title}`}
          aria-expanded={props.isOpen}
          onClick={(event) => {
            event.stopPropagation()
            props.onToggle()
          }}
        >
          <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
            <path d="m3 1.5 4 3.5-4 3.5" fill="none" stroke="currentColor" stroke-width="1.4" />
          </svg>
        </button>
      </td>
      <td class="severity">
        <span class="sev-cell">
          <SeverityShape severity={props.group.severity} />
          <b class={`sev-${props.group.severity}`}>{SEVERITY_WORDS[props.group.severity]}</b>
        </span>
      </td>
      <td class="status">
        <b>{formatNumber(props.group.cases)}</b> {props.group.cases === 1 ? 'case' : 'cases'}
      </td>
      <td class="due-cell nowrap" classList={{ 't-breach': due() !== null && left() < 0 }}>
        <Show when={due()} fallback={<span class="muted">–</span>}>
          <span class="due">
            <DueShape isLate={left() < 0} />
            {formatAge(Math.abs(left()))} {left() < 0 ? 'over' : 'left'}
          </span>
        </Show>
      </td>
      <td class="r amount strong">{formatMoney(props.group.amount, props.currency)}</td>
      <td class="plant nowrap">{plants()}</td>
      <td class="cut wide" colspan="2">
        <b>{props.group.title}</b>
        <Show when={may('work') && REPLAYABLE.includes(props.group.cause)}>
          {' '}
          <button
            type="button"
            class="link"
            tabindex={-1}
            onClick={(event) => {
              event.stopPropagation()
              props.onReplay()
            }}
          >
            Send again <kbd>P</kbd>
          </button>
        </Show>
        <Show when={props.group.is_architecture}>
          {' '}
          <span class="arch" title={historyOf(props.group)}>
            <Weeks weeks={props.group.weeks} /> Architecture issue: {props.group.days} days of 90
          </span>
        </Show>
        <span class="soft">
          <Show when={props.group.orders > 0}>
            , {formatNumber(props.group.orders)} {props.group.orders === 1 ? 'order' : 'orders'}
          </Show>
          <Show when={props.group.detail}>, {props.group.detail}</Show>
          <Show when={props.group.is_repeated}>, money counted with another check</Show>
        </span>
      </td>
      <td class="cut team soft">{one(props.group.teams, 'teams')}</td>
      <td class="cut assignee">
        <Show when={props.group.assignees.some(Boolean)} fallback={<span class="muted">nobody</span>}>
          {one(props.group.assignees, 'people')}
        </Show>
      </td>
      <td class="r age">{formatAge(ageSeconds(props.group.since, now()))}</td>
    </tr>
  )
}

/** Thirteen weeks as bars: how often it came back. */
export function Weeks(props: { weeks: number[] }) {
  const most = () => Math.max(1, ...props.weeks)
  return (
    <svg class="weeks" viewBox={`0 0 ${props.weeks.length * 3} 12`} aria-hidden="true">
      <For each={props.weeks}>
        {(count, index) => (
          <rect
            x={index() * 3}
            y={12 - Math.max(1, (11 * count) / most())}
            width="2"
            height={Math.max(1, (11 * count) / most())}
            fill="currentColor"
            opacity={count === 0 ? 0.35 : 1}
          />
        )}
      </For>
    </svg>
  )
}

const historyOf = (group: ExceptionGroup): string =>
  group.episodes
    .map(
      ({ from, to, cases }) =>
        `${from === to ? from : `${from} to ${to}`}: ${cases} ${cases === 1 ? 'case' : 'cases'}`,
    )
    .join('; ')

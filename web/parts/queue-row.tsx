import { Show } from 'solid-js'
import type { ExceptionRow } from '../../server/api/schemas/exceptions.ts'
import { actor } from '../lib/actor.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatMoney, formatValue } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { ageSeconds } from '../lib/time.ts'
import { CaseDue, CaseStatus } from './case-status.tsx'
import { SEVERITY_WORDS, SeverityShape } from './shape.tsx'

/** One case of the queue; grey until its facts are here. */
export function QueueRow(props: {
  number: number
  index: number
  row: ExceptionRow | undefined
  /** of amounts that are not the plant's own; '' where they are */
  currency: string
  inGroup: boolean
  isCursor: boolean
  isSelected: boolean
  onPick: (event: MouseEvent) => void
  onSelect: (event: MouseEvent) => void
}) {
  return (
    <tr
      class="case go"
      id={`case-${props.number}`}
      aria-rowindex={props.index + 2}
      classList={{
        cursor: props.isCursor,
        picked: props.isSelected,
        closed: props.row?.state === 'closed',
      }}
      aria-current={props.isCursor ? 'true' : undefined}
      onClick={(event) => props.onPick(event)}
    >
      <td class="pick" classList={{ inset: props.inGroup }}>
        <Show when={may('work')}>
          <input
            type="checkbox"
            aria-label={`Select ${props.row?.key ?? `EX-${props.number}`}`}
            tabindex={-1}
            checked={props.isSelected}
            onClick={(event) => {
              event.stopPropagation()
              props.onSelect(event)
            }}
          />
        </Show>
      </td>
      <Show
        when={props.row}
        fallback={
          <td colspan="10">
            <i class="ghost ghost-line" />
          </td>
        }
      >
        {(row) => <Cells row={row()} currency={props.currency} inGroup={props.inGroup} />}
      </Show>
    </tr>
  )
}

function Cells(props: { row: ExceptionRow; currency: string; inGroup: boolean }) {
  const estate = useEstate()
  const age = () => ageSeconds(props.row.since, props.row.closed_at ? Date.parse(props.row.closed_at) : now())
  return (
    <>
      <td class="severity">
        <span class="sev-cell">
          <SeverityShape severity={props.row.severity} />
          <span class="soft">{SEVERITY_WORDS[props.row.severity]}</span>
        </span>
      </td>
      <td class="status">
        <CaseStatus row={props.row} />
      </td>
      <td class="due-cell">
        <CaseDue row={props.row} />
      </td>
      <td class="r amount" title={formatMoney(props.row.amount, props.row.currency)}>
        {props.currency
          ? formatMoney(props.row.amount_reporting, props.currency)
          : formatMoney(props.row.amount_plant, props.row.plant_currency)}
      </td>
      <td class="plant">{props.row.plant}</td>
      <td class="key" title={props.row.key}>
        <a href={`/exceptions/${props.row.number}`} onClick={(event) => event.stopPropagation()}>
          {props.row.key}
        </a>
      </td>
      <td class="cut what">
        <Show when={!props.inGroup && (props.row.cause_title || props.row.class_title)}>
          {(title) => <>{title()}, </>}
        </Show>
        <span class="soft">
          {estate.systemName(props.row.left_system)} {formatValue(props.row.left_value)},{' '}
          {estate.systemName(props.row.right_system)} {formatValue(props.row.right_value)}
          <Show when={props.row.item && !props.row.key.includes(props.row.item)}>, {props.row.item}</Show>
        </span>
      </td>
      <td class="cut team soft">{estate.teamName(props.row.team)}</td>
      <td class="cut assignee" classList={{ strong: actor() !== '' && props.row.assignee === actor() }}>
        {props.row.assignee || <span class="muted">nobody</span>}
      </td>
      <td class="r age">{formatAge(age())}</td>
    </>
  )
}

import { A } from '@solidjs/router'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { ExceptionList, ExceptionRow } from '../../server/api/schemas/exceptions.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatMoney, formatNumber, formatValue, sumDecimals } from '../lib/format.ts'
import { ageSeconds } from '../lib/time.ts'
import { SEVERITY_WORDS, SeverityShape } from './shape.tsx'

const FIRST = 10
const RANK = { critical: 3, high: 2, medium: 1, low: 0 }

export interface Group {
  class: string
  title: string
  rows: ExceptionRow[]
  /** all cases of the cause under the filters, also those not loaded */
  cases: number
  amount: string
}

/** Rows by cause, in the order the first of each appears; counts from the facets, for the list may be cut. */
export function groupRows(list: ExceptionList, byAmount: boolean): Group[] {
  const groups = new Map<string, Group>()
  for (const row of list.rows) {
    const group = groups.get(row.class)
    if (group) group.rows.push(row)
    else
      groups.set(row.class, { class: row.class, title: row.class_title, rows: [row], cases: 0, amount: '0' })
  }
  const all = [...groups.values()]
  for (const group of all) {
    const facet = list.facets.class?.find((entry) => entry.value === group.class)
    const whole = facet && facet.cases >= group.rows.length
    group.cases = whole ? facet.cases : group.rows.length
    group.amount = whole ? facet.amount : sumDecimals(group.rows.map((row) => row.amount_reporting))
  }
  return byAmount ? all.sort((a, b) => Number(b.amount) - Number(a.amount)) : all
}

/** The queue: causes as parents, cases below; or flat. Tells which rows are on screen, for the keyboard. */
export function ExceptionTable(props: {
  list: ExceptionList
  grouped: boolean
  /** causes by their value at risk, else in the order of their first case */
  byAmount: boolean
  cursor: number | undefined
  onCursor: (number: number, byHand: boolean) => void
  onShowClass: (name: string) => void
  onVisible: (numbers: number[]) => void
}) {
  const [toggled, setToggled] = createSignal<Record<string, boolean>>({})
  const [full, setFull] = createSignal<Record<string, boolean>>({})
  const groups = createMemo(() => (props.grouped ? groupRows(props.list, props.byAmount) : []))
  const isOpen = (group: Group, index: number) => toggled()[group.class] ?? index < 3
  const shownRows = (group: Group) => (full()[group.class] ? group.rows : group.rows.slice(0, FIRST))
  createMemo(() => {
    const rows = props.grouped
      ? groups().flatMap((group, index) => (isOpen(group, index) ? shownRows(group) : []))
      : props.list.rows
    props.onVisible(rows.map((row) => row.number))
  })
  const toggle = (group: Group, index: number) =>
    setToggled((all) => ({ ...all, [group.class]: !isOpen(group, index) }))

  return (
    <table class="table queue">
      <thead>
        <tr>
          <th>Severity</th>
          <th class="r">Value at risk, {props.list.currency}</th>
          <th>Plant</th>
          <th>Key</th>
          <th>Cause</th>
          <th>Owner team</th>
          <th class="r">Age</th>
        </tr>
      </thead>
      <Show
        when={props.grouped}
        fallback={
          <tbody>
            <For each={props.list.rows}>
              {(row) => <Row row={row} {...props} currency={props.list.currency} />}
            </For>
          </tbody>
        }
      >
        <For each={groups()}>
          {(group, index) => (
            <tbody>
              <tr class="group">
                <td>
                  <button
                    type="button"
                    class="twist"
                    aria-expanded={isOpen(group, index())}
                    onClick={() => toggle(group, index())}
                  >
                    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
                      <path d="m3 1.5 4 3.5-4 3.5" fill="none" stroke="currentColor" stroke-width="1.4" />
                    </svg>
                    <Severity of={group.rows} />
                  </button>
                </td>
                <td class="r strong">{formatMoney(group.amount, props.list.currency)}</td>
                <td class="nowrap">{plantsOf(group.rows)}</td>
                <td class="wide" colspan="2">
                  <b>{group.title}</b>&ensp;
                  <span class="soft">
                    {formatNumber(group.cases)} {group.cases === 1 ? 'case' : 'cases'}
                  </span>
                </td>
                <td class="nowrap team">
                  <Team rows={group.rows} />
                </td>
                <td class="r">{oldest(group.rows)}</td>
              </tr>
              <Show when={isOpen(group, index())}>
                <For each={shownRows(group)}>
                  {(row) => <Row row={row} {...props} currency={props.list.currency} inGroup />}
                </For>
                <Show when={group.cases > shownRows(group).length}>
                  <tr class="more-row">
                    <td colspan="7">
                      <button
                        type="button"
                        class="link"
                        onClick={() =>
                          group.rows.length > shownRows(group).length
                            ? setFull((all) => ({ ...all, [group.class]: true }))
                            : props.onShowClass(group.class)
                        }
                      >
                        Show {formatNumber(group.cases - shownRows(group).length)} more
                      </button>
                    </td>
                  </tr>
                </Show>
              </Show>
            </tbody>
          )}
        </For>
      </Show>
    </table>
  )
}

function Severity(props: { of: ExceptionRow[] }) {
  const worst = () => props.of.reduce((a, b) => (RANK[b.severity] > RANK[a.severity] ? b : a)).severity
  return (
    <>
      <SeverityShape severity={worst()} />
      <span class={`sev sev-${worst()}`}>{SEVERITY_WORDS[worst()]}</span>
    </>
  )
}

function plantsOf(rows: ExceptionRow[]): string {
  const plants = [...new Set(rows.map((row) => row.plant))]
  return plants.length === 1 ? (plants[0] as string) : `${plants.length} plants`
}

function Team(props: { rows: ExceptionRow[] }) {
  const estate = useEstate()
  const teams = () => [...new Set(props.rows.map((row) => row.team))]
  return <>{teams().length === 1 ? estate.teamName(teams()[0] as string) : `${teams().length} teams`}</>
}

function ageOf(row: ExceptionRow): number {
  return ageSeconds(row.since, row.closed_at ? Date.parse(row.closed_at) : now())
}

function oldest(rows: ExceptionRow[]): string {
  return formatAge(Math.max(...rows.map(ageOf)))
}

function Row(props: {
  row: ExceptionRow
  cursor: number | undefined
  currency: string
  inGroup?: boolean
  onCursor: (number: number, byHand: boolean) => void
}) {
  const estate = useEstate()
  const here = () => props.cursor === props.row.number
  return (
    <tr
      class="case go"
      id={`case-${props.row.number}`}
      classList={{ cursor: here(), closed: props.row.state === 'closed' }}
      aria-current={here() ? 'true' : undefined}
      onClick={() => props.onCursor(props.row.number, true)}
    >
      <td classList={{ inset: props.inGroup }}>
        <span class="sev-cell">
          <SeverityShape severity={props.row.severity} />
          <span class="soft">{SEVERITY_WORDS[props.row.severity]}</span>
        </span>
      </td>
      <td class="r amount" title={formatMoney(props.row.amount, props.row.currency)}>
        {formatMoney(props.row.amount_reporting, props.currency)}
      </td>
      <td class="plant">{props.row.plant}</td>
      <td class="key">
        <A href={`/exceptions/${props.row.number}`} onClick={(event) => event.stopPropagation()}>
          {props.row.key}
        </A>
      </td>
      <td class="cut cause">
        <Show when={props.row.item && !props.row.key.includes(props.row.item)}>{props.row.item}, </Show>
        <Show when={!props.inGroup}>{props.row.class_title}, </Show>
        <span class="soft">
          {estate.systemName(props.row.left_system)} {formatValue(props.row.left_value)},{' '}
          {estate.systemName(props.row.right_system)} {formatValue(props.row.right_value)}
        </span>
      </td>
      <td class="nowrap soft team">{estate.teamName(props.row.team)}</td>
      <td class="r age">
        {props.row.state === 'closed' ? <span class="muted">closed, </span> : ''}
        {formatAge(ageOf(props.row))}
      </td>
    </tr>
  )
}

import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { AlertRow } from '../../server/api/schemas/alerts.ts'
import { quietWords } from '../lib/alerts.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatMoney, formatNumber } from '../lib/format.ts'
import { ageSeconds, formatTime } from '../lib/time.ts'
import { AlertAcknowledge } from './alert-acknowledge.tsx'
import { AlertMark } from './alert-marks.tsx'

/** Alerts, one under the other: what, where, since when, how much money, how many orders, who was told. */
export function AlertRows(props: { rows: AlertRow[]; currency: string; label: string; cursor?: number }) {
  const estate = useEstate()
  const since = (row: AlertRow) =>
    row.ends_at
      ? `over since ${formatTime(row.ends_at, estate.zoneOf(row.plant))}`
      : `${formatAge(ageSeconds(row.starts_at, now()))}, since ${formatTime(row.starts_at, estate.zoneOf(row.plant))}`
  return (
    <ul class="alerts" aria-label={props.label}>
      <For each={props.rows}>
        {(row, index) => (
          <li class={props.cursor === index() ? 'alert-row cursor' : 'alert-row'}>
            <AlertMark alert={row} />
            <div class="alert-what">
              <A class="strong" href={`/alerts/${row.fingerprint}`}>
                {row.title}
              </A>
              <span class="alert-facts soft">
                <span>{since(row)}</span>
                <Show when={row.team_name}>
                  <span>{row.team_name}</span>
                </Show>
                <Show when={row.quiet} fallback={<Told row={row} />}>
                  {(quiet) => <span class="t-unknown">{quietWords(quiet())}</span>}
                </Show>
              </span>
            </div>
            <span class="alert-amount num">
              <Show when={row.amount !== null && row.amount !== '0'}>
                <b>{formatMoney(row.amount ?? '0', props.currency)}</b>
              </Show>
              <Show when={(row.orders ?? 0) > 0}>
                <span class="soft">
                  {formatNumber(row.orders ?? 0)} {row.orders === 1 ? 'order' : 'orders'}
                </span>
              </Show>
            </span>
            <span class="alert-do">
              <A class="small-link" href={row.path}>
                Look
                <span class="sr"> at what {row.title} is about</span>
              </A>
              <AlertAcknowledge alert={row} />
            </span>
          </li>
        )}
      </For>
    </ul>
  )
}

function Told(props: { row: AlertRow }) {
  const names = () => props.row.told.map((each) => each.receiver).join(', ')
  return (
    <Show when={props.row.status !== 'resolved'}>
      <span>
        {props.row.acknowledged_by ? `taken on by ${props.row.acknowledged_by}; ` : ''}
        {names() ? `told: ${names()}` : 'nobody is told'}
      </span>
    </Show>
  )
}

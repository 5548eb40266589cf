import { createMemo, For, Show } from 'solid-js'
import type { Overview } from '../../server/api/schemas/overview.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatMoney, formatNumber, sumDecimals } from '../lib/format.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { SEVERITY_WORDS, SeverityShape } from './shape.tsx'

const SHOWN = 6

/** Value at risk by cause, largest first; the parts sum to the total below. */
export function Impact(props: { overview: Overview }) {
  const estate = useEstate()
  const scope = useScope()
  const shown = createMemo(() => props.overview.impact.slice(0, SHOWN))
  const rest = createMemo(() => {
    const hidden = props.overview.impact.slice(SHOWN)
    return {
      causes: hidden.length,
      cases: hidden.reduce((sum, cause) => sum + cause.cases, 0),
      amount: sumDecimals(hidden.map((cause) => cause.amount)),
    }
  })
  // widths of bars only: a float is good enough to draw with
  const share = (amount: string) => {
    const top = Number(props.overview.impact[0]?.amount ?? 0)
    return top > 0 ? `${Math.max(1, (Number(amount) / top) * 100)}%` : '0%'
  }
  return (
    <ol class="impact">
      <For each={shown()}>
        {(cause) => (
          <li>
            <a class="head-line" href={scope.hrefOf(cause.href)}>
              <SeverityShape severity={cause.severity} />
              <span class="sr">{SEVERITY_WORDS[cause.severity]}</span>
              <b>{cause.plant_name}</b>
              <span class="soft num">
                {formatNumber(cause.cases)} {cause.cases === 1 ? 'case' : 'cases'}
              </span>
            </a>
            <span class="amount">{formatMoney(cause.amount, props.overview.currency)}</span>
            <span class="why">
              {cause.title}{' '}
              <span class="muted">
                since {formatTime(cause.since, estate.zoneOf(cause.plant), { now: now() })}
              </span>
            </span>
            <span class="track">
              <i class={cause.severity} style={{ width: share(cause.amount) }} />
            </span>
            <span class="team">{estate.teamName(cause.team)}</span>
          </li>
        )}
      </For>
      <Show when={rest().causes > 0}>
        <li class="rest">
          <span>
            {formatNumber(rest().causes)} more causes, {formatNumber(rest().cases)} cases
          </span>
          <span class="amount">{formatMoney(rest().amount, props.overview.currency)}</span>
        </li>
      </Show>
      <li class="sum">
        <span>
          {formatNumber(props.overview.open_cases)} open{' '}
          {props.overview.open_cases === 1 ? 'exception' : 'exceptions'}
        </span>
        <span class="amount">{formatMoney(props.overview.open_amount, props.overview.currency)}</span>
      </li>
    </ol>
  )
}

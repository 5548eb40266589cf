import { For, Show } from 'solid-js'
import type { Tile } from '../../server/api/schemas/overview.ts'
import { formatDurationMark, formatMoney, formatNumber, keepNumbers } from '../lib/format.ts'
import { splitValue } from '../lib/kpi.ts'
import { useScope } from '../lib/scope.ts'
import { Shape, statusWord } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'

function signedChange(tile: Tile, currency: string): string {
  const change = tile.change ?? 0
  const plus = change > 0 ? '+' : ''
  if (tile.kind === 'duration_ms') return plus + formatDurationMark(change)
  if (tile.kind === 'money') return formatMoney(String(Math.round(change)), currency, { signed: true })
  if (tile.kind === 'percent') return `${formatNumber(change, { max: 1, signed: true })}\u2009pt`
  return formatNumber(change, { max: 1, signed: true })
}

/** The KPIs: value, limit, course, change against the range before; each leads to what it counts. */
export function Tiles(props: { tiles: Tile[]; currency: string; plant?: string }) {
  const scope = useScope(() => props.plant ?? '')
  return (
    <div class="tiles">
      <For each={props.tiles}>
        {(tile) => {
          const split = () => splitValue(tile, props.currency)
          return (
            <a
              class="tile"
              classList={{ none: tile.value === null && tile.money === null }}
              href={scope.hrefOf(tile.href)}
            >
              <span class="top">
                <span class="name">{tile.label}</span>
                <span class={`word t-${tile.status}`}>
                  <Shape status={tile.status} />
                  {tile.partial ? 'Incomplete' : statusWord(tile.status, tile.value !== null)}
                </span>
              </span>
              <span class="mid">
                <span class="big">
                  {split().value}
                  <Show when={split().unit}>
                    <span class="unit">{split().unit}</span>
                  </Show>
                </span>
                <Sparkline
                  series={tile.series}
                  previous={tile.previous_series}
                  limit={tile.limit}
                  status={tile.status}
                />
              </span>
              <span class="low">
                <span>{keepNumbers(tile.detail)}</span>
                <Show when={tile.change !== null && !tile.partial}>
                  <span class="delta">
                    <b>{signedChange(tile, props.currency)}</b>{' '}
                    {scope.compare() === 'week' ? 'vs last week' : 'vs prev.'}
                  </span>
                </Show>
              </span>
            </a>
          )
        }}
      </For>
    </div>
  )
}

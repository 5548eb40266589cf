import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Tile } from '../../server/api/schemas/overview.ts'
import {
  formatDuration,
  formatDurationMark,
  formatMoney,
  formatNumber,
  formatPercent,
  keepNumbers,
} from '../lib/format.ts'
import { Shape, statusWord } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'

/** A value and its unit apart, for the unit is set small. */
function splitValue(tile: Tile, currency: string): { value: string; unit: string } {
  if (tile.kind === 'money') {
    if (tile.money === null) return { value: '–', unit: '' }
    return { value: (tile.partial ? '≥\u2009' : '') + formatMoney(tile.money, currency), unit: '' }
  }
  if (tile.value === null) return { value: '–', unit: '' }
  const bound = tile.partial ? '≥\u2009' : ''
  if (tile.kind === 'duration_ms') {
    const text = formatDuration(tile.value)
    const cut = text.lastIndexOf('\u2009')
    return /\d$/.test(text)
      ? { value: bound + text, unit: '' }
      : { value: bound + text.slice(0, cut), unit: text.slice(cut + 1) }
  }
  if (tile.kind === 'percent') return { value: bound + formatPercent(tile.value).slice(0, -2), unit: '%' }
  return { value: bound + formatNumber(tile.value, { max: 1 }), unit: tile.unit }
}

function signedChange(tile: Tile, currency: string): string {
  const change = tile.change ?? 0
  const plus = change > 0 ? '+' : ''
  if (tile.kind === 'duration_ms') return plus + formatDurationMark(change)
  if (tile.kind === 'money') return formatMoney(String(Math.round(change)), currency, { signed: true })
  if (tile.kind === 'percent') return `${formatNumber(change, { max: 1, signed: true })}\u2009pt`
  return formatNumber(change, { max: 1, signed: true })
}

/** The KPIs: value, limit, course, change against the range before; each leads to what it counts. */
export function Tiles(props: { tiles: Tile[]; currency: string }) {
  return (
    <div class="tiles">
      <For each={props.tiles}>
        {(tile) => {
          const split = () => splitValue(tile, props.currency)
          return (
            <A class="tile" classList={{ none: tile.value === null && tile.money === null }} href={tile.href}>
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
                    <b>{signedChange(tile, props.currency)}</b> vs prev.
                  </span>
                </Show>
              </span>
            </A>
          )
        }}
      </For>
    </div>
  )
}

import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Measure } from '../../server/api/schemas/quality.ts'
import { formatNumber, keepNumbers } from '../lib/format.ts'
import { formatRate, useQualityChoice } from '../lib/quality.ts'
import { Shape, statusWord } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'

/** The five rates: value, limit, course by the hour, change against the range before; each leads to its messages. */
export function QualityTiles(props: { measures: Measure[] }) {
  const choice = useQualityChoice()
  return (
    <div class="tiles quality-tiles">
      <For each={props.measures}>
        {(one) => (
          <A
            class="tile"
            classList={{ none: one.rate === null, chosen: choice.measure() === one.measure }}
            href={choice.hrefOf({ measure: one.measure })}
            aria-current={choice.measure() === one.measure ? 'true' : undefined}
          >
            <span class="top">
              <span class="name">{one.label}</span>
              <span class={`word t-${one.status}`}>
                <Shape status={one.status} />
                {statusWord(one.status, one.rate !== null)}
              </span>
            </span>
            <span class="mid">
              <span class="big">
                {one.rate === null ? '–' : formatRate(one.rate).slice(0, -2)}
                <Show when={one.rate !== null}>
                  <span class="unit">%</span>
                </Show>
              </span>
              <Sparkline
                series={one.series}
                previous={one.previous_series}
                limit={one.limit}
                status={one.status}
              />
            </span>
            <span class="low">
              <span>{keepNumbers(one.detail)}</span>
              <Show
                when={one.change !== null}
                fallback={
                  <span class="delta">
                    limit {one.lower_is_better ? '≤' : '≥'} {one.limit} %
                  </span>
                }
              >
                <span class="delta">
                  <b>{formatNumber(one.change ?? 0, { max: 2, signed: true })}&#x2009;pt</b> vs prev.
                </span>
              </Show>
            </span>
          </A>
        )}
      </For>
    </div>
  )
}

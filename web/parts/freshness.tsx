import { For, Show } from 'solid-js'
import type { Overview } from '../../server/api/schemas/overview.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Shape, STATUS_WORDS } from './shape.tsx'

/** How old each source's word is: it qualifies every number above it. */
export function Freshness(props: { sources: Overview['sources'] }) {
  const estate = useEstate()
  return (
    <div class="fresh">
      <For each={props.sources}>
        {(source) => (
          <a
            href="/sources"
            classList={{ old: source.status === 'unknown', hatch: source.status === 'unknown' }}
          >
            <span class="n">
              <Shape status={source.status} />
              <span class="sr">{STATUS_WORDS[source.status]}</span>
              <span>{source.label}</span>
            </span>
            <Show
              when={source.status === 'unknown'}
              fallback={<span class="a">{source.lag_s === null ? '–' : formatAge(source.lag_s)}</span>}
            >
              <span class="a">
                <b>
                  {source.lag_s === null ? 'Nothing yet' : `${formatAge(source.lag_s)} stale`}
                  <Show when={source.watermark}>
                    {(at) => `, since ${formatTime(at(), estate.zoneOf(source.plant))}`}
                  </Show>
                </b>
              </span>
            </Show>
          </a>
        )}
      </For>
    </div>
  )
}

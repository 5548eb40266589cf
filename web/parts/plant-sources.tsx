import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import { now } from '../lib/clock.ts'
import { formatAge } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Shape, STATUS_WORDS } from './shape.tsx'

/** Every source that serves the plant: up to when it is complete, and how old that is. */
export function PlantSources(props: { plant: PlantView }) {
  return (
    <ListTable
      label="Sources"
      head={['Source', 'System', 'Complete until', { r: 'Lag' }, { r: 'Limit' }, 'Held']}
      rows={props.plant.plant_sources}
    >
      {(source) => (
        <tr classList={{ hatch: source.status === 'unknown' }}>
          <td class="nowrap">
            <Shape status={source.status} /> <span class="sr">{STATUS_WORDS[source.status]}</span>
            <A href={`/sources#source-${source.system}-${props.plant.plant}`}>{source.source}</A>
          </td>
          <td class="nowrap">{source.label}</td>
          <td class="nowrap">
            <Show when={source.watermark} fallback="nothing yet">
              {(at) => formatTime(at(), props.plant.time_zone, { now: now() })}
            </Show>
          </td>
          <td class="r strong">{source.lag_s === null ? '–' : formatAge(source.lag_s)}</td>
          <td class="r">{formatAge(source.stale_after_s)}</td>
          <td class="soft">{source.held_because}</td>
        </tr>
      )}
    </ListTable>
  )
}

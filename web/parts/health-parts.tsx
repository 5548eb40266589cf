import { Show } from 'solid-js'
import type { HealthPart } from '../../server/api/schemas/own-health.ts'
import { formatAge, formatBytes, formatDuration, formatNumber, keepNumbers } from '../lib/format.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape, statusWord } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'

const write: Record<HealthPart['unit'], (value: number) => string> = {
  bytes: formatBytes,
  s: formatAge,
  ms: formatDuration,
  count: formatNumber,
}

/** What Plumbline needs to go on, each part with its limit and its course. */
export function HealthParts(props: { parts: HealthPart[]; range: string }) {
  return (
    <Section title="What it needs" sub="as it is now; the course shows the highest of each step">
      <ListTable
        label="What Plumbline needs"
        head={['Status', 'Part', { r: 'Now' }, { r: 'Limit' }, `Course, ${props.range}`, 'What it says']}
        rows={props.parts}
      >
        {(one) => (
          <tr>
            <td class={`nowrap t-${one.status}`}>
              <Shape status={one.status} /> {statusWord(one.status, one.value !== null)}
            </td>
            <td class="key nowrap">
              <Show when={one.href} fallback={one.label}>
                {(href) => <a href={href()}>{one.label}</a>}
              </Show>
            </td>
            <td class="r strong nowrap">{one.value === null ? '–' : write[one.unit](one.value)}</td>
            <td class="r soft nowrap">{one.limit === null ? '–' : write[one.unit](one.limit)}</td>
            <td>
              <Show when={one.series.some((point) => point.value !== null)}>
                <Sparkline series={one.series} limit={one.limit} status={one.status} />
              </Show>
            </td>
            <td class="soft health-says">{keepNumbers(one.detail)}</td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import { formatBytes, formatNumber, wordsOf } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** How long what is stored is kept, as the engine has it, and the oldest there is. */
export function HealthKept(props: { kept: OwnHealth['kept'] }) {
  return (
    <Section
      title="How long it is kept"
      sub="as the estate says under retention; states, open cases, people and the audit trail are always kept"
    >
      <ListTable
        label="How long it is kept"
        head={['Status', 'What', { r: 'Days' }, { r: 'Rows' }, { r: 'On disk' }, 'Oldest', 'Tables']}
        rows={props.kept}
      >
        {(row) => (
          <tr>
            <td class={`nowrap t-${row.status}`}>
              <Shape status={row.status} /> {row.status === 'ok' ? 'As said' : 'Otherwise'}
            </td>
            <td class="key nowrap">{wordsOf(row.group)}</td>
            <td class="r strong">{formatNumber(row.days)}</td>
            <td class="r">{formatNumber(row.rows)}</td>
            <td class="r">{formatBytes(row.bytes)}</td>
            <td class="nowrap">{row.oldest === null ? '–' : formatTime(row.oldest, viewerZone())}</td>
            <td class="soft health-says">{row.tables.join(', ')}</td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

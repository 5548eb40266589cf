import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatDuration, formatNumber } from '../lib/format.ts'
import { ageSeconds } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** How the runs of each check went, the slowest first. */
export function HealthRuns(props: { runs: OwnHealth['runs']; range: string }) {
  return (
    <Section
      title="Runs"
      sub="how long each check takes in a plant, slowest first"
      more={<a href="/reconciliation">Reconciliation →</a>}
    >
      <ListTable
        label="Runs by check"
        head={[
          'Last run',
          'Check',
          { r: `Runs, ${props.range}` },
          { r: 'Incomplete' },
          { r: 'Failed' },
          { r: 'Took, p50' },
          { r: 'p95' },
          { r: 'Slowest' },
          { r: 'Last' },
        ]}
        rows={props.runs}
        empty={<p class="soft">No check ran in this time.</p>}
      >
        {(row) => (
          <tr>
            <td class={`nowrap t-${row.status}`}>
              <Shape status={row.status} /> {row.status === 'breach' ? 'Failed' : 'Came to its end'}
            </td>
            <td class="key">
              <a href={`/checks/${row.check}`}>{row.title}</a>
            </td>
            <td class="r">{formatNumber(row.runs)}</td>
            <td class="r">{formatNumber(row.incomplete)}</td>
            <td class="r" classList={{ 't-breach': row.failed > 0 }}>
              {formatNumber(row.failed)}
            </td>
            <td class="r soft">{formatDuration(row.p50_ms)}</td>
            <td class="r strong">{formatDuration(row.p95_ms)}</td>
            <td class="r soft">{formatDuration(row.max_ms)}</td>
            <td class="r soft nowrap">{formatAge(ageSeconds(row.last_at, now()))} ago</td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

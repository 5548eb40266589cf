import { Show } from 'solid-js'
import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import { ALERT_SEVERITIES, ALERT_STATUSES } from '../lib/alerts.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatBytes, formatNumber, keepNumbers } from '../lib/format.ts'
import { useIngestRange } from '../lib/ingest-range.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ageSeconds } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { CellSelect } from '../parts/cell-select.tsx'
import { HealthKept } from '../parts/health-kept.tsx'
import { HealthParts } from '../parts/health-parts.tsx'
import { HealthRuns } from '../parts/health-runs.tsx'
import { HealthStore } from '../parts/health-store.tsx'
import { ListTable } from '../parts/list-table.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'
import '../styles/health.css'

/** How Plumbline itself is: what it needs, how its runs go, what the engine holds, and what it has told of itself. */
export default function HealthPage() {
  useTitle(() => 'Health')
  const range = useIngestRange()
  const answer = ask<OwnHealth>(
    ['alerts'],
    () => ({ path: '/api/health', query: { hours: range.hours() } }),
    () => ({ every: 15_000 }),
  )
  return (
    <>
      <PageBar title="Health" asOf={dataOf(answer)?.as_of}>
        <CellSelect
          label="Range"
          choices={range.choices}
          value={String(range.hours())}
          onChange={(value) => range.setHours(Number(value))}
        />
      </PageBar>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="Plumbline’s health" rows={10}>
          {(data) => (
            <>
              <div class="sentence">
                <Shape status={data().sentence.status} />
                <p class="text">
                  <b>{data().sentence.lead}</b> {keepNumbers(data().sentence.rest)}{' '}
                  <span class="soft">
                    Up for {formatAge(ageSeconds(data().started_at, now()))};{' '}
                    {data().engine === 'chdb' ? 'the engine is in this process' : 'the engine is a server'};{' '}
                    {formatNumber(data().store.rows)} rows in {formatBytes(data().store.bytes)}.
                  </span>
                </p>
              </div>
              <Show when={data().alerts.length > 0}>
                <OwnAlerts alerts={data().alerts} />
              </Show>
              <HealthParts parts={data().parts} range={range.label()} />
              <HealthRuns runs={data().runs} range={range.label()} />
              <HealthStore store={data().store} />
              <HealthKept kept={data().kept} />
            </>
          )}
        </Panel>
      </main>
    </>
  )
}

/** What Plumbline has told of itself, and nobody has mended. */
function OwnAlerts(props: { alerts: OwnHealth['alerts'] }) {
  return (
    <Section title="Alerts about Plumbline" more={<a href="/alerts">All alerts →</a>}>
      <ListTable
        label="Alerts about Plumbline"
        head={['Severity', 'What', 'State', { r: 'Since' }]}
        rows={props.alerts}
      >
        {(alert) => (
          <tr>
            <td class="nowrap">{ALERT_SEVERITIES[alert.severity].word}</td>
            <td>
              <a href={`/alerts/${alert.fingerprint}`}>{alert.title}</a>
            </td>
            <td class="nowrap soft">{ALERT_STATUSES[alert.status]}</td>
            <td class="r nowrap">{formatAge(ageSeconds(alert.starts_at, now()))}</td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

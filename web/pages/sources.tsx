import { createMemo, Show } from 'solid-js'
import type { UnexplainedCodes } from '../../server/api/schemas/codes.ts'
import type { Status } from '../../server/api/schemas/common.ts'
import type { Audits, Ingest, Queues } from '../../server/api/schemas/ingest.ts'
import type { Interchanges } from '../../server/api/schemas/interchanges.ts'
import type { PulledSources } from '../../server/api/schemas/source-pulls.ts'
import type { SourceList } from '../../server/api/schemas/sources.ts'
import { formatAge, formatBytes, formatDuration, formatNumber, keepNumbers } from '../lib/format.ts'
import { useIngestRange } from '../lib/ingest-range.ts'
import { useKeys } from '../lib/keys.ts'
import { useQuarantineChoice } from '../lib/quarantine.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useTitle } from '../lib/title.ts'
import { AuditSection } from '../parts/audit-section.tsx'
import { CellSelect } from '../parts/cell-select.tsx'
import { IngestSection } from '../parts/ingest-section.tsx'
import { InterchangeSection } from '../parts/interchange-section.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { QuarantineSection } from '../parts/quarantine-section.tsx'
import { QueueSection } from '../parts/queue-section.tsx'
import { Shape } from '../parts/shape.tsx'
import { SourceCodes } from '../parts/source-codes.tsx'
import { SourceFiles } from '../parts/source-files.tsx'
import { SourcePulls } from '../parts/source-pulls.tsx'
import { SourceTable } from '../parts/source-table.tsx'
import { Panel } from '../parts/states.tsx'

/** Where facts come from, how fresh they are, what waits on the way, and what was refused, with the reason. */
export default function SourcesPage() {
  useTitle(() => 'Sources')
  const choice = useQuarantineChoice()
  const range = useIngestRange()
  useKeys([{ key: 'Escape', label: 'Show all of the quarantine', show: 'Esc', run: () => choice.clear() }])
  const often = () => ({ every: 15_000 })
  const answer = ask<SourceList>(['sources', 'events'], () => ({ path: '/api/sources' }), often)
  const ingest = ask<Ingest>(
    ['sources'],
    () => ({ path: '/api/ingest', query: { hours: range.hours() } }),
    often,
  )
  const queues = ask<Queues>(
    ['sources'],
    () => ({ path: '/api/queues', query: { hours: range.hours() } }),
    often,
  )
  const pulled = ask<PulledSources>(['sources'], () => ({ path: '/api/pulled-sources' }), often)
  const codes = ask<UnexplainedCodes>(
    [],
    () => ({ path: '/api/codes' }),
    () => ({ every: 60_000 }),
  )
  const exchanged = ask<Interchanges>(['sources'], () => ({ path: '/api/interchanges' }), often)
  const audits = ask<Audits>(
    [],
    () => ({ path: '/api/audits' }),
    () => ({ every: 60_000 }),
  )
  return (
    <>
      <PageBar title="Sources" asOf={dataOf(answer)?.as_of}>
        <CellSelect
          label="Ingest and queues"
          choices={range.choices}
          value={String(range.hours())}
          onChange={(value) => range.setHours(Number(value))}
        />
      </PageBar>
      <main id="main" tabindex="-1">
        <Show when={dataOf(answer)}>
          {(list) => (
            <Headline
              list={list()}
              ingest={dataOf(ingest)}
              queues={dataOf(queues)}
              paused={dataOf(pulled)?.sources.filter((source) => source.paused !== null).length ?? 0}
            />
          )}
        </Show>
        <Panel answer={answer} what="The sources" rows={10}>
          {(data) => <SourceTable list={data()} />}
        </Panel>
        <Show when={(dataOf(pulled)?.sources.length ?? 0) > 0 && dataOf(pulled)}>
          {(data) => <SourcePulls pulled={data()} />}
        </Show>
        <Show when={(dataOf(exchanged)?.mailboxes ?? 0) > 0 && dataOf(exchanged)}>
          {(data) => <InterchangeSection exchanged={data()} />}
        </Show>
        <Panel answer={ingest} what="The ingest" rows={3}>
          {(data) => <IngestSection ingest={data()} />}
        </Panel>
        <Panel answer={queues} what="The queues" rows={4}>
          {(data) => <QueueSection queues={data()} />}
        </Panel>
        <Show when={(dataOf(codes)?.rows.length ?? 0) > 0}>
          <SourceCodes rows={dataOf(codes)?.rows ?? []} />
        </Show>
        <QuarantineSection />
        <Show when={(dataOf(answer)?.files.length ?? 0) > 0}>
          <SourceFiles rows={dataOf(answer)?.files ?? []} />
        </Show>
        <Panel answer={audits} what="The audit" rows={1}>
          {(data) => <AuditSection audits={data()} />}
        </Panel>
      </main>
    </>
  )
}

/** What there is to know at a glance: who is late, whether anything is refused, what waits. */
function Headline(props: {
  list: SourceList
  ingest: Ingest | undefined
  queues: Queues | undefined
  paused: number
}) {
  const late = () => props.list.sources.filter((source) => source.status === 'unknown').length
  const held = () => props.list.sources.filter((source) => source.held_to !== null).length
  const status = (): Status =>
    props.list.spool.refusing ? 'breach' : late() > 0 ? 'unknown' : held() + props.paused > 0 ? 'watch' : 'ok'
  const lead = () => {
    const { length } = props.list.sources
    if (props.list.spool.refusing) return 'Nothing more is taken.'
    if (length === 0) return 'Nothing has come in yet.'
    return late() === 0
      ? `All ${formatNumber(length)} sources are current.`
      : `${formatNumber(length - late())} of ${formatNumber(length)} sources are current.`
  }
  const rest = createMemo(() => {
    const { spool } = props.list
    const slowest = Math.max(0, ...(props.ingest?.kinds.map((one) => one.lag_p95_ms ?? 0) ?? []))
    const most = [...(props.queues?.rows ?? [])]
      .filter((row) => row.status === 'ok' && row.value > 0)
      .sort((a, b) => b.value - a.value)[0]
    return [
      spool.refusing && `${spool.refusing[0]?.toUpperCase()}${spool.refusing.slice(1)}.`,
      props.paused > 0 && `${formatNumber(props.paused)} ${props.paused === 1 ? 'is' : 'are'} paused.`,
      held() > 0 && `${formatNumber(held())} ${held() === 1 ? 'is' : 'are'} catching up.`,
      spool.waiting_bytes === 0
        ? 'The spool is empty'
        : `${formatBytes(spool.waiting_bytes)} wait in the spool, the oldest for ${formatAge(spool.oldest_s)}`,
      props.ingest && slowest > 0 && `; the loader lags ${formatDuration(slowest)} at p95.`,
      most &&
        ` Most waits in ${most.destination || most.metric}${most.plant ? ` of ${most.plant}` : ''}: ${formatNumber(most.value, { max: 1 })}.`,
    ]
      .filter(Boolean)
      .join(' ')
      .replaceAll(' ;', ';')
      .replace(/\s+/g, (space) => (space.includes('\u2009') ? space : ' '))
  })
  return (
    <div class="sentence">
      <Shape status={status()} />
      <p class="text">
        <b>{lead()}</b>
        {keepNumbers(rest())}
      </p>
    </div>
  )
}

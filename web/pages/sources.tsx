import { For, Show } from 'solid-js'
import type { QuarantineList, SourceList } from '../../server/api/schemas/sources.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatBytes, formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { PageBar } from '../parts/page-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape, STATUS_WORDS } from '../parts/shape.tsx'
import { Empty, Panel } from '../parts/states.tsx'

/** Where facts come from, how fresh they are, and what was refused, with the reason. */
export default function SourcesPage() {
  useTitle(() => 'Sources')
  const answer = ask<SourceList>(
    ['sources', 'events'],
    () => ({ path: '/api/sources' }),
    () => ({ every: 15_000 }),
  )
  const quarantine = ask<QuarantineList>(['sources', 'events'], () => ({
    path: '/api/quarantine',
    query: { limit: 200 },
  }))
  const sources = () => dataOf(answer)?.sources ?? []
  return (
    <>
      <PageBar
        title="Sources"
        asOf={dataOf(answer)?.as_of}
        summary={
          <Show when={dataOf(answer)}>
            {(data) => (
              <>
                <b>{formatNumber(sources().filter((s) => s.status !== 'unknown').length)}</b> of{' '}
                {formatNumber(sources().length)} current, spool{' '}
                <b>
                  {data().spool.waiting_segments === 0 ? 'empty' : formatBytes(data().spool.waiting_bytes)}
                </b>
                <Show when={data().spool.waiting_segments > 0}>
                  {' '}
                  in {formatNumber(data().spool.waiting_segments)}{' '}
                  {data().spool.waiting_segments === 1 ? 'segment' : 'segments'}, oldest{' '}
                  {formatAge(data().spool.oldest_s)}
                </Show>
              </>
            )}
          </Show>
        }
      />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The sources" rows={10}>
          {(data) => (
            <>
              <SourceTable rows={data().sources} />
              <Show when={data().files.length > 0}>
                <Files rows={data().files} />
              </Show>
            </>
          )}
        </Panel>
        <Section
          title="Quarantine"
          sub="messages that broke their contract: kept, with the reason"
          more={
            <Show when={dataOf(quarantine)}>
              {(data) => <span class="muted">{formatNumber(data().total)} in all</span>}
            </Show>
          }
        >
          <Panel answer={quarantine} what="The quarantine" rows={4}>
            {(data) => <Quarantine list={data()} />}
          </Panel>
        </Section>
      </main>
    </>
  )
}

function SourceTable(props: { rows: SourceList['sources'] }) {
  const estate = useEstate()
  return (
    <Section title="Freshness" sub="a source is stale when its watermark is older than its limit">
      <Show when={props.rows.length > 0} fallback={<Empty title="Nothing has come in yet" />}>
        <section class="scroll-x" tabindex="0" aria-label="Sources">
          <table class="table">
            <thead>
              <tr>
                <th>Status</th>
                <th>Source</th>
                <th>System</th>
                <th>Plant</th>
                <th>Kind</th>
                <th>Complete until</th>
                <th class="r">Lag</th>
                <th class="r">Limit</th>
                <th class="r">Last received</th>
                <th class="r">Rows, 24 h</th>
                <th class="r">Refused, 24 h</th>
                <th>Detail</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.rows}>
                {(source) => (
                  <tr classList={{ 'is-stale': source.status === 'unknown' }}>
                    <td class={`nowrap t-${source.status}`}>
                      <Shape status={source.status} /> {STATUS_WORDS[source.status]}
                    </td>
                    <td class="key">{source.source}</td>
                    <td class="nowrap">{source.system_name}</td>
                    <td>{source.plant || 'all'}</td>
                    <td class="soft">{source.kind}</td>
                    <td class="nowrap">
                      {source.watermark
                        ? formatTime(source.watermark, estate.zoneOf(source.plant || undefined), {
                            seconds: true,
                          })
                        : '–'}
                    </td>
                    <td class="r strong">{source.lag_s === null ? '–' : formatAge(source.lag_s)}</td>
                    <td class="r soft">{formatAge(source.stale_after_s)}</td>
                    <td class="r soft">
                      {source.last_received_at
                        ? `${formatAge(ageSeconds(source.last_received_at, now()))} ago`
                        : 'never'}
                    </td>
                    <td class="r">{formatNumber(source.rows_24h)}</td>
                    <td class={`r ${source.rejected_24h > 0 ? 'strong t-breach' : 'soft'}`}>
                      {formatNumber(source.rejected_24h)}
                    </td>
                    <td class="cut soft" title={source.detail}>
                      {source.detail}
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
    </Section>
  )
}

function Files(props: { rows: SourceList['files'] }) {
  return (
    <Section title="Files read" sub="newest first">
      <section class="scroll-x" tabindex="0" aria-label="Files">
        <table class="table">
          <thead>
            <tr>
              <th>Outcome</th>
              <th>File</th>
              <th>Source</th>
              <th>Read</th>
              <th>Modified</th>
              <th class="r">Size</th>
              <th class="r">Rows</th>
              <th class="r">Refused</th>
              <th>Reason</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(file) => (
                <tr>
                  <td class={`nowrap t-${file.outcome === 'ok' ? 'ok' : 'breach'}`}>
                    <Shape status={file.outcome === 'ok' ? 'ok' : 'breach'} />{' '}
                    {file.outcome === 'ok' ? 'Read' : 'Failed'}
                  </td>
                  <td class="key">{file.path}</td>
                  <td class="nowrap soft">{file.source}</td>
                  <td class="nowrap">{formatTime(file.read_at, viewerZone)}</td>
                  <td class="nowrap soft">{formatTime(file.modified_at, viewerZone)}</td>
                  <td class="r">{formatBytes(file.bytes)}</td>
                  <td class="r">{formatNumber(file.rows)}</td>
                  <td class={`r ${file.rejected > 0 ? 'strong t-breach' : 'soft'}`}>
                    {formatNumber(file.rejected)}
                  </td>
                  <td class="cut soft" title={file.reason}>
                    {file.reason}
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Section>
  )
}

function Quarantine(props: { list: QuarantineList }) {
  const estate = useEstate()
  return (
    <Show
      when={props.list.rows.length > 0}
      fallback={<p class="soft pad">Nothing was refused: every message kept its contract.</p>}
    >
      <ul class="quarantine">
        <For each={props.list.rows}>
          {(row) => (
            <li>
              <details>
                <summary>
                  <span class="soft num">
                    {formatTime(row.received_at, estate.zoneOf(row.plant || undefined), { seconds: true })}
                  </span>
                  <span class="nowrap">
                    <b>{row.system || row.source}</b> {row.plant}
                  </span>
                  <span class="why">
                    <Show when={row.where}>
                      <code>{row.where}</code>{' '}
                    </Show>
                    {row.reasons.join('; ')}
                  </span>
                  <span class="mono muted id">{row.message_id}</span>
                </summary>
                <pre>{prettyBody(row.body)}</pre>
              </details>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.list.total > props.list.rows.length}>
        <p class="ghost-note">
          The newest {formatNumber(props.list.rows.length)} of {formatNumber(props.list.total)} are shown.
        </p>
      </Show>
    </Show>
  )
}

/** JSON is indented; anything else stays as it came. */
function prettyBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

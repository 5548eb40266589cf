import { A, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { MasterVersion, MasterVersions } from '../../server/api/schemas/propagation.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber } from '../lib/format.ts'
import { ask } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { ListTable } from '../parts/list-table.tsx'
import { VersionLinks, VersionState } from '../parts/propagation-versions.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

/** One master: every version, from when it counts, and who accepted it when, with the messages that say so. */
export default function MasterPage() {
  const params = useParams<{ master: string; key: string }>()
  const scope = useScope()
  const key = () => decodeURIComponent(params.key)
  useTitle(key)
  const answer = ask<MasterVersions>(
    ['events'],
    () => ({
      path: `/api/propagation/${params.master}/${encodeURIComponent(key())}`,
      query: { plant: scope.plant() },
    }),
    () => ({ keep: false }),
  )
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href="/propagation">Propagation</A>
          {' / '}
          <A href={`/propagation?master=${params.master}`}>
            {params.master.charAt(0).toUpperCase() + params.master.slice(1)}
          </A>
          {' / '}
          <b>{key()}</b>
        </p>
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The master" rows={10}>
          {(data) => <Body versions={data()} name={key()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { versions: MasterVersions; name: string }) {
  const rows = () => props.versions.rows
  const missed = () => rows().filter((row) => row.is_missed).length
  const status = () => (rows().some((row) => row.state === 'late') ? 'breach' : missed() > 0 ? 'watch' : 'ok')
  const count = () => new Set(rows().map((row) => `${row.plant} ${row.master_version}`)).size
  return (
    <>
      <div class="sentence">
        <Shape status={status()} />
        <h1 class="text">
          <b>
            {rows()[0]?.master_name} {props.name}:{' '}
            {missed() === 0
              ? 'every version in effect has been accepted.'
              : `${formatNumber(missed())} ${missed() === 1 ? 'consumer works' : 'consumers work'} without a version in effect.`}
          </b>
          {formatNumber(count())} {count() === 1 ? 'version' : 'versions'}, newest first.
        </h1>
      </div>
      <Section
        title="Versions and who holds them"
        more={
          <Show when={props.versions.total > rows().length}>
            <span class="muted">
              newest {formatNumber(rows().length)} of {formatNumber(props.versions.total)}
            </span>
          </Show>
        }
      >
        <ListTable
          label="Versions"
          head={[
            'State',
            'Version',
            'Plant',
            'Stated',
            'In effect from',
            'Consumer',
            'Holds now',
            'Accepted',
            { r: 'Delay' },
            'How it stands',
            'Messages',
            'More',
          ]}
          rows={rows()}
        >
          {(row) => <Row row={row} />}
        </ListTable>
      </Section>
    </>
  )
}

function Row(props: { row: MasterVersion }) {
  const estate = useEstate()
  const row = () => props.row
  const time = (at: string | null) =>
    at ? formatTime(at, estate.zoneOf(row().plant), { seconds: true }) : '–'
  return (
    <tr>
      <td>
        <VersionState row={row()} />
      </td>
      <td class="key">{row().master_version}</td>
      <td class="nowrap">{estate.plantName(row().plant)}</td>
      <td class="nowrap">{time(row().stated_at)}</td>
      <td class="nowrap">{row().counts_at === row().stated_at ? 'at once' : time(row().counts_at)}</td>
      <td class="nowrap">{row().consumer_name}</td>
      <td class="soft">{row().holds || 'none'}</td>
      <td class="nowrap">{time(row().accepted_at)}</td>
      <td class="r">{row().delay_ms === null ? '–' : formatDuration(row().delay_ms ?? 0)}</td>
      <td class="how">{row().detail}</td>
      <td class="mono nowrap">{[row().record_event, row().consumer_event].filter(Boolean).join(', ')}</td>
      <td class="nowrap">
        <VersionLinks row={row()} />
      </td>
    </tr>
  )
}

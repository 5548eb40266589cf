import { A, useSearchParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ReplayList } from '../../server/api/schemas/replays.ts'
import { formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { REPLAY_STATES } from '../lib/replays.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { PageBar } from '../parts/page-bar.tsx'
import { Pager } from '../parts/pager.tsx'
import { NewReplay } from '../parts/replay-new.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'
import '../styles/sources.css'

const PAGE = 50

/** Replays: what integrations were asked to send again, and whether it came. */
export default function ReplaysPage() {
  useTitle(() => 'Replays')
  const [params, setParams] = useSearchParams<{ offset: string }>()
  const offset = () => Math.max(0, Math.floor(Number(params.offset)) || 0)
  const answer = ask<ReplayList>(['replays'], () => ({
    path: '/api/replays',
    query: { limit: PAGE, offset: offset() },
  }))
  return (
    <>
      <PageBar title="Replays" asOf={dataOf(answer)?.as_of} />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The replays" rows={8}>
          {(data) => (
            <>
              <Show when={may('work')}>
                <NewReplay flows={data().flows} />
              </Show>
              <Show when={data().held}>
                <p class="refusing" role="alert">
                  <Shape status="breach" />
                  <span>
                    <b>Nothing is sent now</b>, since what came of it could not be taken: {data().held}. It
                    goes on by itself.
                  </span>
                </p>
              </Show>
              <Section
                title="Replays"
                sub="newest first; one is done when what was missing has come"
                more={<span class="muted">{formatNumber(data().total)} in all</span>}
              >
                <Show
                  when={data().rows.length > 0}
                  fallback={<p class="soft pad">Nothing was asked for again yet.</p>}
                >
                  <section class="scroll-x" tabindex="0" aria-label="Replays">
                    <table class="table stack">
                      <thead>
                        <tr>
                          <th>Replay</th>
                          <th>State</th>
                          <th>Of</th>
                          <th>Flow</th>
                          <th>By, and why</th>
                          <th class="r">To send</th>
                          <th class="r">Verified</th>
                          <th class="r">Open</th>
                          <th class="r">Failed</th>
                          <th class="r">Left out</th>
                          <th class="r">Made</th>
                        </tr>
                      </thead>
                      <tbody>
                        <For each={data().rows}>{(row) => <Row row={row} />}</For>
                      </tbody>
                    </table>
                  </section>
                </Show>
                <Pager
                  offset={offset()}
                  shown={data().rows.length}
                  page={PAGE}
                  total={data().total}
                  onMove={(to) => setParams({ offset: to || null }, { scroll: false })}
                />
              </Section>
            </>
          )}
        </Panel>
      </main>
    </>
  )
}

function Row(props: { row: ReplayList['rows'][number] }) {
  const counts = () => props.row.counts
  const state = () => REPLAY_STATES[props.row.state]
  return (
    <tr>
      <td class="key">
        <A href={`/replays/${props.row.replay}`}>RP-{props.row.replay}</A>
      </td>
      <td class="nowrap">
        <Shape status={state().status} /> {state().word}
      </td>
      <td class="nowrap">{props.row.selection}</td>
      <td class="nowrap soft">{props.row.flow_name}</td>
      <td class="wide">
        <b>{props.row.actor}</b> {props.row.reason}
      </td>
      <td class="r" data-label="To send">
        {formatNumber(counts().to_send)}
      </td>
      <td class="r" data-label="Verified">
        {formatNumber(counts().verified)}
      </td>
      <td class="r" data-label="Open">
        {formatNumber(counts().waiting + counts().sent)}
      </td>
      <td class="r" data-label="Failed">
        {formatNumber(counts().refused + counts().unverified)}
      </td>
      <td class="r" data-label="Left out">
        {formatNumber(counts().left_out)}
      </td>
      <td class="r soft">{formatTime(props.row.made_at, viewerZone())}</td>
    </tr>
  )
}

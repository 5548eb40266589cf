import { A, useNavigate } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { FlowList } from '../../server/api/schemas/flows.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatDuration, formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useTitle } from '../lib/title.ts'
import { PageBar } from '../parts/page-bar.tsx'
import { Shape, statusWord } from '../parts/shape.tsx'
import { Empty, Panel } from '../parts/states.tsx'

/** All flows, and which of them needs looking at. */
export default function FlowsPage() {
  useTitle(() => 'Flows')
  const estate = useEstate()
  const navigate = useNavigate()
  const answer = ask<FlowList>(
    ['events', 'spans'],
    () => ({ path: '/api/flows' }),
    () => ({ every: 30_000 }),
  )
  return (
    <>
      <PageBar title="Flows" asOf={dataOf(answer)?.as_of} />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The flows" rows={4}>
          {(data) => (
            <Show when={data().flows.length > 0} fallback={<Empty title="The estate names no flow" />}>
              <section class="scroll-x" tabindex="0" aria-label="Flows">
                <table class="table roomy">
                  <thead>
                    <tr>
                      <th>Status</th>
                      <th>Flow</th>
                      <th>Owner team</th>
                      <th>Tier</th>
                      <th class="r">Began, 24 h</th>
                      <th class="r">Waiting now</th>
                      <th class="r">Stuck</th>
                      <th class="r">Oldest</th>
                      <th class="r">Worst p95</th>
                      <th>at</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={data().flows}>
                      {(flow) => (
                        <tr class="go" onClick={() => navigate(`/flows/${flow.flow}`)}>
                          <td class={`nowrap strong t-${flow.status}`}>
                            <Shape status={flow.status} /> {statusWord(flow.status, flow.p95_ms !== null)}
                          </td>
                          <td class="key">
                            <A href={`/flows/${flow.flow}`}>{flow.name}</A>
                          </td>
                          <td class="soft nowrap">{estate.teamName(flow.owner)}</td>
                          <td>{flow.tier}</td>
                          <td class="r">{formatNumber(flow.reached)}</td>
                          <td class="r">{formatNumber(flow.waiting)}</td>
                          <td class={`r ${flow.stuck > 0 ? 'strong t-breach' : ''}`}>
                            {formatNumber(flow.stuck)}
                          </td>
                          <td class="r">{flow.oldest_s === null ? '–' : formatAge(flow.oldest_s)}</td>
                          <td class="r">{flow.p95_ms === null ? '–' : formatDuration(flow.p95_ms)}</td>
                          <td class="soft nowrap">{flow.worst_handoff}</td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </section>
            </Show>
          )}
        </Panel>
      </main>
    </>
  )
}

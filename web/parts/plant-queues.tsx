import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Queues } from '../../server/api/schemas/ingest.ts'
import { formatAge, formatNumber } from '../lib/format.ts'
import { ask } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'
import { Panel } from './states.tsx'

/** What waits in the plant's queues, as their brokers measure it. */
export function PlantQueues(props: { plant: string; hours: number }) {
  const answer = ask<Queues>(
    ['sources'],
    () => ({ path: '/api/queues', query: { hours: props.hours } }),
    () => ({ every: 60_000 }),
  )
  const here = (queues: Queues) => queues.rows.filter((row) => row.plant === props.plant)
  return (
    <Section
      title="Queues"
      sub={`depth, as the broker measures it${useScope().flow() ? '; of all flows' : ''}`}
      more={<A href="/sources">All →</A>}
    >
      <Panel answer={answer} what="The queues" rows={4}>
        {(queues) => (
          <Show
            when={here(queues()).length > 0}
            fallback={<p class="soft plant-none">No queue of this plant is measured.</p>}
          >
            <section class="scroll-x" tabindex="0" aria-label="Queues">
              <table class="table">
                <tbody>
                  <For each={here(queues())}>
                    {(row) => (
                      <tr>
                        <td class="cut" title={row.destination}>
                          <Shape status={row.status} /> {row.destination}
                        </td>
                        <td class="plant-spark">
                          <Sparkline series={row.series} previous={[]} limit={null} status={row.status} />
                        </td>
                        <td class="r strong">{formatNumber(row.value)}</td>
                        <td class="r muted">
                          {row.status === 'unknown'
                            ? `not measured for ${formatAge(row.age_s)}`
                            : `highest ${formatNumber(row.highest)}`}
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </section>
          </Show>
        )}
      </Panel>
    </Section>
  )
}

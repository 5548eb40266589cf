import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ListedState, Propagation, PropagationConsumer } from '../../server/api/schemas/propagation.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber } from '../lib/format.ts'
import { usePropagationChoice } from '../lib/propagation.ts'
import { formatRate } from '../lib/quality.ts'
import { useScope } from '../lib/scope.ts'
import { Shape, statusWord } from './shape.tsx'

type Count = 'missed' | 'late' | 'rejected' | 'away' | 'pending' | 'accepted_late' | 'caught_up'
const COUNTS: { name: Count & ListedState; label: string }[] = [
  { name: 'missed', label: 'In effect, not held' },
  { name: 'late', label: 'Late' },
  { name: 'rejected', label: 'Rejected' },
  { name: 'away', label: 'Away' },
  { name: 'pending', label: 'Pending' },
  { name: 'accepted_late', label: 'Accepted late' },
  { name: 'caught_up', label: 'Caught up' },
]

/** Each consuming system over all its plants: what it has not accepted, how long it takes, and where it is heard. */
export function PropagationConsumers(props: { propagation: Propagation }) {
  const choice = usePropagationChoice()
  const scope = useScope()
  const estate = useEstate()
  const sourceHref = ({ consumer }: PropagationConsumer) => {
    const served = estate.view()?.systems.find((one) => one.system === consumer)?.plants ?? []
    return `/sources#source-${consumer}-${scope.plant() || served[0]}`
  }
  return (
    <section class="scroll-x" tabindex="0" aria-label="Consumers">
      <table class="table">
        <thead>
          <tr>
            <th>Status</th>
            <th>Consumer</th>
            <th class="r">Accepted</th>
            <For each={COUNTS}>{(count) => <th class="r">{count.label}</th>}</For>
            <th class="r">p95 delay</th>
            <th>Heard at</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.propagation.consumers}>
            {(row) => (
              <tr>
                <td class={`nowrap t-${row.status}`}>
                  <Shape status={row.status} /> {statusWord(row.status, true)}
                </td>
                <td class="key">
                  <A href={choice.hrefOf({ consumer: row.consumer })}>{row.consumer_name}</A>
                </td>
                <td class="r strong">{row.share === null ? '–' : formatRate(row.share)}</td>
                <For each={COUNTS}>
                  {(count) => (
                    <td class="r">
                      <Show when={row[count.name] > 0} fallback={<span class="soft">0</span>}>
                        <A href={choice.hrefOf({ consumer: row.consumer, state: count.name })}>
                          {formatNumber(row[count.name])}
                        </A>
                      </Show>
                    </td>
                  )}
                </For>
                <td class="r">{row.delay_p95_ms === null ? '–' : formatDuration(row.delay_p95_ms)}</td>
                <td>
                  <A href={sourceHref(row)}>Source</A>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

import { Show } from 'solid-js'
import type { Propagation } from '../../server/api/schemas/propagation.ts'
import { keepNumbers } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { usePropagationChoice } from '../lib/propagation.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { useTitle } from '../lib/title.ts'
import { PropagationConsumers } from '../parts/propagation-consumers.tsx'
import { PropagationMatrix } from '../parts/propagation-matrix.tsx'
import { PropagationVersionList } from '../parts/propagation-versions.tsx'
import { ScopeBar } from '../parts/scope-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

/** Has every consumer the master data that counts: each master, each consumer, each plant, and the versions behind it. */
export default function PropagationPage() {
  const scope = useScope()
  const choice = usePropagationChoice()
  useTitle(() => 'Propagation')
  useKeys([
    { key: 'Escape', label: 'Show the versions of the whole scope', show: 'Esc', run: () => choice.clear() },
  ])
  const answer = ask<Propagation>(
    ['events'],
    () => ({ path: '/api/propagation', query: scope.query() }),
    () => ({ every: 60_000 }),
  )
  return (
    <>
      <ScopeBar asOf={dataOf(answer)?.as_of} from={dataOf(answer)?.from} isAlone />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The propagation" rows={12}>
          {(data) => (
            <>
              <div class="sentence">
                <Shape status={data().sentence.status} />
                <h1 class="text">
                  <b>{data().sentence.lead}</b>
                  {keepNumbers(data().sentence.rest)}
                </h1>
              </div>
              <Show when={data().masters.length > 0}>
                <div class="cols quality-cols">
                  <div>
                    <Section
                      title="Accepted, by master, consumer and plant"
                      sub="versions stated in the range, and older ones still open; superseded and pending ones are not counted"
                    >
                      <PropagationMatrix propagation={data()} />
                    </Section>
                    <Section
                      title="Consumers"
                      sub="over the same versions; in effect: it counts, and the consumer works without it"
                    >
                      <PropagationConsumers propagation={data()} />
                    </Section>
                  </div>
                  <PropagationVersionList />
                </div>
              </Show>
            </>
          )}
        </Panel>
      </main>
    </>
  )
}

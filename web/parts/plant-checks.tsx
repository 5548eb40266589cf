import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import { now } from '../lib/clock.ts'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

type Check = PlantView['plant_checks'][number]

const statusOf = ({ run, cases }: Check) => (run?.outcome !== 'ok' ? 'unknown' : cases > 0 ? 'watch' : 'ok')

/** Every check with its last run in this plant, and what is open of it. */
export function PlantChecks(props: { plant: PlantView }) {
  return (
    <Section title="Checks" sub="with their last run here" more={<A href="/reconciliation">All plants →</A>}>
      <section class="scroll-x" tabindex="0" aria-label="Checks">
        <table class="table">
          <thead>
            <tr>
              <th>Check</th>
              <th>Last run</th>
              <th>Outcome</th>
              <th class="r">Compared</th>
              <th class="r">Differ</th>
              <th class="r">Open</th>
              <th class="r">Value, {props.plant.currency}</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.plant.plant_checks}>
              {(check) => (
                <tr>
                  <td class="nowrap">
                    <Shape status={statusOf(check)} />{' '}
                    <A
                      class="strong"
                      href={`/checks/${check.check}?plant=${encodeURIComponent(props.plant.plant)}`}
                    >
                      {check.title}
                    </A>
                  </td>
                  <td class="nowrap">
                    <Show when={check.run} fallback={<span class="muted">never</span>}>
                      {(run) => (
                        <A href={`/runs/${run().run}`}>
                          {formatTime(run().started_at, props.plant.time_zone, { now: now() })}
                        </A>
                      )}
                    </Show>
                  </td>
                  <td class="nowrap" title={check.run?.reason}>
                    {check.run?.outcome ?? '–'}
                  </td>
                  <td class="r">{check.run ? formatNumber(check.run.compared) : '–'}</td>
                  <td class="r">{check.run ? formatNumber(check.run.variances) : '–'}</td>
                  <td class="r">
                    <A
                      href={`/exceptions?check=${check.check}&plant=${encodeURIComponent(props.plant.plant)}`}
                    >
                      {formatNumber(check.cases)}
                    </A>
                  </td>
                  <td class="r strong">{formatMoney(check.amount, props.plant.currency)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Section>
  )
}

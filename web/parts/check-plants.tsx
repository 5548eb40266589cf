import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { CheckList, RunRow } from '../../server/api/schemas/runs.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatMoney, formatNumber } from '../lib/format.ts'
import { useScope } from '../lib/scope.ts'
import { ageSeconds } from '../lib/time.ts'
import { Outcome } from './run-outcome.tsx'
import { RunStrip } from './run-strip.tsx'
import { Sparkline } from './sparkline.tsx'

type Check = CheckList['checks'][number]

/** Whether tolerance lets anything of a check pass. */
export const hasTolerated = (check: Check) => check.plants.some((plant) => (plant.tolerated?.keys ?? 0) > 0)
const toldTolerated = (tolerated: Check['plants'][number]['tolerated'], currency: string) =>
  tolerated
    ? `${formatNumber(tolerated.keys)} keys within tolerance, ${formatMoney(tolerated.amount, currency)} in all`
    : 'every key is yet to be compared'

/** What cannot be told is not said to be well. */
const statusOf = ({ last, open_cases }: Check['plants'][number]) =>
  last?.outcome !== 'ok' ? 'unknown' : open_cases > 0 ? 'watch' : 'ok'

/** One check by plant: its last run, what it found, what is open and what tolerance lets pass. */
export function CheckPlants(props: { check: Check; currency: string; runs: RunRow[] }) {
  const estate = useEstate()
  const scope = useScope()
  const partial = () => props.check.plants.some((plant) => plant.last?.outcome !== 'ok')
  return (
    <section class="scroll-x" tabindex="0" aria-label={`${props.check.title} by plant`}>
      <table class="table">
        <thead>
          <tr>
            <th>Last run</th>
            <th>Plant</th>
            <th class="r">Compared</th>
            <th class="r">In grace</th>
            <th class="r">Out</th>
            <th class="r">Open cases</th>
            <th class="r">At risk</th>
            <th class="check-spark">7 days</th>
            <Show when={hasTolerated(props.check)}>
              <th class="r" title="What is within tolerance, more and less set off">
                Let pass
              </th>
            </Show>
            <th class="r">Age</th>
            <th class="r">Last {30} runs</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.check.plants}>
            {(plant) => (
              <tr>
                <td class="nowrap" title={plant.last?.reason}>
                  <Show when={plant.last} fallback={<span class="muted">never run</span>}>
                    {(run) => (
                      <A class="plain" href={scope.hrefOf(`/runs/${run().run}`)}>
                        <Outcome run={run()} />
                      </A>
                    )}
                  </Show>
                </td>
                <td class="strong nowrap">{estate.plantName(plant.plant)}</td>
                <td class="r">{plant.last ? formatNumber(plant.last.compared) : '–'}</td>
                <td class="r soft">{plant.last ? formatNumber(plant.last.in_grace) : '–'}</td>
                <td class="r strong">{plant.last ? formatNumber(plant.last.variances) : '–'}</td>
                <td class="r">
                  <A href={scope.hrefOf('/exceptions', { check: props.check.check, plant: plant.plant })}>
                    {formatNumber(plant.open_cases)}
                  </A>
                </td>
                <td class="r">{formatMoney(plant.open_amount, plant.currency)}</td>
                <td class="check-spark">
                  <Sparkline series={plant.trend} status={statusOf(plant)} />
                </td>
                <Show when={hasTolerated(props.check)}>
                  <td class="r soft" title={toldTolerated(plant.tolerated, plant.currency)}>
                    {plant.tolerated ? formatMoney(plant.tolerated.net, plant.currency) : '–'}
                  </td>
                </Show>
                <td class="r soft">
                  {plant.last ? formatAge(ageSeconds(plant.last.started_at, now())) : '–'}
                </td>
                <td class="r">
                  <RunStrip
                    runs={props.runs.filter(
                      (run) => run.check === props.check.check && run.plant === plant.plant,
                    )}
                    zone={estate.zoneOf(plant.plant)}
                  />
                </td>
              </tr>
            )}
          </For>
          <tr class="total">
            <td />
            <td>{props.check.plants.length === 1 ? 'In all' : 'All plants'}</td>
            <td class="r">
              {formatNumber(props.check.plants.reduce((sum, p) => sum + (p.last?.compared ?? 0), 0))}
            </td>
            <td class="r">
              {formatNumber(props.check.plants.reduce((sum, p) => sum + (p.last?.in_grace ?? 0), 0))}
            </td>
            <td class="r">
              {partial() ? '≥\u2009' : ''}
              {formatNumber(props.check.plants.reduce((sum, p) => sum + (p.last?.variances ?? 0), 0))}
            </td>
            <td class="r">{formatNumber(props.check.plants.reduce((sum, p) => sum + p.open_cases, 0))}</td>
            <td class="r">{formatMoney(props.check.open_amount, props.currency)}</td>
            <td />
            <Show when={hasTolerated(props.check)}>
              <td class="r">{formatMoney(props.check.tolerated_net ?? '0', props.currency)}</td>
            </Show>
            <td colspan="2" />
          </tr>
        </tbody>
      </table>
    </section>
  )
}

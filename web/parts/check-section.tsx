import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { CheckList, RunRow } from '../../server/api/schemas/runs.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatMoney, formatNumber, sumDecimals } from '../lib/format.ts'
import { announceChange } from '../lib/stream.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { CheckTrend } from './check-trend.tsx'
import { Outcome } from './run-outcome.tsx'
import { RunStrip } from './run-strip.tsx'
import { Section } from './section.tsx'

type Check = CheckList['checks'][number]

/** One check: what it compares, its last run in every plant, its open value over time, and a run at once. */
export function CheckSection(props: { check: Check; currency: string; runs: RunRow[] }) {
  const answered = () => props.check.plants.filter((plant) => plant.last?.outcome === 'ok').length
  return (
    <Section
      title={props.check.title}
      sub={props.check.description}
      more={<RunNow check={props.check.check} />}
      class="check-section"
    >
      <dl class="check-facts">
        <div>
          <dt class="label">Compares</dt>
          <dd>
            {props.check.left} = {props.check.right}
          </dd>
        </div>
        <div>
          <dt class="label">Tolerance</dt>
          <dd>{props.check.tolerance}</dd>
        </div>
        <div>
          <dt class="label">Grace</dt>
          <dd>{formatAge(props.check.grace_s)}</dd>
        </div>
        <div>
          <dt class="label">Schedule</dt>
          <dd class="mono">{props.check.schedule}</dd>
        </div>
        <div>
          <dt class="label">Next run</dt>
          <dd>
            <Show when={props.check.next_run_at} fallback="–">
              {(at) => (
                <>
                  {formatTime(at(), viewerZone())}
                  <Show when={Date.parse(at()) > now()}>
                    , in {formatAge((Date.parse(at()) - now()) / 1000)}
                  </Show>
                </>
              )}
            </Show>
          </dd>
        </div>
        <div>
          <dt class="label">Answered</dt>
          <dd class={answered() < props.check.plants.length ? 't-unknown' : ''}>
            {answered()} of {props.check.plants.length} plants
          </dd>
        </div>
      </dl>
      <div class="cols check-cols">
        <PlantTable check={props.check} currency={props.currency} runs={props.runs} />
        <div>
          <CheckTrend
            points={props.check.trend}
            currency={props.currency}
            title="Open value at risk"
            label={`Open value of ${props.check.title} over time`}
          />
          <Show when={hasTolerated(props.check)}>
            <CheckTrend
              points={props.check.tolerance_trend}
              currency={props.currency}
              title="Let pass by tolerance, set off"
              label={`What tolerance let pass of ${props.check.title} over time`}
            />
          </Show>
        </div>
      </div>
    </Section>
  )
}

const hasTolerated = (check: Check) => check.plants.some((plant) => (plant.tolerated?.keys ?? 0) > 0)
const toldTolerated = (tolerated: Check['plants'][number]['tolerated'], currency: string) =>
  tolerated
    ? `${formatNumber(tolerated.keys)} keys within tolerance, ${formatMoney(tolerated.amount, currency)} in all`
    : 'every key is yet to be compared'

function PlantTable(props: { check: Check; currency: string; runs: RunRow[] }) {
  const estate = useEstate()
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
            <th class="r">At risk, {props.currency}</th>
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
                      <A class="plain" href={`/runs/${run().run}`}>
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
                  <A href={`/exceptions?check=${props.check.check}&plant=${plant.plant}`}>
                    {formatNumber(plant.open_cases)}
                  </A>
                </td>
                <td class="r">{formatMoney(plant.open_amount, props.currency)}</td>
                <Show when={hasTolerated(props.check)}>
                  <td class="r soft" title={toldTolerated(plant.tolerated, props.currency)}>
                    {plant.tolerated ? formatMoney(plant.tolerated.net, props.currency) : '–'}
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
            <td>All plants</td>
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
            <td class="r">
              {formatMoney(sumDecimals(props.check.plants.map((p) => p.open_amount)), props.currency)}
            </td>
            <Show when={hasTolerated(props.check)}>
              <td class="r">
                {formatMoney(
                  sumDecimals(props.check.plants.map((p) => p.tolerated?.net ?? '0')),
                  props.currency,
                )}
              </td>
            </Show>
            <td colspan="2" />
          </tr>
        </tbody>
      </table>
    </section>
  )
}

function RunNow(props: { check: string }) {
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const run = async (full: boolean) => {
    setBusy(true)
    setSaid('')
    try {
      const { runs } = await postJson<{ runs: RunRow[] }>(`/api/checks/${props.check}/runs`, { full })
      const bad = runs.filter((one) => one.outcome !== 'ok').length
      setSaid(`${runs.length} plants run${bad ? `, ${bad} not complete` : ', all complete'}`)
      announceChange(['runs', 'exceptions'])
    } catch (error) {
      setSaid(error instanceof RequestError ? `Not run: ${error.message}` : 'Not run')
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <span class="muted" role="status">
        {said()}
      </span>
      <button type="button" class="btn small" disabled={busy()} onClick={() => void run(false)}>
        {busy() ? 'Running' : 'Run now'}
      </button>
      <button type="button" class="btn small" disabled={busy()} onClick={() => void run(true)}>
        Compare every key
      </button>
    </>
  )
}

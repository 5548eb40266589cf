import { A, useNavigate } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { CheckList } from '../../server/api/schemas/runs.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatMoney, formatNumber } from '../lib/format.ts'
import { useScope } from '../lib/scope.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { Shape } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'

type Check = CheckList['checks'][number]

const answeredOf = (check: Check) => check.plants.filter((plant) => plant.last?.outcome === 'ok').length
const casesOf = (check: Check) => check.plants.reduce((sum, plant) => sum + plant.open_cases, 0)
/** What cannot be told is not said to be well. */
const statusOf = (check: Check) =>
  answeredOf(check) < check.plants.length ? 'unknown' : casesOf(check) > 0 ? 'watch' : 'ok'
const lastOf = (check: Check) =>
  check.plants
    .flatMap((plant) => plant.last?.started_at ?? [])
    .sort()
    .at(-1)

/** Every check in one line: whether its last runs can be trusted, what is open and how that went; each leads to its own page. */
export function CheckTable(props: { checks: Check[]; currency: string }) {
  const navigate = useNavigate()
  const scope = useScope()
  return (
    <section class="scroll-x" tabindex="0" aria-label="Checks">
      <table class="table check-table">
        <thead>
          <tr>
            <th>Check</th>
            <th class="desk-only">Compares</th>
            <th class="r">Complete</th>
            <th class="r desk-only">Last run</th>
            <th class="r">Open</th>
            <th class="r">At risk, {props.currency}</th>
            <th class="desk-only check-spark">7 days</th>
            <th class="r desk-only">Tolerance</th>
            <th class="r desk-only" title="What is within tolerance, more and less set off">
              Let pass
            </th>
            <th class="r desk-only">Next run</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.checks}>
            {(check) => (
              <tr class="go" onClick={() => navigate(scope.hrefOf(`/checks/${check.check}`))}>
                <td class="nowrap">
                  <Shape status={statusOf(check)} />{' '}
                  <A class="strong" href={scope.hrefOf(`/checks/${check.check}`)} title={check.description}>
                    {check.title}
                  </A>
                </td>
                <td class="soft nowrap desk-only">
                  {check.left} = {check.right}
                </td>
                <td class="r" classList={{ 't-unknown': answeredOf(check) < check.plants.length }}>
                  {answeredOf(check)} of {check.plants.length}
                </td>
                <td class="r soft nowrap desk-only">
                  <Show when={lastOf(check)} fallback="never">
                    {(at) => `${formatAge(ageSeconds(at(), now()))} ago`}
                  </Show>
                </td>
                <td class="r">
                  <A
                    href={scope.hrefOf('/exceptions', { check: check.check })}
                    onClick={(event) => event.stopPropagation()}
                  >
                    {formatNumber(casesOf(check))}
                  </A>
                </td>
                <td class="r strong">{formatMoney(check.open_amount, props.currency)}</td>
                <td class="desk-only check-spark">
                  <Sparkline series={check.trend} status={statusOf(check)} />
                </td>
                <td class="r soft desk-only">{check.tolerance}</td>
                <td class="r soft nowrap desk-only">
                  <Show when={check.plants.some((plant) => (plant.tolerated?.keys ?? 0) > 0)} fallback="–">
                    {formatMoney(check.tolerated_net ?? '0', props.currency)}
                  </Show>
                </td>
                <td class="r soft nowrap desk-only">
                  {check.next_run_at ? formatTime(check.next_run_at, viewerZone()) : '–'}
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

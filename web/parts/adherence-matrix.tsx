import { A } from '@solidjs/router'
import { createMemo, For, Show } from 'solid-js'
import type { DependencyWeeks } from '../../server/api/schemas/dependencies.ts'
import { agreedLatency, measuredWeeks, rateText, useDependencyScope } from '../lib/dependencies.ts'
import { formatNumber } from '../lib/format.ts'
import { Shape, statusWord } from './shape.tsx'

type Row = DependencyWeeks['rows'][number]

/** Dependency × week: the two shares, as value and shape. A cell leads to the dependency in that week. */
export function AdherenceMatrix(props: { weeks: DependencyWeeks }) {
  const measured = createMemo(() => measuredWeeks(props.weeks))
  const rows = () => measured().rows.filter((row) => row.agreement !== null)
  return (
    <Show
      when={rows().length > 0}
      fallback={
        <p class="soft pad">
          Nothing is agreed. What is stands in the estate under <code>dependencies</code>: latency, the share
          of calls it is for, availability.
        </p>
      }
    >
      <section class="scroll-x" tabindex="0" aria-label="Adherence by dependency and week">
        <table class="matrix adherence">
          <thead>
            <tr>
              <th class="plant corner" scope="col">
                Dependency
                <br />
                Agreed
              </th>
              <For each={measured().weeks}>
                {(week) => (
                  <th class="colhead" scope="col">
                    <b>{week.week.slice(5)}</b>
                    <span>{week.is_running ? 'running' : week.week.slice(0, 4)}</span>
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <th class="plant" scope="row">
                    <b>{row.name}</b>
                    <span>
                      {agreedLatency(row.agreement)}
                      {row.agreement?.availability == null
                        ? ''
                        : `, ${formatNumber(row.agreement.availability, { max: 3 })}\u2009% no error`}
                    </span>
                  </th>
                  <For each={measured().weeks}>
                    {(week, at) => (
                      <td>
                        <Show when={row.weeks[at()]}>
                          {(cell) => <Cell row={row} cell={cell()} from={week.from} to={week.to} />}
                        </Show>
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Show>
  )
}

function Cell(props: { row: Row; cell: Row['weeks'][number]; from: string; to: string }) {
  const scope = useDependencyScope()
  const value = () =>
    props.row.agreement?.latency_ms == null ? props.cell.available_share : props.cell.in_time_share
  const words = () =>
    `${props.row.name}, ${props.cell.week}: ${rateText(props.cell.in_time_share)} in time, ${rateText(props.cell.available_share)} without an error, of ${formatNumber(props.cell.calls)} calls, ${statusWord(props.cell.status ?? 'unknown', props.cell.calls > 0)}`
  return (
    <Show when={props.cell.calls > 0} fallback={<span class="mx mx-none">–</span>}>
      <A
        class={`mx mx-${props.cell.status ?? 'none'}`}
        href={scope.pageOf(props.row.dependency, { from: props.from, to: props.to, hours: '' })}
        aria-label={words()}
        title={words()}
      >
        <span class="v">
          <Show when={props.cell.status}>{(status) => <Shape status={status()} />}</Show>
          <span>{rateText(value())}</span>
        </span>
        <span class="d">
          <span>{rateText(props.cell.available_share)}</span>
        </span>
      </A>
    </Show>
  )
}

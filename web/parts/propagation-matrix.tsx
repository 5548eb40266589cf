import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Propagation, PropagationCell } from '../../server/api/schemas/propagation.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatDuration, formatNumber } from '../lib/format.ts'
import { usePropagationChoice } from '../lib/propagation.ts'
import { formatRate } from '../lib/quality.ts'
import { useScope } from '../lib/scope.ts'
import { Shape, statusWord } from './shape.tsx'

/** Each master with each role that uses it, plant by plant: how much of it is accepted, and what is not. */
export function PropagationMatrix(props: { propagation: Propagation }) {
  const estate = useEstate()
  const scope = useScope()
  const choice = usePropagationChoice()
  const plants = () =>
    (estate.view()?.plants ?? []).filter((one) => !scope.plant() || one.plant === scope.plant())
  /** over all plants first, where there are several */
  const columns = () => [
    ...(plants().length > 1 ? [{ plant: '', name: 'All plants' }] : []),
    ...plants().map(({ plant, name }) => ({ plant, name })),
  ]
  const rows = () =>
    props.propagation.masters.flatMap((master) => master.consumers.map((role) => ({ ...master, role })))
  const roleName = (role: string) => role.toUpperCase()
  return (
    <section class="scroll-x" tabindex="0" aria-label="Acceptance by master, consumer and plant">
      <table class="matrix quality-matrix">
        <thead>
          <tr>
            <th class="plant corner" scope="col">
              Master and consumer
            </th>
            <For each={columns()}>
              {(column) => (
                <th class="colhead" scope="col">
                  <b>{column.name}</b>
                  <span>{column.plant || 'of the scope'}</span>
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
                  <A class="plain" href={choice.hrefOf({ master: row.master, role: row.role })}>
                    <b>
                      {row.name} in {roleName(row.role)}
                    </b>
                    <span>
                      from {roleName(row.record)} within {formatAge(row.accept_within_ms / 1000)}
                    </span>
                  </A>
                </th>
                <For each={columns()}>
                  {(column) => (
                    <td>
                      <Show
                        when={cellOf(props.propagation.cells, row.master, row.role, column.plant)}
                        fallback={
                          <span class="mx mx-none" title={`${row.name}, ${column.name}: no version stated`}>
                            –
                          </span>
                        }
                      >
                        {(cell) => (
                          <Cell
                            cell={cell()}
                            where={`${row.name} in ${roleName(row.role)}, ${column.name}`}
                            href={choice.hrefOf({
                              master: row.master,
                              role: row.role,
                              site: column.plant,
                            })}
                          />
                        )}
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
  )
}

const cellOf = (cells: PropagationCell[], master: string, role: string, plant: string) =>
  cells.find((cell) => cell.master === master && cell.role === role && cell.plant === plant)

/** What is not as it should be, the gravest first; the delay when all is. */
function restOf(cell: PropagationCell): string {
  const many: [number, string][] = [
    [cell.late, 'late'],
    [cell.rejected, 'rejected'],
    [cell.away, 'unheard'],
    [cell.pending, 'pending'],
  ]
  const open = many.filter(([count]) => count > 0).map(([count, word]) => `${formatNumber(count)} ${word}`)
  if (open.length > 0) return open.slice(0, 2).join(', ')
  return cell.delay_p95_ms === null ? 'superseded' : `p95 ${formatDuration(cell.delay_p95_ms)}`
}

function Cell(props: { cell: PropagationCell; where: string; href: string }) {
  const value = () => (props.cell.share === null ? 'In time' : formatRate(props.cell.share))
  const words = () =>
    `${props.where}: ${value()} accepted of ${formatNumber(props.cell.versions)}, ${statusWord(props.cell.status, true)}, ${restOf(props.cell)}`
  return (
    <A class={`mx mx-${props.cell.status}`} href={props.href} aria-label={words()} title={words()}>
      <span class="v">
        <Shape status={props.cell.status} />
        <span>{value()}</span>
      </span>
      <span class="d">
        <span>{restOf(props.cell)}</span>
      </span>
    </A>
  )
}

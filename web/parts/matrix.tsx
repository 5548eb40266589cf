import { createMemo, For, Show } from 'solid-js'
import type { MatrixCell, Overview } from '../../server/api/schemas/overview.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber, formatPercent } from '../lib/format.ts'
import { useScope } from '../lib/scope.ts'
import { zoneName } from '../lib/time.ts'
import { InTurn } from '../lib/turns.tsx'
import { Shape, statusWord } from './shape.tsx'

type Matrix = Overview['matrix']
type Column = Matrix['columns'][number]

/** Columns in runs of the same group; a gap stands before the checks. */
function groupColumns(columns: Column[]): { group: string; kind: string; columns: Column[] }[] {
  const groups: { group: string; kind: string; columns: Column[] }[] = []
  for (const column of columns) {
    const last = groups.at(-1)
    if (last && last.group === column.group && last.kind === column.kind) last.columns.push(column)
    else groups.push({ group: column.group, kind: column.kind, columns: [column] })
  }
  return groups
}

function valueText(cell: MatrixCell): string {
  if (cell.status === 'unknown' && cell.value === null) return 'No data'
  if (cell.value === null) return '–'
  return cell.kind === 'percent' ? formatPercent(cell.value) : formatDuration(cell.value)
}

/** Plant × flow: every hand-off's latency and every check's difference, as value, shape and share of the limit. */
export function MatrixTable(props: { matrix: Matrix }) {
  const estate = useEstate()
  const scope = useScope()
  const groups = createMemo(() => groupColumns([...props.matrix.columns]))
  return (
    <section class="scroll-x" tabindex="0" aria-label="Plant by flow health">
      <table class="matrix">
        <thead>
          <tr>
            <td class="plant" />
            <For each={groups()}>
              {(group, index) => (
                <>
                  <Show when={index() > 0 && group.kind === 'check'}>
                    <td class="gap" />
                  </Show>
                  <th class="group" colspan={group.columns.length} scope="colgroup">
                    {group.group}
                  </th>
                </>
              )}
            </For>
          </tr>
          <tr>
            <th class="plant corner" scope="col">
              Plant
              <br />
              Orders, local time
            </th>
            <For each={groups()}>
              {(group, index) => (
                <>
                  <Show when={index() > 0 && group.kind === 'check'}>
                    <td class="gap" />
                  </Show>
                  <For each={group.columns}>
                    {(column) => (
                      <th
                        class="colhead"
                        scope="col"
                        title={`${column.title}, ${column.subtitle}, ${column.limit_label}`}
                      >
                        <b>{column.title}</b>
                        <span>{column.subtitle}</span>
                        <span>{column.limit_label}</span>
                      </th>
                    )}
                  </For>
                </>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.matrix.rows}>
            {(row) => (
              <InTurn>
                <tr>
                  <th class="plant" scope="row">
                    <a href={scope.hrefOf(`/plants/${encodeURIComponent(row.plant)}`)}>{row.name}</a>
                    <span>
                      {formatNumber(row.orders)} orders, {row.local_time.replace(/ .*/, '')}{' '}
                      {zoneName(estate.zoneOf(row.plant), new Date())}
                    </span>
                  </th>
                  <For each={groups()}>
                    {(group, index) => (
                      <>
                        <Show when={index() > 0 && group.kind === 'check'}>
                          <td class="gap" />
                        </Show>
                        <For each={group.columns}>
                          {(column) => (
                            <td>
                              <Show when={row.cells.find((cell) => cell.column === column.column)}>
                                {(cell) => (
                                  <Cell
                                    cell={cell()}
                                    column={column}
                                    plant={row.name}
                                    href={scope.hrefOf(cell().href)}
                                  />
                                )}
                              </Show>
                            </td>
                          )}
                        </For>
                      </>
                    )}
                  </For>
                </tr>
              </InTurn>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

function Cell(props: { cell: MatrixCell; column: Column; plant: string; href: string }) {
  const width = () => `${Math.min(100, Math.max(0, (props.cell.share ?? 0) * 100))}%`
  const words = () =>
    `${props.plant}, ${props.column.title}: ${valueText(props.cell)}, ${statusWord(props.cell.status, props.cell.value !== null)}, ${props.cell.detail}`
  return (
    <a class={`mx mx-${props.cell.status}`} href={props.href} aria-label={words()} title={words()}>
      <span class="v">
        <Shape status={props.cell.status} />
        <span>{valueText(props.cell)}</span>
      </span>
      <span class="d">
        <span>{props.cell.detail}</span>
      </span>
      <i class="load" style={{ width: width() }} />
    </a>
  )
}

import { sumDecimals } from '../core/decimal.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { OverviewFacts } from './overview-facts.ts'
import type { MatrixCell, Overview } from './schemas/overview.ts'
import type { Wall } from './schemas/wall.ts'
import { type Status, worstStatus } from './scope.ts'

type Said = { status: Status; words: string }
const statusOfSeverity = { critical: 'breach', high: 'watch', medium: 'ok', low: 'ok' } as const

/** A row for each plant, with the worst of it in words; of one plant alone, a row for each hand-off and measure. */
export function composeWallRows(
  context: ApiContext,
  facts: OverviewFacts,
  matrix: Overview['matrix'],
  impact: Overview['impact'],
): Wall['rows'] {
  const [only] = matrix.rows
  if (matrix.rows.length === 1 && only)
    return only.cells.map((cell) => {
      const column = matrix.columns.find((one) => one.column === cell.column)
      return {
        row: cell.column,
        name: column?.title ?? cell.column,
        status: cell.status,
        worst: describeCell(column, cell),
        cases: null,
        amount: null,
      }
    })
  return matrix.rows.map((row) => {
    const counts = facts.counts.filter((one) => one.plant === row.plant)
    const said: Said[] = [
      ...impact
        .filter((one) => one.plant === row.plant)
        .map((one) => ({
          status: statusOfSeverity[one.severity],
          words: `${one.title}, ${writeNumber(one.cases)}`,
        })),
      ...row.cells
        .filter((cell) => cell.kind === 'duration_ms' && cell.status !== 'ok' && cell.value !== null)
        .map((cell) => ({
          status: cell.status,
          words: `${matrix.columns.find((one) => one.column === cell.column)?.title ?? ''} takes ${writeDuration(cell.value ?? 0)}`,
        })),
      ...findSilent(context, facts, row.plant),
      ...row.cells
        .filter((cell) => cell.status === 'unknown')
        .map((cell) => ({
          status: cell.status,
          words: `${matrix.columns.find((one) => one.column === cell.column)?.title ?? ''}: ${cell.detail}`,
        })),
    ]
    const status = worstStatus([...said.map((one) => one.status), ...row.cells.map((cell) => cell.status)])
    return {
      row: row.plant,
      name: row.name,
      status,
      worst: (said.find((one) => one.status === status) ?? said[0])?.words ?? 'Systems agree',
      cases: counts.reduce((sum, one) => sum + one.cases, 0),
      amount: sumDecimals(counts.map((one) => one.counted)),
    }
  })
}

/** Sources that say nothing recent of a plant. */
const findSilent = ({ estate }: ApiContext, facts: OverviewFacts, plant: string): Said[] =>
  facts.freshness
    .filter((source) => source.plant === plant && source.status === 'unknown')
    .map((source) => ({
      status: 'unknown' as const,
      words: `${estate.systemOf.get(source.system)?.name ?? source.system} silent ${source.lag_s === null ? 'so far' : writeDuration(source.lag_s * 1000)}`,
    }))

function describeCell(column: Overview['matrix']['columns'][number] | undefined, cell: MatrixCell): string {
  if (cell.value === null) return cell.detail
  if (cell.kind === 'percent')
    return `${cell.value.toFixed(cell.value > 0 && cell.value < 1 ? 2 : 1)} % differ, ${cell.detail}`
  return `${writeDuration(cell.value)}, ${column?.limit_label ?? ''}, ${cell.detail}`
}

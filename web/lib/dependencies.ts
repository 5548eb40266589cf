import type { DependencyRow, DependencyWeeks } from '../../server/api/schemas/dependencies.ts'
import { formatDurationMark, formatNumber } from './format.ts'
import { formatRate } from './quality.ts'
import { useScope } from './scope.ts'

/** Which calls to a dependency a list of traces shows. */
export type Calls = 'all' | 'errors' | 'throttled' | 'slow'

/** What was agreed of the latency, in a few words. */
export function agreedLatency(agreement: DependencyRow['agreement']): string {
  return agreement?.latency_ms == null
    ? 'none agreed'
    : `${formatNumber(agreement.within, { max: 2 })}\u2009% in ${formatDurationMark(agreement.latency_ms)}`
}

export const rateText = (rate: number | null): string => (rate === null ? '–' : formatRate(rate))

/** The weeks since the first in which anything was called: before it nothing was measured. */
export function measuredWeeks({ weeks, rows }: DependencyWeeks): DependencyWeeks {
  const first = weeks.findIndex((_, at) => rows.some((row) => (row.weeks[at]?.calls ?? 0) > 0))
  const from = Math.max(0, first)
  return {
    as_of: '',
    weeks: weeks.slice(from),
    rows: rows.map((row) => ({ ...row, weeks: row.weeks.slice(from) })),
  }
}

/** The scope of the pages of dependencies, and where their numbers lead. */
export function useDependencyScope() {
  const scope = useScope()
  return {
    ...scope,
    query: () => ({ ...scope.query(), flow: scope.flow() }),
    /** the page of a dependency, in this scope or in a range of its own */
    pageOf: (dependency: string, besides: Record<string, string | undefined> = {}) =>
      scope.hrefOf(`/dependencies/${encodeURIComponent(dependency)}`, besides),
    /** the traces behind a number */
    tracesOf: (dependency: string, calls: Calls = 'all', besides: Record<string, string | undefined> = {}) =>
      scope.hrefOf('/traces', { dependency, calls: calls === 'all' ? '' : calls, ...besides }),
  }
}

import type { TraceRow, TraceTree } from './trace-tree.ts'

/** From and to, in ms from the trace's first moment. */
export type Stretch = [from: number, to: number]

export interface CriticalPath {
  /** in which stretches each span alone decided when the trace would end; spans that never did are absent */
  stretches: ReadonlyMap<TraceRow, Stretch[]>
  /** when nothing ran: a message lay in a queue, or a batch was waited for */
  waits: Stretch[]
  /** how long nothing ran, in ms */
  waited_ms: number
}

/**
 * What a trace took its time for, from its end back to its start: within each span the child that ended last before the
 * moment looked at decided, then the one that ended last before that one began, and in between the span itself. What ran
 * beside them could have been faster without the trace being any shorter. The rule is that of Uber's CRISP (USENIX ATC
 * 2022, "Critical Path Analysis of Large-Scale Microservice Architectures"); but a child counts to the end of all below
 * it, since what a message sets off goes on after its sender is done, and the time between them is a wait.
 */
export function findCriticalPath({ rows, length_ms }: TraceTree): CriticalPath {
  const children = childrenOf(rows)
  const ends = endsBelow(rows, children)
  const stretches = new Map<TraceRow, Stretch[]>()
  const waits: Stretch[] = []
  /** The span alone, or nobody, decided from one moment to another. */
  const note = (row: TraceRow | undefined, from: number, to: number) => {
    const end = row ? row.offset_ms + row.duration_ms : 0
    if (to > Math.max(from, end)) waits.push([Math.max(from, end), to])
    if (!row) return
    const stretch: Stretch = [Math.max(from, row.offset_ms), Math.min(to, end)]
    if (stretch[1] <= stretch[0]) return
    const known = stretches.get(row)
    if (known) known.push(stretch)
    else stretches.set(row, [stretch])
  }
  // a stack of our own: ten thousand spans may be ten thousand deep
  const stack: { at: number; until: number; next: number }[] = [{ at: -1, until: length_ms, next: 0 }]
  while (stack.length > 0) {
    const top = stack[stack.length - 1] as (typeof stack)[number]
    const row = rows[top.at]
    const below = children[top.at + 1] as number[]
    let child = below[top.next++]
    while (child !== undefined && (ends[child] as number) > top.until) child = below[top.next++]
    if (child === undefined) {
      note(row, row?.offset_ms ?? 0, top.until)
      stack.pop()
      continue
    }
    const ended = ends[child] as number
    note(row, ended, top.until)
    // what began before its parent, by a clock that is behind, is not looked at twice
    top.until = Math.min(ended, (rows[child] as TraceRow).offset_ms)
    stack.push({ at: child, until: ended, next: 0 })
  }
  return { stretches, waits, waited_ms: waits.reduce((sum, [from, to]) => sum + to - from, 0) }
}

/** Which rows stand directly below each; the first list is of those at the top. */
function childrenOf(rows: TraceRow[]): number[][] {
  const lists: number[][] = [[], ...rows.map(() => [])]
  const parents: number[] = []
  rows.forEach((row, at) => {
    parents[row.depth] = at
    ;(lists[row.depth === 0 ? 0 : (parents[row.depth - 1] as number) + 1] as number[]).push(at)
  })
  return lists
}

/** When each row and all below it had ended; children are then in the order of that, the last first. */
function endsBelow(rows: TraceRow[], children: number[][]): number[] {
  const ends: number[] = []
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at] as TraceRow
    let end = row.offset_ms + row.duration_ms
    for (const child of children[at + 1] as number[]) end = Math.max(end, ends[child] as number)
    ends[at] = end
  }
  for (const list of children) list.sort((a, b) => (ends[b] as number) - (ends[a] as number))
  return ends
}

/** For how long a span alone decided when the trace would end, in ms. */
export const decidedBy = ({ stretches }: CriticalPath, row: TraceRow): number =>
  (stretches.get(row) ?? []).reduce((sum, [from, to]) => sum + to - from, 0)

/** Rows of the path, and those above them. */
export function rowsOnPath(rows: TraceRow[], { stretches }: CriticalPath): TraceRow[] {
  const above: TraceRow[] = []
  const shown = new Set<TraceRow>()
  for (const row of rows) {
    above.length = row.depth
    above.push(row)
    if (stretches.has(row)) for (const each of above) shown.add(each)
  }
  return rows.filter((row) => shown.has(row))
}

import type { Span } from '../../server/api/schemas/traces.ts'

export interface TraceRow {
  span: Span
  depth: number
  /** how many spans stand below it */
  below: number
  /** its own error, or one below it */
  failed: boolean
  /** from the trace's first moment */
  offset_ms: number
  duration_ms: number
}

export interface TraceTree {
  rows: TraceRow[]
  /** from the first start to the last end */
  length_ms: number
}

/**
 * Spans in the order a waterfall shows them: parents before children, siblings by start.
 * A span whose parent never arrived stands at the top; a loop of parents is cut where it closes.
 */
export function buildTree(spans: Span[]): TraceTree {
  if (spans.length === 0) return { rows: [], length_ms: 0 }
  const starts = new Map<Span, bigint>(spans.map((span) => [span, BigInt(span.start_ns)]))
  let first = starts.get(spans[0] as Span) as bigint
  for (const start of starts.values()) if (start < first) first = start
  const offset = (span: Span) => Number((starts.get(span) as bigint) - first) / 1e6

  const byId = new Map(spans.map((span) => [span.span_id, span]))
  const children = new Map<string, Span[]>()
  const roots: Span[] = []
  for (const span of spans) {
    const parent = span.parent_span_id
    if (parent && parent !== span.span_id && byId.has(parent)) {
      const list = children.get(parent)
      if (list) list.push(span)
      else children.set(parent, [span])
    } else roots.push(span)
  }
  const inTime = (a: Span, b: Span) => offset(a) - offset(b)
  const rows: TraceRow[] = []
  const seen = new Set<Span>()
  let end = 0
  let errors = 0

  // a stack of our own: ten thousand spans may be ten thousand deep
  const visit = (root: Span) => {
    const stack: { span: Span; depth: number; row?: TraceRow; at?: number; errors?: number }[] = [
      { span: root, depth: 0 },
    ]
    while (stack.length > 0) {
      const top = stack.pop() as (typeof stack)[number]
      if (top.row) {
        top.row.below = rows.length - (top.at as number) - 1
        top.row.failed ||= errors > (top.errors as number)
        continue
      }
      if (seen.has(top.span)) continue
      seen.add(top.span)
      const row: TraceRow = {
        span: top.span,
        depth: top.depth,
        below: 0,
        failed: top.span.status === 'ERROR',
        offset_ms: offset(top.span),
        duration_ms: Number(BigInt(top.span.duration_ns)) / 1e6,
      }
      if (row.failed) errors++
      end = Math.max(end, row.offset_ms + row.duration_ms)
      const at = rows.push(row) - 1
      const below = children.get(top.span.span_id)
      if (!below) continue
      stack.push({ ...top, row, at, errors })
      for (const child of below.sort(inTime).reverse()) stack.push({ span: child, depth: top.depth + 1 })
    }
  }
  for (const root of roots.sort(inTime)) visit(root)
  for (const span of spans) if (!seen.has(span)) visit(span)
  return { rows, length_ms: end }
}

/** Rows that remain when some are folded. */
export function foldRows(rows: TraceRow[], folded: ReadonlySet<string>): TraceRow[] {
  if (folded.size === 0) return rows
  const shown: TraceRow[] = []
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as TraceRow
    shown.push(row)
    if (!folded.has(row.span.span_id)) continue
    // by depth: of the rows below some may be left out already
    while ((rows[at + 1]?.depth ?? 0) > row.depth) at++
  }
  return shown
}

/** Steps of a clock: beyond a minute the round numbers are not those of ten. */
const CLOCK_STEPS = [60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 21600e3, 43200e3, 86400e3]

/** Where the marks of a time axis stand: 1, 2 or 5 of a power of ten, from a minute on by the clock; about five. */
export function axisMarks(length_ms: number, count = 5): number[] {
  if (!(length_ms > 0)) return [0]
  const rough = length_ms / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const round = ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power
  const step =
    round < 60e3 ? round : (CLOCK_STEPS.find((n) => n >= rough) ?? Math.ceil(rough / 86400e3) * 86400e3)
  const marks: number[] = []
  for (let n = 0; n * step <= length_ms; n++) marks.push(n * step)
  return marks
}

/** So many rows of a tree, from its top; where something failed further down, those around the first that did. */
export function cutRows(rows: TraceRow[], count: number): { rows: TraceRow[]; from: number } {
  const failed = rows.findIndex((row) => row.span.status === 'ERROR')
  const from = failed < count ? 0 : Math.min(failed - Math.floor(count / 2), rows.length - count)
  return { rows: rows.slice(from, from + count), from }
}

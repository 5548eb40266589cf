import { writeDuration, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { QualityFacts } from './quality-facts.ts'
import type { Finding } from './schemas/quality.ts'

type Row = QualityFacts['findings'][number]
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** A finding in words: what came, what was expected, and what it was compared with. */
export function composeFinding({ estate }: ApiContext, row: Row): Finding {
  const measure = row.measure as Finding['measure']
  const stage = estate.flowOf.get(row.flow)?.stages.find((candidate) => candidate.stage === row.stage)
  const kind = measure === 'volume' ? 'count' : measure === 'latency' ? 'duration_ms' : 'percent'
  const scale = kind === 'percent' ? 100 : 1
  return {
    measure,
    plant: row.plant,
    flow: row.flow,
    stage: row.stage,
    stage_name: stage?.name ?? (row.stage === 'ended' ? 'Called off' : row.stage),
    partner: row.partner,
    hour: row.hour,
    found_at: row.found_at,
    ended_at: row.is_open ? null : row.ended_hour,
    value: row.value * scale,
    expected: row.expected * scale,
    spread: row.spread * scale,
    score: row.score,
    count: row.count,
    basis:
      row.basis === 'weeks'
        ? `the same hour of ${row.compared} past weeks`
        : `the same hour of ${row.compared} past days of its kind, for want of three weeks`,
    title: describe(measure, row),
    kind,
  }
}

function describe(measure: Finding['measure'], { value, expected, count }: Row): string {
  const many = writeNumber(Number(count))
  switch (measure) {
    case 'volume':
      return value === 0
        ? `No message, ${writeNumber(expected)} expected`
        : `${writeNumber(value)} messages, ${writeNumber(expected)} expected`
    case 'latency':
      return `p95 ${writeDuration(value)} of ${many} passages, ${writeDuration(expected)} expected`
    case 'quarantined':
      return `${percent(value)} of ${many} messages refused, ${percent(expected)} expected`
    case 'deviating':
      return `${percent(value)} of ${many} messages deviate, ${percent(expected)} expected`
    case 'repeated':
      return `${percent(value)} of ${many} messages had come before, ${percent(expected)} expected`
    case 'late':
      return `${percent(value)} of ${many} messages came late, ${percent(expected)} expected`
    case 'incomplete':
      return `${percent(value)} of ${many} keys had not arrived when they were due, ${percent(expected)} expected`
  }
}

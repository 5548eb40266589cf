import { z } from '@hono/zod-openapi'
import { decimal, moment, scopeQuery, status } from './common.ts'

/** The five rates of data quality at a hand-off. */
export const measureName = z.enum([
  'completeness',
  'timeliness',
  'conformity',
  'duplication',
  'reconciliation',
])

/** What can be listed: what stands behind a rate, or all that was received. */
export const behindName = z.enum([...measureName.options, 'received'])

const place = {
  flow: z.string().default('').openapi({ description: 'A flow; `-` for messages of none; all when absent' }),
  stage: z
    .string()
    .default('')
    .openapi({ description: 'A stage, as it receives; `-` for messages of none; all when absent' }),
  partner: z
    .string()
    .default('')
    .openapi({ description: 'A partner; `-` for messages that name none; all when absent' }),
}
/** A plant `-` asks for messages of no plant of the estate. */
export const qualityQuery = scopeQuery.extend(place)
export const messagesQuery = scopeQuery.extend({
  measure: behindName,
  ...place,
  check: z.string().default('').openapi({ description: 'A check, for reconciliation; all when absent' }),
  hour: z.iso
    .datetime()
    .optional()
    .openapi({ description: 'One hour of the range, by any moment in it; the whole range when absent' }),
  limit: z.coerce.number<string | number>().int().min(1).max(500).default(50),
  offset: z.coerce.number<string | number>().int().min(0).max(1_000_000).default(0),
})

/** `count` of `of`; the rate is null where there was nothing to count. `wrong` is how many messages stand behind it. */
const share = { count: z.number(), of: z.number(), wrong: z.number(), rate: z.number().nullable(), status }

export const measure = z.object({
  measure: measureName,
  label: z.string(),
  /** what is counted, and by which hour, in words */
  counts: z.string(),
  ...share,
  /** the least rate that is good; the highest for duplication */
  limit: z.number(),
  lower_is_better: z.boolean(),
  /** a line under the value */
  detail: z.string(),
  change: z.number().nullable(),
  series: z.array(z.object({ at: moment, value: z.number().nullable(), count: z.number(), of: z.number() })),
  previous_series: z.array(z.object({ at: moment, value: z.number().nullable() })),
})
/** A plant '' stands for messages of no plant of the estate. */
export const qualityCell = z.object({ measure: measureName, plant: z.string(), ...share })

export const finding = z.object({
  measure: z.enum(['volume', 'quarantined', 'deviating', 'repeated', 'latency', 'late', 'incomplete']),
  plant: z.string(),
  flow: z.string(),
  stage: z.string(),
  stage_name: z.string(),
  partner: z.string(),
  hour: moment,
  found_at: moment,
  ended_at: moment.nullable(),
  value: z.number(),
  expected: z.number(),
  spread: z.number(),
  score: z.number(),
  count: z.number(),
  /** with what it was compared, in words */
  basis: z.string(),
  /** what is far from usual, in words */
  title: z.string(),
  kind: z.enum(['count', 'percent', 'duration_ms']),
})

export const quality = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    measures: z.array(measure),
    /** a row for each flow and stage, in the order of the flow; for reconciliation also a row for each check */
    rows: z.array(
      z.object({
        kind: z.enum(['stage', 'check']),
        flow: z.string(),
        flow_name: z.string(),
        stage: z.string(),
        name: z.string(),
        check: z.string(),
        cells: z.array(qualityCell),
      }),
    ),
    partners: z.array(z.object({ partner: z.string(), cells: z.array(qualityCell.omit({ plant: true })) })),
    /** rows of files by source and plant; a rate that is null is not known, and `unknown` says why */
    files: z.array(
      z.object({
        source: z.string(),
        system: z.string(),
        plant: z.string(),
        files: z.number(),
        /** files of the source that could not be read at all, whatever their plant */
        unreadable: z.number(),
        rows: z.number(),
        refused: z.number(),
        cells: z.array(qualityCell.omit({ plant: true }).extend({ unknown: z.string() })),
      }),
    ),
    findings: z.array(finding),
    findings_total: z.number(),
    /** how many places the last judged hour had, and how many of them a past to compare with */
    judged: z.object({ last_hour: moment.nullable(), places: z.number(), comparable: z.number() }),
  })
  .openapi('Quality')

export const qualityMessage = z.object({
  plant: z.string(),
  flow: z.string(),
  flow_name: z.string(),
  stage: z.string(),
  stage_name: z.string(),
  system: z.string(),
  source: z.string(),
  partner: z.string(),
  key: z.string(),
  id: z.string(),
  /** when it happened; left the stage before; disagrees since */
  at: moment,
  received_at: moment.nullable(),
  /** when the same message had come before */
  received_before: moment.nullable(),
  /** what is wrong with it, in words */
  detail: z.string(),
  codes: z.array(z.string()),
  reasons: z.array(z.string()),
  /** the message as it came, for one that was refused */
  body: z.string(),
  amount: decimal.nullable(),
  exception: z.number().nullable(),
  /** the flow, the trace, the run it belongs to; '' where there is none */
  flow_href: z.string(),
  trace_href: z.string(),
  run_href: z.string(),
})
export const qualityMessages = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    measure: behindName,
    total: z.number(),
    rows: z.array(qualityMessage),
  })
  .openapi('QualityMessages')

export type MeasureName = z.infer<typeof measureName>
export type BehindName = z.infer<typeof behindName>
export type Measure = z.infer<typeof measure>
export type QualityCell = z.infer<typeof qualityCell>
export type Finding = z.infer<typeof finding>
export type Quality = z.infer<typeof quality>
export type QualityMessage = z.infer<typeof qualityMessage>
export type QualityMessages = z.infer<typeof qualityMessages>

import { z } from '@hono/zod-openapi'
import { decimal, moment, severity, status } from './common.ts'

const point = z.object({ at: moment, value: z.number().nullable() })

/** A KPI: its value with unit, its limit, its change against the previous range, and what it leads to. */
export const tile = z.object({
  tile: z.enum(['latency', 'backlog', 'inventory', 'exceptions', 'runs']),
  label: z.string(),
  kind: z.enum(['duration_ms', 'count', 'money', 'percent']),
  /** null: nothing to show for the range */
  value: z.number().nullable(),
  /** exact, for money */
  money: decimal.nullable(),
  /** a partial sum is a lower bound and drawn as ≥ */
  partial: z.boolean(),
  unit: z.string(),
  status,
  /** one line under the value, e.g. "Oldest 1 h 41, limit 15 min", already in words */
  detail: z.string(),
  /** signed change against the previous range of the same length, in the unit of value */
  change: z.number().nullable(),
  limit: z.number().nullable(),
  series: z.array(point),
  previous_series: z.array(point),
  href: z.string(),
})

export const matrixColumn = z.object({
  column: z.string(),
  group: z.string(),
  title: z.string(),
  subtitle: z.string(),
  limit_label: z.string(),
  kind: z.enum(['handoff', 'check']),
})

export const matrixCell = z.object({
  column: z.string(),
  status,
  /** latency p95 in ms for a hand-off (open messages count at their age), difference in percent of keys for a check */
  value: z.number().nullable(),
  kind: z.enum(['duration_ms', 'percent']),
  /** second line: "61 waiting", "€118 400" */
  detail: z.string(),
  /** share of the limit used, 0..1 and above */
  share: z.number().nullable(),
  href: z.string(),
})

export const overview = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    /** of every sum, and of all that names no other */
    currency: z.string(),
    /** the state of the estate, composed from facts: the lead is set bold */
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    tiles: z.array(tile),
    matrix: z.object({
      columns: z.array(matrixColumn),
      rows: z.array(
        z.object({
          plant: z.string(),
          name: z.string(),
          orders: z.number(),
          local_time: z.string(),
          cells: z.array(matrixCell),
        }),
      ),
      counts: z.object({ ok: z.number(), watch: z.number(), breach: z.number(), unknown: z.number() }),
    }),
    /** value at risk now, by cause, largest first; where none was found by check and class. Sums to open_amount */
    impact: z.array(
      z.object({
        plant: z.string(),
        plant_name: z.string(),
        /** both empty where a cause is what the cases have in common */
        check: z.string(),
        class: z.string(),
        /** empty where none was found */
        cause: z.string(),
        title: z.string(),
        severity,
        cases: z.number(),
        amount: decimal,
        since: moment,
        team: z.string(),
        href: z.string(),
      }),
    ),
    open_cases: z.number(),
    open_amount: decimal,
    /** which check the variances below are of, and its two sides */
    variances_of: z
      .object({ check: z.string(), title: z.string(), left: z.string(), right: z.string() })
      .nullable(),
    /** its largest open variances */
    variances: z.array(
      z.object({
        number: z.number(),
        plant: z.string(),
        key: z.string(),
        item: z.string(),
        item_name: z.string(),
        left_value: decimal,
        right_value: decimal,
        difference: decimal,
        /** of one plant: in its own currency where that is asked for */
        amount: decimal,
        currency: z.string(),
        class: z.string(),
        class_title: z.string(),
        /** of the cause that was found; empty while there is none */
        cause_title: z.string(),
      }),
    ),
    variances_total: z.number(),
    sources: z.array(
      z.object({
        source: z.string(),
        system: z.string(),
        plant: z.string(),
        label: z.string(),
        status,
        watermark: moment.nullable(),
        lag_s: z.number().nullable(),
        stale_after_s: z.number(),
      }),
    ),
  })
  .openapi('Overview')
export type Overview = z.infer<typeof overview>
export type Tile = z.infer<typeof tile>
export type MatrixCell = z.infer<typeof matrixCell>

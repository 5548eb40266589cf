import { z } from '@hono/zod-openapi'
import { decimal, flowQuery, moment, moneyQuery, scopeQuery, status } from './common.ts'
import { overview } from './overview.ts'

export const plantQuery = scopeQuery.omit({ plant: true }).extend({ ...flowQuery.shape, ...moneyQuery.shape })

/** What happened in a shift, or in an hour of the plant's clock; the first and the last are cut by the range. */
const period = z.object({
  from: moment,
  to: moment,
  /** keys that entered the main flow */
  orders: z.number(),
  /** passages of its first hand-off that arrived, and those of them over its objective */
  done: z.number(),
  late: z.number(),
  /** null when none arrived */
  p95_ms: z.number().nullable(),
  /** cases that were opened */
  opened: z.number(),
})

/** A side of stock: a decimal in the base unit. */
const lot = z.object({
  item: z.string(),
  item_name: z.string(),
  batch: z.string(),
  left_quantity: decimal,
  right_quantity: decimal,
  unit: z.string(),
  since: moment,
  /** of the difference, in the currency of the answer, by the rates of now */
  amount: decimal,
})

/** The overview of one plant, in its own time. */
export const plantView = z
  .object({
    ...overview.shape,
    plant: z.string(),
    name: z.string(),
    region: z.string(),
    time_zone: z.string(),
    plant_currency: z.string(),
    /** what the periods count: the main flow and its first hand-off; null when the estate has no flows */
    flow: z
      .object({ flow: z.string(), name: z.string(), handoff_name: z.string(), objective_ms: z.number() })
      .nullable(),
    /** by shift; times in which no shift works have the name ''. Empty when the plant has no shifts */
    shifts: z.array(period.extend({ name: z.string() })),
    hours: z.array(period),
    /** every source that serves the plant */
    plant_sources: z.array(
      z.object({
        source: z.string(),
        system: z.string(),
        label: z.string(),
        status,
        watermark: moment.nullable(),
        lag_s: z.number().nullable(),
        stale_after_s: z.number(),
        held_because: z.string(),
      }),
    ),
    /** every check with its last run here; null when it has not run */
    plant_checks: z.array(
      z.object({
        check: z.string(),
        title: z.string(),
        cases: z.number(),
        amount: decimal,
        run: z
          .object({
            run: z.string(),
            outcome: z.string(),
            reason: z.string(),
            started_at: moment,
            compared: z.number(),
            variances: z.number(),
          })
          .nullable(),
      }),
    ),
    risk: z.object({
      /** sides and how long a lot must have rested; null when no check compares inventory */
      of: z.object({ left: z.string(), right: z.string(), grace_s: z.number() }).nullable(),
      /** why lots cannot be judged now; '' while they can */
      unknown_because: z.string(),
      negative_total: z.number(),
      negative: z.array(
        z.object({
          system: z.string(),
          system_name: z.string(),
          location: z.string(),
          item: z.string(),
          item_name: z.string(),
          batch: z.string(),
          stock_type: z.string(),
          quantity: decimal,
          unit: z.string(),
          amount: decimal,
          since: moment,
        }),
      ),
      lots: z.number(),
      gaps_total: z.number(),
      gaps: z.array(lot),
    }),
  })
  .openapi('Plant')
export type PlantView = z.infer<typeof plantView>
export type PlantRisk = PlantView['risk']

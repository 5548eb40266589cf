import { z } from '@hono/zod-openapi'
import { decimal, flowQuery, moment, moneyQuery } from './common.ts'

/** One execution of a check for one plant on one cut. */
export const runRow = z.object({
  run: z.string(),
  check: z.string(),
  check_title: z.string(),
  plant: z.string(),
  outcome: z.enum(['ok', 'incomplete', 'failed']),
  /** why it is not ok: a stale, partial or future-stamped side, or the engine's error */
  reason: z.string(),
  started_at: moment,
  duration_ms: z.number(),
  /** the moment the run judges: the lower of both watermarks */
  clock: moment.nullable(),
  left_watermark: moment.nullable(),
  right_watermark: moment.nullable(),
  cut: z.string(),
  rule: z.string(),
  left_rows: z.number(),
  right_rows: z.number(),
  /** full: every key; incremental: what may have changed since the last complete run; as_of: a past cut, judged again */
  kind: z.enum(['full', 'incremental', 'as_of']),
  /** the run whose cut was judged again */
  of_run: z.string().nullable(),
  /** rows of the larger side; above a million rows as the last full run counted them */
  compared: z.number(),
  /** keys looked at one by one */
  judged: z.number(),
  /** of the keys looked at: those that differ within tolerance, what all of them are worth, and what is left when more and less are set off */
  tolerated: z.number(),
  tolerated_amount: decimal,
  tolerated_net: decimal,
  in_grace: z.number(),
  variances: z.number(),
  amount: decimal,
  /** of all its amounts: a run is of one plant */
  currency: z.string(),
  opened: z.number(),
  closed: z.number(),
  /** new cases that wait for a person, because they are too many at once */
  held: z.number(),
})
export const runQuery = z.object({
  ...flowQuery.shape,
  ...moneyQuery.shape,
  check: z.string().optional(),
  plant: z.string().optional(),
  outcome: z.enum(['ok', 'incomplete', 'failed']).optional(),
  limit: z.coerce.number<string | number>().int().min(1).max(1000).default(200),
})
export const checkQuery = z.object({
  plant: z.string().optional().openapi({ description: 'Only in this plant; in all when absent' }),
  ...flowQuery.shape,
  ...moneyQuery.shape,
})
export const runList = z.object({ as_of: moment, rows: z.array(runRow) }).openapi('RunList')
export const runDetail = z
  .object({
    run: runRow,
    /** chained over what the run says of itself and the proof before it; `holds` when that is still so */
    proof: z.object({ result_hash: z.string(), proof: z.string(), before: z.string(), holds: z.boolean() }),
    /** of a run that judged a past cut again: the first one, and whether both found the same */
    original: z.object({ run: z.string(), rule: z.string(), agrees: z.boolean() }).nullable(),
    reruns: z.array(
      z.object({
        run: z.string(),
        started_at: moment,
        rule: z.string(),
        variances: z.number(),
        agrees: z.boolean(),
      }),
    ),
    /** what passed because it is within tolerance, at most 200, the most valuable first */
    tolerated: z.array(
      z.object({
        key: z.string(),
        item: z.string(),
        difference: decimal.nullable(),
        unit: z.string(),
        amount: decimal,
      }),
    ),
    variances: z.array(
      z.object({
        key: z.string(),
        class: z.string(),
        class_title: z.string(),
        /** of the cause that its case has now; empty while none was found */
        cause_title: z.string(),
        item: z.string(),
        left_value: z.string(),
        right_value: z.string(),
        difference: decimal.nullable(),
        amount: decimal,
        currency: z.string(),
        in_grace: z.boolean(),
        since: moment,
        exception: z.number().nullable(),
      }),
    ),
  })
  .openapi('Run')
const courseOfValue = z.array(z.object({ at: moment, value: z.number().nullable() }))

/** Checks with the last run per plant and the trend of open value. */
export const checkList = z
  .object({
    as_of: moment,
    /** of every sum over plants */
    currency: z.string(),
    counted_amount: decimal.describe('open in all of them, the same money once'),
    checks: z.array(
      z.object({
        check: z.string(),
        title: z.string(),
        description: z.string(),
        left: z.string(),
        right: z.string(),
        schedule: z.string(),
        grace_s: z.number(),
        tolerance: z.string(),
        next_run_at: moment.nullable(),
        plants: z.array(
          z.object({
            plant: z.string(),
            last: runRow.nullable(),
            /** of the amounts of this plant */
            currency: z.string(),
            open_cases: z.number(),
            open_amount: decimal,
            counted_amount: decimal.describe('what sums over checks count of it'),
            tolerated: z
              .object({ keys: z.number(), amount: decimal, net: decimal, at: moment })
              .nullable()
              .describe('what tolerance lets pass, as the newest run over every key found it'),
            trend: courseOfValue.describe('open value over seven days'),
          }),
        ),
        open_amount: decimal.describe('in all plants together'),
        counted_amount: decimal.describe('what sums over checks count of it'),
        tolerated_net: decimal
          .nullable()
          .describe(
            'what tolerance lets pass in all plants, more and less set off; null where nobody has said',
          ),
        trend: courseOfValue.describe('the open value in all plants together'),
        tolerance_trend: courseOfValue.describe(
          'what tolerance let pass in all plants, more and less set off',
        ),
      }),
    ),
  })
  .openapi('CheckList')
export type RunRow = z.infer<typeof runRow>
export type RunList = z.infer<typeof runList>
export type RunDetail = z.infer<typeof runDetail>
export type CheckList = z.infer<typeof checkList>

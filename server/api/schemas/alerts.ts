import { z } from '@hono/zod-openapi'
import { alertSeverities } from '../../core/alert.ts'
import { type AlertLabel, matcher } from '../../core/alert-match.ts'
import { decimal, moment } from './common.ts'

export const alertStatus = z.enum(['firing', 'acknowledged', 'resolved'])
export const alertSeverity = z.enum(alertSeverities)

export const alertRow = z.object({
  fingerprint: z.string(),
  condition: z.string(),
  status: alertStatus,
  severity: alertSeverity,
  plant: z.string(),
  flow: z.string(),
  team: z.string(),
  team_name: z.string(),
  title: z.string(),
  summary: z.string(),
  starts_at: moment,
  ends_at: moment.nullable(),
  /** in the reporting currency; null where money has no part in it */
  amount: decimal.nullable(),
  orders: z.number().nullable(),
  /** the page that shows what it is about */
  path: z.string(),
  runbook: z.string(),
  value: z.string(),
  limit: z.string(),
  acknowledged_by: z.string(),
  /** why nobody is told that it began; null when they are */
  quiet: z
    .object({ by: z.enum(['silence', 'maintenance', 'inhibited']), id: z.string(), reason: z.string() })
    .nullable(),
  /** receivers that know of it */
  told: z.array(z.object({ receiver: z.string(), first_at: moment })),
})

export const alertQuery = z.object({
  status: z.enum(['active', 'firing', 'acknowledged', 'resolved', 'all']).default('active'),
  plant: z.string().optional(),
  flow: z.string().optional(),
  team: z.string().optional(),
  severity: alertSeverity.optional(),
  condition: z.string().optional(),
})

export const alertList = z
  .object({
    as_of: moment,
    currency: z.string(),
    /** when the conditions were judged; null while they were not yet */
    evaluated_at: moment.nullable(),
    /** conditions that could not be judged: of them nothing is known */
    failing: z.array(z.object({ condition: z.string(), reason: z.string() })),
    /** of all that fire, whatever the filter */
    counts: z.object({ firing: z.number(), acknowledged: z.number(), resolved: z.number() }),
    rows: z.array(alertRow),
  })
  .openapi('AlertList')

export const alertDetail = z
  .object({
    as_of: moment,
    currency: z.string(),
    time_zone: z.string(),
    alert: alertRow,
    labels: z.record(z.string(), z.string()),
    /** what happened to it, newest first */
    steps: z.array(
      z.object({
        at: moment,
        act: alertStatus,
        actor: z.string(),
        reason: z.string(),
        severity: alertSeverity,
        value: z.string(),
        limit: z.string(),
      }),
    ),
    /** who was told what, newest first */
    notified: z.array(z.object({ receiver: z.string(), id: z.string(), at: moment, status: alertStatus })),
  })
  .openapi('AlertDetail')

export const acknowledgement = z.object({
  reason: z.string().max(500).default(''),
})

const values = z.union([z.string().max(200), z.array(z.string().max(200)).min(1)]).optional()
/** The labels by which alerts are told, as the estate writes them. */
const wanted = z
  .strictObject({
    condition: values,
    severity: values,
    plant: values,
    region: values,
    flow: values,
    tier: values,
    team: values,
    source: values,
    check: values,
  } satisfies Record<AlertLabel, typeof values>)
  .openapi({ description: 'Labels that must all fit, each by one of its values' })
  .transform((given) => matcher.parse(given))
export const silenceAsk = z.object({
  matcher: wanted,
  from: z.iso.datetime().optional().openapi({ description: 'Now when absent' }),
  to: z.iso.datetime(),
  reason: z.string().min(1).max(500),
})
export const silencePreview = z
  .object({
    /** in words */
    matches: z.string(),
    /** what fires now and would be silenced */
    rows: z.array(alertRow),
  })
  .openapi('SilencePreview')
export const previewAsk = z.object({ matcher: wanted })

export const silenceRow = z.object({
  /** '' for what the estate has planned */
  id: z.string(),
  kind: z.enum(['silence', 'maintenance']),
  /** in words */
  matches: z.string(),
  from: moment,
  to: moment,
  actor: z.string(),
  reason: z.string(),
  ended_at: moment.nullable(),
  state: z.enum(['active', 'pending', 'ended']),
  /** what fires now and is kept quiet by it */
  alerts: z.number(),
})
export const silenceList = z.object({ as_of: moment, rows: z.array(silenceRow) }).openapi('SilenceList')

export type AlertRow = z.infer<typeof alertRow>
export type AlertQuery = z.infer<typeof alertQuery>
export type AlertList = z.infer<typeof alertList>
export type AlertDetail = z.infer<typeof alertDetail>
export type SilenceRow = z.infer<typeof silenceRow>
export type SilenceList = z.infer<typeof silenceList>
export type SilencePreview = z.infer<typeof silencePreview>

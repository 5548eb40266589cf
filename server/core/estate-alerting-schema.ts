import { z } from 'zod'
import { alertSeverities } from './alert.ts'
import { alertLabels, matcher } from './alert-match.ts'
import { clockTime, decimal, duration, id, timeZone, words } from './estate-parts.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

type Usual = { for: number; clear_after: number; severity: (typeof alertSeverities)[number] }

/** What every condition has besides its limits; a place where it does not count is left out by `except`. */
const usually = (usual: Usual) => ({
  enabled: z.boolean().default(true),
  for: duration.default(usual.for).describe('How long it must hold before it fires'),
  clear: z
    .number()
    .gt(0)
    .max(1)
    .default(0.8)
    .describe('It is over once the value is below this share of its limit'),
  clear_after: duration.default(usual.clear_after).describe('How long it must be over before it is resolved'),
  severity: z.enum(alertSeverities).default(usual.severity),
  only: z.array(matcher).default([]).describe('Where it is watched; everywhere when empty'),
  except: z.array(matcher).default([]).describe('Where it is not watched'),
  runbook: z.string().max(500).default('').describe('Address of what to do then'),
})

const share = z.number().gt(0).max(1)
const count = z.int('a whole number').min(1)
/** Settings with their defaults, also where the estate says nothing of them. */
const withDefaults = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape).prefault({} as never)

const conditions = withDefaults({
  burn_rate: withDefaults({
    ...usually({ for: 0, clear_after: 5 * minute, severity: 'page' }),
    objective: z
      .number()
      .min(0.5)
      .max(0.9999)
      .default(0.95)
      .describe('The share of passages of a hand-off that must be within its objective'),
    least: count.default(20).describe('Passages a window must have before it is judged'),
  }).describe('A hand-off uses up what its objective allows: fast is a page, slowly a ticket'),
  backlog: withDefaults({
    ...usually({ for: 2 * minute, clear_after: 5 * minute, severity: 'ticket' }),
    depth: count.default(25).describe('Keys that wait over the objective of their hand-off'),
    age: z.number().min(1).default(10).describe('Age of the oldest, in objectives of its hand-off'),
    least_age: duration
      .default(30 * minute)
      .describe('However short the objective, a younger key is not too old'),
  }).describe('Too many keys wait at a hand-off, or one for too long'),
  queue_depth: withDefaults({
    ...usually({ for: 5 * minute, clear_after: 5 * minute, severity: 'ticket' }),
    depth: count.default(1000).describe('Messages that wait in one queue, as its broker measures it'),
  }).describe('Too many messages wait in a queue of a broker'),
  variance_value: withDefaults({
    ...usually({ for: 5 * minute, clear_after: 5 * minute, severity: 'ticket' }),
    amount: decimal
      .default('50000')
      .describe('In the reporting currency, open cases of one check in one plant'),
  }).describe('Open cases are worth too much'),
  tolerated_value: withDefaults({
    ...usually({ for: 0, clear_after: 0, severity: 'ticket' }),
    amount: decimal
      .default('10000')
      .describe('In the reporting currency, what tolerance lets pass in one check and plant, set off'),
  }).describe('Small differences that tolerance lets pass add up to too much'),
  case_clock: withDefaults({
    ...usually({ for: 0, clear_after: minute, severity: 'ticket' }),
    warns: z.boolean().default(true).describe('Also of cases that are about to be late, as `sla` says'),
  }).describe('Open cases are not acknowledged or mended in the time that `sla` gives them'),
  case_forecast: withDefaults({
    ...usually({ for: 5 * minute, clear_after: 10 * minute, severity: 'ticket' }),
    cases: count.default(1).describe('So many of a team in a plant'),
  }).describe('Open cases will be late at the pace at which their team works lately'),
  source_stale: withDefaults({
    ...usually({ for: minute, clear_after: minute, severity: 'page' }),
    after: z.number().min(1).default(1).describe("In multiples of the source's `stale_after`"),
  }).describe('A source is silent, or complete only up to long ago'),
  run_failed: withDefaults({
    ...usually({ for: minute, clear_after: 0, severity: 'ticket' }),
    incomplete: duration.default(30 * minute).describe('How long a check may go without a complete run'),
  }).describe('The last run of a check failed, or none was complete for too long'),
  quarantine_rate: withDefaults({
    ...usually({ for: 2 * minute, clear_after: 10 * minute, severity: 'ticket' }),
    share: share.default(0.05).describe('Of what a source sent'),
    least: count.default(20).describe('Messages refused before the share is judged'),
    window: duration.default(15 * minute),
  }).describe('Too much of what a source sends is refused'),
  spool: withDefaults({
    ...usually({ for: minute, clear_after: minute, severity: 'page' }),
    share: share.default(0.5).describe('Of what the spool may hold'),
    age: duration.default(5 * minute).describe('Of the oldest message that is not in the store'),
  }).describe('What is acknowledged does not get into the store'),
  disk: withDefaults({
    ...usually({ for: minute, clear_after: 5 * minute, severity: 'page' }),
  }).describe('A disk of Plumbline or of its engine fills up: beyond `disk.warn_at`'),
  backup: withDefaults({
    ...usually({ for: 0, clear_after: 0, severity: 'ticket' }),
  }).describe('A backup failed, or is late: half as old again as the estate lets it get'),
  own_health: withDefaults({
    ...usually({ for: minute, clear_after: minute, severity: 'page' }),
  }).describe('Conditions cannot be judged: what they would say is unknown'),
})

const receivers = z.array(id).describe('Who is told; nobody but the page when empty')
const labels = z.array(z.enum(alertLabels))
const escalation = z.array(
  z.strictObject({
    after: duration.describe('After the first was told, while nobody has acknowledged'),
    receiver: id,
  }),
)
const rhythm = {
  receivers: receivers.optional(),
  group_by: labels.optional().describe('Alerts that have these in common are told together'),
  wait: duration.optional().describe('How long the first alert of a group waits for others'),
  interval: duration.optional().describe('The least time between two messages about a group'),
  repeat: duration.optional().describe('How often is said again what still fires and nobody acknowledged'),
  escalation: escalation.optional(),
}
/** A branch says only what differs from the one above it. */
const branch = z.strictObject({
  match: matcher.default({}),
  continue: z.boolean().default(false).describe('Whether the branches after it are looked at too'),
  ...rhythm,
  get routes(): z.ZodDefault<z.ZodArray<z.ZodType<BranchConfig, unknown>>> {
    return z.array(branch as unknown as z.ZodType<BranchConfig, unknown>).default([])
  },
})
type Rhythm = {
  receivers?: string[] | undefined
  group_by?: (typeof alertLabels)[number][] | undefined
  wait?: number | undefined
  interval?: number | undefined
  repeat?: number | undefined
  escalation?: z.infer<typeof escalation> | undefined
}
export type BranchConfig = Rhythm & {
  match: z.infer<typeof matcher>
  continue: boolean
  routes: BranchConfig[]
}

const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
const maintenance = z.strictObject({
  match: matcher.default({}),
  reason: words,
  from: z.iso.datetime('a moment such as 2026-12-24T18:00:00Z').optional(),
  to: z.iso.datetime('a moment such as 2026-12-27T06:00:00Z').optional(),
  weekly: z
    .strictObject({
      days: z.array(weekday).min(1).describe('The days on which it begins'),
      at: clockTime,
      lasts: duration.refine((ms) => ms > 0 && ms <= 7 * day, 'a duration of at most 7d'),
      time_zone: timeZone.default('UTC'),
    })
    .optional()
    .describe('Instead of from and to: again every week'),
})

/** When somebody is told, who, and when nobody is: the on-call side of the estate. */
export const alerting = withDefaults({
  conditions: conditions.describe('What is watched; all of it when nothing is said'),
  route: withDefaults({
    receivers: receivers.default([]),
    group_by: labels.default(['condition', 'plant']),
    wait: duration.default(30_000),
    interval: duration.default(5 * minute),
    repeat: duration.default(4 * hour),
    escalation: escalation.default([]),
    routes: z.array(branch).default([]),
  }).describe('Who is told of what: the first branch that fits takes an alert, unless it says to continue'),
  inhibit: z
    .array(
      z.strictObject({
        when: matcher.describe('While such an alert fires'),
        quiet: matcher.describe('nobody is told that such an alert began'),
        equal: labels.default([]).describe('if both have these in common'),
      }),
    )
    .default([])
    .describe('A stale source inhibits what depends on it without being named here'),
  heartbeat: z
    .strictObject({ receiver: id, every: duration.default(minute) })
    .optional()
    .describe("A dead-man's switch: told all the time that we are alive, it calls when it hears nothing"),
  maintenance: z
    .array(maintenance)
    .default([])
    .describe('When nobody is told that something began; that it is over is told still'),
})

export type AlertingConfig = z.infer<typeof alerting>
export type ConditionName = keyof AlertingConfig['conditions']
export type MaintenanceConfig = AlertingConfig['maintenance'][number]
export type EscalationConfig = NonNullable<Rhythm['escalation']>[number]

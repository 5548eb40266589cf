import { z } from '@hono/zod-openapi'
import { masterNames } from '../../core/model.ts'
import { moment, scopeQuery, status } from './common.ts'

export const masterName = z.enum(masterNames)

/**
 * How a version stands with a consumer: accepted; caught_up: accepted late because its source was away when it was due;
 * pending: there is time yet, or it does not count yet; late; away: due, but its source has not spoken since; rejected;
 * superseded: a newer one counts, or is held, before it was accepted.
 */
export const acceptanceState = z.enum([
  'accepted',
  'caught_up',
  'pending',
  'late',
  'away',
  'rejected',
  'superseded',
])
/** What can be listed: a state, or `missed` (it counts and the consumer works without it), `accepted_late`, `open`. */
export const listedState = z.enum([...acceptanceState.options, 'missed', 'accepted_late', 'open'])

export const propagationQuery = scopeQuery
export const versionsQuery = scopeQuery.extend({
  master: masterName.optional(),
  role: z.string().default('').openapi({ description: 'Consumers of this role; all when absent' }),
  consumer: z.string().default('').openapi({ description: 'One consuming system; all when absent' }),
  state: listedState.optional().openapi({ description: 'Versions that stand so; all when absent' }),
  limit: z.coerce.number<string | number>().int().min(1).max(500).default(50),
  offset: z.coerce.number<string | number>().int().min(0).max(1_000_000).default(0),
})
export const masterParam = z.object({
  master: masterName.openapi({ param: { name: 'master', in: 'path' }, description: 'The kind of master' }),
  key: z
    .string()
    .min(1)
    .max(1300)
    .openapi({
      param: { name: 'key', in: 'path' },
      description: 'Its key, encoded; the parts with a slash between them, a slash inside of a part as %2F',
    }),
})

/** Versions of one master and how they stand; `share` is percent accepted of those that were not superseded or wait in time. */
const counts = {
  versions: z.number(),
  accepted: z.number(),
  caught_up: z.number(),
  accepted_late: z.number(),
  pending: z.number(),
  late: z.number(),
  away: z.number(),
  rejected: z.number(),
  superseded: z.number(),
  missed: z.number(),
  share: z.number().nullable(),
  delay_p95_ms: z.number().nullable(),
  status,
}
export const propagationCell = z.object({
  /** '' over all plants of the scope */
  plant: z.string(),
  master: masterName,
  role: z.string(),
  ...counts,
})
export const propagationConsumer = z.object({ consumer: z.string(), consumer_name: z.string(), ...counts })

export const propagation = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    /** what is followed, as the estate says */
    masters: z.array(
      z.object({
        master: masterName,
        name: z.string(),
        record: z.string(),
        consumers: z.array(z.string()),
        accept_within_ms: z.number(),
      }),
    ),
    roles: z.array(z.string()),
    total: z.object(counts),
    /** a cell for each master, role and plant, and one over all plants */
    cells: z.array(propagationCell),
    consumers: z.array(propagationConsumer),
  })
  .openapi('Propagation')

export const masterVersion = z.object({
  plant: z.string(),
  master: masterName,
  master_name: z.string(),
  key: z.string(),
  master_version: z.string(),
  record: z.string(),
  record_name: z.string(),
  stated_at: moment,
  /** from when it counts: as the system of record says, and no earlier than it said so */
  counts_at: moment,
  due_at: moment,
  consumer: z.string(),
  consumer_name: z.string(),
  role: z.string(),
  state: acceptanceState,
  status,
  /** how it stands, in words */
  detail: z.string(),
  is_late: z.boolean(),
  is_missed: z.boolean(),
  accepted_at: moment.nullable(),
  delay_ms: z.number().nullable(),
  rejected_at: moment.nullable(),
  rejected_because: z.string(),
  superseded_at: moment.nullable(),
  /** the version the consumer holds now; '' when none */
  holds: z.string(),
  /** the messages that say so, their traces, and when the consumer's came; '' and null where there is none */
  record_event: z.string(),
  record_trace: z.string(),
  consumer_event: z.string(),
  consumer_trace: z.string(),
  told_at: moment.nullable(),
})
export const masterVersions = z
  .object({ as_of: moment, from: moment, to: moment, total: z.number(), rows: z.array(masterVersion) })
  .openapi('MasterVersions')

export type AcceptanceState = z.infer<typeof acceptanceState>
export type ListedState = z.infer<typeof listedState>
export type PropagationCell = z.infer<typeof propagationCell>
export type PropagationConsumer = z.infer<typeof propagationConsumer>
export type Propagation = z.infer<typeof propagation>
export type MasterVersion = z.infer<typeof masterVersion>
export type MasterVersions = z.infer<typeof masterVersions>

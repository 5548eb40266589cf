import { z } from 'zod'
import { access } from './estate-access-schema.ts'
import { alerting } from './estate-alerting-schema.ts'
import { amqpSource } from './estate-amqp-schema.ts'
import { calendarShape } from './estate-calendar-schema.ts'
import { check } from './estate-checks-schema.ts'
import { contract } from './estate-contracts-schema.ts'
import { dependency } from './estate-dependencies-schema.ts'
import { disk } from './estate-disk-schema.ts'
import { filesSource } from './estate-files-schema.ts'
import { kafkaSource } from './estate-kafka-schema.ts'
import { mqttSource } from './estate-mqtt-schema.ts'
import { natsSource } from './estate-nats-schema.ts'
import { odataSource } from './estate-odata-schema.ts'
import { ownershipRule } from './estate-ownership-schema.ts'
import {
  age,
  clockTime,
  currency,
  decimal,
  duration,
  factor,
  id,
  runbook,
  timeZone,
  words,
} from './estate-parts.ts'
import { personal } from './estate-personal-schema.ts'
import { quality } from './estate-quality-schema.ts'
import { receiver } from './estate-receivers-schema.ts'
import { replayEndpoint } from './estate-replay-schema.ts'
import { restSource } from './estate-rest-schema.ts'
import { retention } from './estate-retention-schema.ts'
import { slaRule } from './estate-sla-schema.ts'
import { sqlSource } from './estate-sql-schema.ts'
import { webhookSource } from './estate-webhook-schema.ts'
import { entityNames, masterNames } from './model.ts'

export type { ContractConfig, FieldConfig } from './estate-contracts-schema.ts'
export type { ColumnRule } from './estate-rows-schema.ts'

const plant = z.strictObject({
  plant: id,
  name: words,
  region: words.default(''),
  time_zone: timeZone,
  currency,
  shifts: z.array(z.strictObject({ name: words, from: clockTime, to: clockTime })).default([]),
  ...calendarShape,
})

const system = z.strictObject({
  system: id,
  name: words,
  role: id.describe('erp, wms, crm, mes, …: checks name roles, not systems'),
  plants: z.array(id).optional().describe('The plants it serves; all when absent'),
  record_of: z.array(z.enum(entityNames as [string, ...string[]])).default([]),
})

const objectiveShare = z.number().min(0.5).max(0.9999).optional()
const stage = z.strictObject({
  stage: id,
  name: words,
  role: id,
  event: words.describe('The CloudEvents type that says a key reached this stage'),
  handoff: z
    .strictObject({
      name: words,
      objective: duration,
      share: objectiveShare.describe(
        'The share of passages that must be within it before `burn_rate` says so; that of the flow when absent',
      ),
    })
    .optional()
    .describe('The hand-off that ends here, from the stage before; its objective is on p95'),
})

const tierWords = 'a tier from 1 (most critical) to 4'
const flow = z.strictObject({
  flow: id,
  name: words,
  tier: z.int(tierWords).min(1, tierWords).max(4, tierWords),
  owner: id.describe('A team'),
  share: objectiveShare.describe(
    'The share of passages that must be within the objective of their hand-off; that of `burn_rate` when absent',
  ),
  stages: z.array(stage).min(2),
  ends_early: z
    .array(words)
    .default([])
    .describe('CloudEvents types after which a key is expected nowhere, such as a cancellation'),
  replay: replayEndpoint.optional().describe('Where its integration is asked to send messages again'),
  runbook: runbook.describe('Address of what to do about its cases'),
})

const codes = z.strictObject({
  system: id,
  column: z
    .enum(['location', 'stock_type', 'movement_type', 'status', 'item'])
    .describe('The column of its states that holds the code'),
  values: z
    .record(z.string().max(200), words)
    .describe('What the system writes, and what it stands for here; what is not named stays as it is'),
})

const team = z.strictObject({ team: id, name: words })

const unit = z.strictObject({
  unit: id,
  aliases: z.array(words).default([]),
  base: id.optional().describe('The unit quantities are kept in'),
  factor: factor.optional().describe('How many base units one of these is'),
  items: z
    .record(words, factor)
    .default({})
    .describe('How many it is of some items, where that is another number'),
})

const eventsSource = z.strictObject({
  source: id,
  kind: z.literal('events'),
  system: id,
  origin: words.optional().describe("The CloudEvents `source` of this system's events; its id when absent"),
  stale_after: duration.default(300_000).describe('A watermark older than this makes runs incomplete'),
  settle: duration
    .default(30_000)
    .describe(
      'How long a source that was silent or behind must deliver nothing late before it is believed again',
    ),
  watermark: z
    .enum(['heartbeat', 'newest'])
    .default('heartbeat')
    .describe('heartbeat: the system says up to when it is complete; newest: its newest event does'),
})

const sourceShapes = [
  eventsSource,
  filesSource,
  mqttSource,
  natsSource,
  amqpSource,
  kafkaSource,
  odataSource,
  restSource,
  sqlSource,
  webhookSource,
] as const

const master = z.strictObject({
  master: z.enum(masterNames),
  record: id.describe('The role whose systems number the versions: the system of record'),
  consumers: z.array(id).min(1).describe('The roles that use it and say which version they hold'),
  accept_within: duration
    .default(3_600_000)
    .describe(
      'How long a consumer may take to accept a version, or until it takes effect when that is later',
    ),
})

const rateDay = z.iso.date('a date such as 2026-01-31')

const spanNames = z.array(words).min(1)

/** What brokers and their exporters call how much waits in a queue. */
const queueMetrics = [
  'messaging.queue.depth',
  'messaging.queue.messages',
  'rabbitmq.message.current',
  'kafka.consumer_group.lag',
  'jms.queue.depth',
  'activemq.message.current',
]

/** The estate file, whole. Everything a site decides is here. */
export const estateSchema = z.strictObject({
  $schema: z.string().optional(),
  name: words,
  currency: currency.describe('The currency sums over plants are shown in'),
  rates: z
    .strictObject({
      date: rateDay,
      values: z.record(currency, factor),
      earlier: z
        .array(z.strictObject({ date: rateDay, values: z.record(currency, factor) }))
        .default([])
        .describe('Rates of before: a difference is worth the rate of its day'),
    })
    .optional()
    .describe('What one unit of a currency is worth in the reporting currency, and as of when'),
  allowed_skew: duration.default(60_000).describe('How far ahead of our clock a message may be stamped'),
  allowed_age: age
    .default(400 * 86_400_000)
    .describe('How long ago an event may have occurred; what is older goes to quarantine'),
  runaway: z
    .strictObject({
      share: z.number().positive().max(1).default(0.05).describe('Of the keys compared in a plant'),
      least: z.number().int().min(1).default(200).describe('Fewer than this are never too many'),
    })
    .prefault({})
    .describe(
      'A run that would open more new cases at once than this share is held: one case stands for all until a person released it',
    ),
  backups: z
    .strictObject({
      to: words
        .regex(/^(\/|s3:\/\/[^/]+\/[^/])/, 'an absolute path, or s3://bucket/prefix')
        .describe('A folder, or a prefix of a bucket; each backup has a place of its own below it'),
      every: duration.default(86_400_000).describe('How old the newest may get'),
      keep: z.int().min(1).default(7).describe('So many are kept; older ones go once a newer one is whole'),
    })
    .optional()
    .describe('Backups of the running product, on the embedded engine; none are made when absent'),
  manual_work: decimal
    .optional()
    .describe('The share of orders, in percent, that may need a person; no objective when absent'),
  plants: z.array(plant).min(1),
  systems: z.array(system).min(1),
  teams: z.array(team).min(1),
  units: z.array(unit).default([]),
  codes: z
    .array(codes)
    .default([])
    .describe(
      'What the codes of a system stand for: locations, types of stock and movements, status of order lines',
    ),
  flows: z.array(flow).default([]),
  dependencies: z
    .array(dependency)
    .default([])
    .describe('Systems that flows call, ours or of partners, and what was agreed of each'),
  contracts: z.array(contract).default([]),
  masters: z
    .array(master)
    .default([])
    .describe('Master data that is followed from its system of record to every consumer'),
  sources: z.array(z.discriminatedUnion('kind', sourceShapes)).min(1),
  checks: z.array(check).default([]),
  ownership: z
    .array(ownershipRule)
    .default([])
    .describe('Who works on a case, by the first rule that fits; the team of its check when none does'),
  sla: z
    .array(slaRule)
    .default([])
    .describe(
      'Until when a case is to be acknowledged and resolved, by the first rule that fits; by severity when none does',
    ),
  spans: z
    .strictObject({
      plant: spanNames.default(['plumbline.plant']),
      flow: spanNames.default(['plumbline.flow']),
      key: spanNames.default(['plumbline.key']),
      system: spanNames.default(['plumbline.system', 'service.name']),
      allowed_age: duration
        .default(30 * 86_400_000)
        .describe(
          'A span that began longer ago is not taken: its sender is told, and it is kept in quarantine',
        ),
      allowed_skew: duration.default(3_600_000).describe('How far ahead of our clock a span may begin'),
    })
    .prefault({})
    .describe(
      'The span or resource attributes that carry plant, flow, key and system; the first one present counts',
    ),
  queues: z
    .strictObject({
      metrics: z
        .array(words)
        .default(queueMetrics)
        .describe('The gauges, and the sums that go up and down, that say how much waits in a queue'),
      serves: z
        .array(
          z.strictObject({
            queue: words.describe('The name of a queue, or its beginning with a * behind it'),
            system: id.optional().describe('Only where this system measures it'),
            flow: id,
            stage: id.optional().describe('The stage its messages are on their way to'),
          }),
        )
        .default([])
        .describe('Which flow waits when messages wait in a queue; the first that fits counts'),
    })
    .prefault({}),
  quality,
  personal,
  receivers: z.array(receiver).default([]).describe('Who is told of alerts, and how'),
  alerting,
  access,
  retention,
  disk,
})

export type EstateFile = z.infer<typeof estateSchema>
export type SystemConfig = EstateFile['systems'][number]
export type SourceConfig = EstateFile['sources'][number]
/** The kinds of sources there are. */
export const sourceKinds = sourceShapes.map((shape) => shape.shape.kind.value)
/** A source that is opened by its adapter: one that we fetch, or that sends to us in its own words. */
export type AdaptedSourceConfig = Exclude<SourceConfig, { kind: 'events' }>
/** The kinds of sources that send to us what is mapped here. */
export const pushedKinds = ['webhook', 'mqtt', 'nats', 'amqp', 'kafka'] as const
/** A source that sends to us what is mapped here. */
export type PushedSourceConfig = Extract<SourceConfig, { kind: (typeof pushedKinds)[number] }>
/** A source that we fetch. */
export type PulledSourceConfig = Exclude<AdaptedSourceConfig, PushedSourceConfig>
export const isPushed = (source: SourceConfig): source is PushedSourceConfig =>
  (pushedKinds as readonly string[]).includes(source.kind)
export type FilesSourceConfig = Extract<SourceConfig, { kind: 'files' }>
export type EventsSourceConfig = Extract<SourceConfig, { kind: 'events' }>

import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type Admin, type EachBatchPayload, type KafkaMessage, type SASLOptions } from 'kafkajs'
import { describeError } from '../../../server/core/errors.ts'
import type { KafkaSourceConfig } from '../../../server/core/estate-kafka-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Backlog } from '../push/backlog.ts'
import type { Connection, Sink } from '../push/broker.ts'
import { readEventHeaders } from '../push/cloud-event.ts'
import { readLogin } from '../push/login.ts'
import { addCodecs } from './codecs.ts'

const timeoutMs = 15_000
/** Until our partitions are ours: a group waits a little for others, and for one that was killed its whole session. */
const joinMs = 8_000

/**
 * Consumes topics as a member of a group: how far we are is kept there, and moves when what was read is on our disk.
 * At most `in_flight` messages are on their way there; meanwhile the group hears that we are alive.
 */
export async function connectKafka(source: KafkaSourceConfig, sink: Sink): Promise<Connection> {
  addCodecs()
  const groupId = source.group ?? `plumbline-${source.source}`
  const kafka = openClient(source)
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: source.session,
    heartbeatInterval: heartbeatOf(source),
    maxWaitTimeInMs: 500,
    allowAutoTopicCreation: false,
    // whoever begins again is above
    retry: { retries: 3, restartOnFailure: async () => false },
  })
  const admin = kafka.admin()
  let isOver = false
  let isMember = false
  const close = async () => {
    isOver = true
    await Promise.allSettled([consumer.disconnect(), admin.disconnect()])
  }
  const fail = (error: unknown) => describeFailure(source, error)
  const lose = (error: unknown) => {
    if (isOver) return
    void close()
    sink.lost(fail(error))
  }
  try {
    await admin.connect()
    await expectTopics(admin, source)
    await consumer.connect()
    await consumer.subscribe({ topics: source.topics, fromBeginning: true })
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        isMember = true
        resolve()
      })
      consumer.on(consumer.events.REBALANCING, () => {
        isMember = false
      })
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        reject(payload.error)
        lose(payload.error)
      })
    })
    joined.catch(() => undefined)
    const running = consumer.run({
      autoCommit: true,
      // what is resolved is what is on disk
      eachBatchAutoResolve: false,
      eachBatch: (batch) => takeBatch(source, batch, sink),
    })
    running.catch(lose)
    await Promise.race([Promise.all([running, joined]), pause(joinMs, undefined, { ref: false })])
    return {
      backlog: () =>
        measureLag(admin, source, groupId).catch((error) => {
          throw fail(error)
        }),
      holds: () =>
        isMember ? '' : `The group ${groupId} has not given us our partitions yet: it waits for its members`,
      close,
    }
  } catch (error) {
    await close()
    throw fail(error)
  }
}

function openClient(source: KafkaSourceConfig): kafkajs.Kafka {
  const { user, password, ...pem } = readLogin(source)
  const sasl = {
    mechanism: source.sasl,
    username: user ?? '',
    password: password ?? '',
  } as SASLOptions
  return new kafkajs.Kafka({
    clientId: `plumbline-${source.source}`,
    brokers: source.brokers,
    connectionTimeout: timeoutMs,
    authenticationTimeout: timeoutMs,
    requestTimeout: 30_000,
    retry: { retries: 2 },
    logLevel: kafkajs.logLevel.NOTHING,
    ...(source.tls && { ssl: pem }),
    ...(user !== undefined && { sasl }),
  })
}

/** So often we say that we are alive: a few times within a session. */
const heartbeatOf = ({ session }: KafkaSourceConfig) => session / 5

/** @throws SourceError which topic is not there: a group would wait for it without a word */
async function expectTopics(admin: Admin, source: KafkaSourceConfig): Promise<void> {
  const known = new Set(await admin.listTopics())
  const absent = source.topics.filter((topic) => !known.has(topic))
  if (absent.length > 0)
    throw new SourceError('not_there', `There is no topic ${absent.join(', ')}, or we may not see it`, {
      mend: 'See how it is called there, and what our user may read',
    })
}

/** Puts down what was fetched of a partition, so many at once as may be on their way, and says how far that was. */
async function takeBatch(source: KafkaSourceConfig, payload: EachBatchPayload, sink: Sink): Promise<void> {
  const { batch, resolveOffset, heartbeat, uncommittedOffsets, commitOffsetsIfNecessary } = payload
  const { topic, partition, messages } = batch
  for (let from = 0; from < messages.length; from += source.in_flight) {
    if (!payload.isRunning() || payload.isStale()) return
    const some = messages.slice(from, from + source.in_flight)
    const put = Promise.all(some.map((message) => sink.take(describe(topic, partition, message))))
    await untilPut(put, heartbeatOf(source), heartbeat)
    resolveOffset((some.at(-1) as KafkaMessage).offset)
    await commitOffsetsIfNecessary(uncommittedOffsets())
  }
}

/** Waits, for room too, and says meanwhile that we are alive. Rejects when the group is dealt anew: then it comes again. */
async function untilPut(
  put: Promise<unknown>,
  everyMs: number,
  heartbeat: () => Promise<void>,
): Promise<void> {
  let isDone = false
  const done = put.finally(() => {
    isDone = true
  })
  while (!isDone) {
    const stop = new AbortController()
    const beat = pause(everyMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
    try {
      await Promise.race([done, beat])
    } finally {
      stop.abort()
    }
    await heartbeat().catch((error) => {
      done.catch(() => undefined)
      throw error
    })
  }
  await done
}

/**
 * A message as it is put down. Its place tells it from every other; one without a value says that its key is gone, and
 * is told as such.
 */
function describe(
  topic: string,
  partition: number,
  { offset, key, value, timestamp, headers }: KafkaMessage,
) {
  const texts = Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, given]) => [
      name,
      String(Array.isArray(given) ? given[0] : given),
    ]),
  )
  const event = readEventHeaders(texts)
  const body = value ?? Buffer.from('null')
  // a topic that was made anew counts from nought again: what stands there then is of another time
  const content = createHash('sha256').update(body).digest('base64')
  return {
    id: event?.id ?? `${topic}/${partition}:${offset}`,
    body,
    message: {
      topic,
      partition,
      offset,
      timestamp: new Date(Number(timestamp)).toISOString(),
      headers: texts,
      is_tombstone: value === null,
      ...(key && { key: key.toString('utf8') }),
      ...(event && { event }),
    },
    identity: `${topic} ${partition} ${offset} ${timestamp} ${content}`,
  }
}

/** How many messages of each partition are behind what the group has said it has. */
async function measureLag(admin: Admin, { topics }: KafkaSourceConfig, groupId: string): Promise<Backlog[]> {
  const committed = await admin.fetchOffsets({ groupId, topics })
  const ends = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))
  return topics.flatMap((topic, index) => {
    const own = committed.find((one) => one.topic === topic)?.partitions ?? []
    return (ends[index] ?? []).map(({ partition, high, low }) => {
      const at = BigInt(own.find((one) => one.partition === partition)?.offset ?? -1)
      // a partition of which nothing was read yet is behind by all it has
      const lag = BigInt(high) - (at < 0n ? BigInt(low) : at)
      return {
        destination: topic,
        partition: String(partition),
        value: Number(lag > 0n ? lag : 0n),
        metric: 'kafka.consumer_group.lag' as const,
      }
    })
  })
}

function describeFailure({ brokers }: KafkaSourceConfig, error: unknown): SourceError {
  if (error instanceof SourceError) return error
  return new SourceError('not_connected', `${brokers[0]}: ${describeError(error)}`, { cause: error })
}

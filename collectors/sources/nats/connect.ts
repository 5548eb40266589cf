import { AckPolicy, type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { describeError } from '../../../server/core/errors.ts'
import type { NatsSourceConfig } from '../../../server/core/estate-nats-schema.ts'
import { readNeeded } from '../http/auth.ts'
import { SourceError } from '../pull/failure.ts'
import type { Connection, Sink } from '../push/broker.ts'
import { readEventHeaders } from '../push/cloud-event.ts'
import { readLogin } from '../push/login.ts'

const timeoutMs = 10_000
/** A message that is not acknowledged for so long is sent again; while we work on it we say so more often. */
const ackWaitMs = 60_000

/**
 * Consumes a stream of JetStream by a durable consumer: where we are is kept there, and moves when a message is on our
 * disk.
 */
export async function connectNats(source: NatsSourceConfig, sink: Sink): Promise<Connection> {
  const { user, password, ca, cert, key } = readLogin(source)
  const durable = source.durable ?? `plumbline-${source.source}`
  let isOver = false
  let messages: ConsumerMessages | undefined
  const fail = (error: unknown) =>
    error instanceof SourceError
      ? error
      : new SourceError('not_connected', `${new URL(source.url).host}: ${describeError(error)}`, {
          cause: error,
        })
  let connection: NatsConnection | undefined
  try {
    connection = await connect({
      servers: source.url,
      name: `plumbline ${source.source}`,
      timeout: timeoutMs,
      // whoever connects again is above
      reconnect: false,
      ...(user !== undefined && { user }),
      ...(password !== undefined && { pass: password }),
      ...(source.token_from !== undefined && { token: readNeeded(process.env, source.token_from) }),
      ...(source.tls && { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
    })
    const manager = await jetstreamManager(connection, { timeout: timeoutMs })
    const stream = await manager.streams.info(source.stream)
    const known = await manager.consumers.info(source.stream, durable).catch(() => undefined)
    if (!known)
      await manager.consumers.add(source.stream, {
        durable_name: durable,
        ack_policy: AckPolicy.Explicit,
        ack_wait: ackWaitMs * 1_000_000,
        max_ack_pending: source.in_flight,
        ...(source.subjects.length === 1 && { filter_subject: source.subjects[0] as string }),
        ...(source.subjects.length > 1 && { filter_subjects: source.subjects }),
      })
    else if (known.config.ack_policy !== AckPolicy.Explicit)
      throw new SourceError('not_explicit', `The consumer ${durable} does not wait for acknowledgements`, {
        mend: 'Make it anew with the ack policy explicit, or name another',
      })
    const consumer = await jetstream(connection, { timeout: timeoutMs }).consumers.get(source.stream, durable)
    messages = await consumer.consume({ max_messages: source.in_flight })
    const open = connection
    const lost = (error: unknown) => {
      if (isOver) return
      isOver = true
      void open.close().catch(() => undefined)
      sink.lost(fail(error))
    }
    void readAll(messages, (message) => take(source, stream.created, message, sink)).then(
      () => lost(new Error('the stream of messages ended')),
      lost,
    )
    void connection.closed().then((error) => lost(error ?? new Error('it closed the connection')))
    return {
      backlog: async () => {
        const { num_pending, num_ack_pending } = await consumer.info()
        return [{ destination: source.stream, value: num_pending + num_ack_pending }]
      },
      close: async () => {
        isOver = true
        messages?.stop()
        // the server has heard of it: what comes next is not given to a reader that is gone, to be given anew much later
        await open.flush().catch(() => undefined)
        await open.close()
      },
    }
  } catch (error) {
    await connection?.close().catch(() => undefined)
    throw fail(error)
  }
}

/** Takes one after the other into hand, without waiting for the disk: the broker sends no more than may be in flight. */
async function readAll(
  messages: AsyncIterable<JsMsg>,
  work: (message: JsMsg) => Promise<void>,
): Promise<void> {
  let failure: { error: unknown } | undefined
  for await (const message of messages) {
    void work(message).catch((error) => {
      failure ??= { error }
    })
    if (failure) throw failure.error
  }
}

async function take(
  { stream, source }: NatsSourceConfig,
  created: string,
  message: JsMsg,
  sink: Sink,
): Promise<void> {
  // its place in the stream is its name; a stream that was made anew counts from one again
  const place = `${stream} ${created} ${message.seq}`
  const headers = Object.fromEntries([...(message.headers ?? [])].map(([name, values]) => [name, values[0]]))
  const event = readEventHeaders(headers)
  const working = setInterval(() => message.working(), ackWaitMs / 2)
  try {
    await sink.take({
      id: message.headers?.get('Nats-Msg-Id') || `${stream}:${message.seq}`,
      body: message.data,
      message: { subject: message.subject, sequence: message.seq, headers, source, ...(event && { event }) },
      identity: place,
      isNew: !message.redelivered,
    })
    message.ack()
  } finally {
    clearInterval(working)
  }
}

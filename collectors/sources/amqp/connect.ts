import { createHash } from 'node:crypto'
import { type Channel, type ChannelModel, type ConsumeMessage, connect, credentials } from 'amqplib'
import { describeError } from '../../../server/core/errors.ts'
import type { AmqpSourceConfig } from '../../../server/core/estate-amqp-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Connection, Sink } from '../push/broker.ts'
import { readEventHeaders } from '../push/cloud-event.ts'
import { readLogin } from '../push/login.ts'

const timeoutMs = 15_000
/** So often both sides say that they are there; what is gone without a word is found out after two of them. */
const heartbeatSeconds = 20
/** AMQP 0-9-1's reply code for what is not there. */
const notFound = 404

/**
 * Consumes a queue: a message is acknowledged once it is on our disk, and the broker holds back what would be more than
 * `in_flight` unacknowledged. What was not acknowledged when a connection ends comes again, in its place and marked.
 */
export async function connectAmqp(source: AmqpSourceConfig, sink: Sink): Promise<Connection> {
  const url = new URL(source.url)
  const fail = (error: unknown) =>
    error instanceof SourceError
      ? error
      : new SourceError('not_connected', `${url.host}: ${describeError(error)}`, { cause: error })
  let isOver = false
  let model: ChannelModel | undefined
  const lose = (error: unknown) => {
    if (isOver) return
    isOver = true
    void model?.close().catch(() => undefined)
    sink.lost(fail(error))
  }
  /** What we hold and have not acknowledged yet */
  let held = 0
  try {
    const open = await openConnection(source, url)
    model = open
    open.on('error', lose)
    open.on('close', (error) => lose(error ?? new Error('it closed the connection')))
    await expectQueue(open, source)
    const channel = await openChannel(open, lose)
    channel.on('close', () => lose(new Error('it closed the channel')))
    await channel.prefetch(source.in_flight)
    const { queue } = source
    const take = async (message: ConsumeMessage) => {
      held++
      try {
        await sink.take(describe(source, message))
        if (!isOver) channel.ack(message)
      } finally {
        held--
      }
    }
    await channel.consume(queue, (message) => {
      if (message) take(message).catch(lose)
      // it says by nothing that the queue is gone
      else lose(new SourceError('not_there', `The queue ${queue} was deleted`))
    })
    // asked beside what is consumed: a refusal closes the channel it was asked on
    const asked = await openChannel(open, () => undefined)
    return {
      backlog: async () => {
        const { messageCount } = await asked.checkQueue(queue)
        return [{ destination: queue, value: messageCount + held }]
      },
      close: async () => {
        isOver = true
        await open.close()
      },
    }
  } catch (error) {
    isOver = true
    await model?.close().catch(() => undefined)
    throw fail(error)
  }
}

function openConnection(source: AmqpSourceConfig, url: URL): Promise<ChannelModel> {
  const { user, password, ...pem } = readLogin(source)
  const hasCertificate = pem.cert !== undefined && user === undefined
  const vhost = url.pathname.length > 1 ? url.pathname.slice(1) : '/'
  return connect(
    {
      protocol: url.protocol.slice(0, -1),
      // of an IPv6 address the brackets belong to its URL
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      ...(url.port !== '' && { port: Number(url.port) }),
      vhost,
      heartbeat: heartbeatSeconds,
      ...(user !== undefined && { username: user, password: password ?? '' }),
    },
    {
      timeout: timeoutMs,
      noDelay: true,
      clientProperties: { connection_name: `plumbline ${source.source}` },
      // who shows a certificate is known by that
      ...(hasCertificate && { credentials: credentials.external() }),
      ...pem,
    },
  ).catch((error) => {
    // all that its client says of a refusal to open
    if (!/ConnectionOpenOk/.test(describeError(error))) throw error
    throw new SourceError(
      'not_granted',
      `${url.host} lets nobody of our name into its virtual host ${decodeURIComponent(vhost)}`,
      { mend: 'See that it is there, and what its user may', cause: error },
    )
  })
}

async function openChannel(model: ChannelModel, lose: (error: unknown) => void): Promise<Channel> {
  const channel = await model.createChannel()
  channel.on('error', lose)
  return channel
}

/** Sees that the queue is there, and makes and binds it where the estate says to what. @throws SourceError */
async function expectQueue(model: ChannelModel, { queue, bind }: AmqpSourceConfig): Promise<void> {
  // a refusal closes the channel it is given on
  const looking = await openChannel(model, () => undefined)
  const isThere = await looking.checkQueue(queue).then(
    () => true,
    (error: { code?: number }) => {
      if (error.code !== notFound) throw error
      return false
    },
  )
  if (isThere && bind.length === 0) return looking.close()
  if (!isThere && bind.length === 0)
    throw new SourceError('not_there', `The broker has no queue ${queue}`, {
      mend: 'Make it there, or say by `bind` from which exchanges it is to be filled',
    })
  const making = isThere ? looking : await openChannel(model, () => undefined)
  if (!isThere) await making.assertQueue(queue, { durable: true })
  for (const { exchange, routing_key } of bind) await making.bindQueue(queue, exchange, routing_key)
  await making.close()
}

/**
 * A message as it is put down. What its sender calls it tells it, when it comes again, from every other; one without a
 * name is taken again, since only its mapping can tell whether the same was meant twice.
 */
function describe({ queue }: AmqpSourceConfig, { content, fields, properties }: ConsumeMessage) {
  const headers: Record<string, unknown> = properties.headers ?? {}
  const event = readEventHeaders(headers)
  const name = properties.messageId || (event && `${event.source} ${event.id}`)
  return {
    id: properties.messageId || event?.id || '',
    body: content,
    message: {
      queue,
      exchange: fields.exchange,
      routing_key: fields.routingKey,
      headers,
      ...(event && { event }),
      ...pick({
        message_id: properties.messageId,
        correlation_id: properties.correlationId,
        type: properties.type,
        app_id: properties.appId,
        content_type: properties.contentType,
        timestamp: properties.timestamp,
      }),
    },
    ...(name && {
      identity: `${queue} ${name} ${createHash('sha256').update(content).digest('base64')}`,
      isNew: !fields.redelivered,
    }),
  }
}

/** What of it there is. */
const pick = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

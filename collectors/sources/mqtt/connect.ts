import { createHash } from 'node:crypto'
// by its file: where browsers are built for, its name leads to what is made for them
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt/index'
import { describeError } from '../../../server/core/errors.ts'
import type { MqttSourceConfig } from '../../../server/core/estate-mqtt-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Connection, Sink } from '../push/broker.ts'
import { readLogin } from '../push/login.ts'

const timeoutMs = 15_000
/** From here on a reason code of an acknowledged subscription says that it was not granted. */
const firstRefusal = 0x80

/** What is made of a packet: what is put down, and nothing where it says nothing. */
export type Reader = (
  packet: { topic: string; payload: Buffer },
  publish: (topic: string, payload: Buffer) => void,
) => { body: Uint8Array; message: Record<string, unknown>; fault?: string } | undefined

/**
 * Opens a session that outlives our connection: what is sent with QoS 1 or 2 while we are away is kept for us. A packet
 * is acknowledged once it is on disk; packets are worked on one after the other, so that while the spool is full the
 * broker keeps the rest.
 */
export async function connectMqtt(source: MqttSourceConfig, sink: Sink, read: Reader): Promise<Connection> {
  const { user, password, ...pem } = readLogin(source)
  const clientId = source.client_id ?? `plumbline-${source.source}`
  let isOver = false
  /** QoS 0 has no acknowledgement: so many may be on their way to the disk */
  let loose = 0

  const take = async (packet: IPublishPacket): Promise<void> => {
    const payload = Buffer.from(packet.payload)
    const found = read({ topic: packet.topic, payload }, (topic, text) => {
      client.publish(topic, text, { qos: 0 })
    })
    if (!found) return
    const { messageId, dup, qos } = packet
    await sink.take({
      id: `${packet.topic}${messageId ? ` ${messageId}` : ''}`,
      ...found,
      // a packet keeps its number until it is acknowledged, also when it is sent again; only then it says `dup`
      ...(qos > 0 && {
        identity: `${clientId} ${messageId} ${packet.topic} ${createHash('sha256').update(payload).digest('base64')}`,
        isNew: !dup,
      }),
    })
  }
  const options: IClientOptions = {
    clientId,
    protocolVersion: source.version,
    clean: false,
    connectTimeout: timeoutMs,
    // whoever connects again is above
    reconnectPeriod: 0,
    resubscribe: false,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...pem,
    ...(source.version === 5 && {
      properties: {
        sessionExpiryInterval: Math.round(source.session / 1000),
        receiveMaximum: Math.min(source.in_flight, 65_535),
      },
    }),
  }
  const client: MqttClient = mqtt.connect(source.url, options)
  // set here, since the client takes it among its options for version 5 only
  client.options.customHandleAcks = (_topic, _payload, packet, acknowledge) => {
    take(packet).then(
      () => acknowledge(null as never, 0),
      // not acknowledged, and with the connection given up: it is sent again
      (error) => give(error),
    )
  }
  client.handleMessage = (packet, done) => {
    if (packet.qos > 0) return done()
    loose++
    const free = () => {
      loose--
    }
    const taken = take(packet).then(free, (error) => {
      free()
      give(error)
    })
    if (loose < source.in_flight) done()
    else void taken.then(() => done())
  }
  const give = (error: unknown) => {
    if (isOver) return
    isOver = true
    client.end(true)
    sink.lost(error)
  }
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('error', reject)
      client.once('close', () => reject(new Error('it closed the connection')))
      client.once('connect', () =>
        client.subscribe(source.topics, { qos: source.qos }, (error) =>
          error ? reject(readRefusal(source, error)) : resolve(),
        ),
      )
    })
  } catch (error) {
    isOver = true
    client.on('error', () => undefined)
    client.end(true)
    if (error instanceof SourceError) throw error
    throw new SourceError(
      'not_connected',
      `${new URL(source.url).host} could not be reached: ${describeError(error)}`,
      { cause: error },
    )
  }
  client.on('error', give)
  client.on('close', () => give(new SourceError('not_connected', 'The broker closed the connection')))
  if (!client.connected) give(new SourceError('not_connected', 'The broker closed the connection'))
  return {
    close: () => {
      isOver = true
      return new Promise((resolve) => client.end(true, {}, () => resolve()))
    },
  }
}

/** Which topic it is that a broker does not let us read, where that is what it says. */
function readRefusal({ topics }: MqttSourceConfig, error: Error): Error {
  const granted = (error as { packet?: { granted?: number[] } }).packet?.granted ?? []
  const refused = topics.filter((_, index) => Number(granted[index]) >= firstRefusal)
  if (refused.length === 0) return error
  return new SourceError('not_granted', `The broker does not let us subscribe to ${refused.join(', ')}`, {
    mend: 'See what its user may read',
    cause: error,
  })
}

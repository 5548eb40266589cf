import { setTimeout as pause } from 'node:timers/promises'
import { describeError, PlumblineError } from '../../../server/core/errors.ts'
import type { BrokerConfig } from '../../../server/core/estate-broker-schema.ts'
import { createLine } from '../../spool/line.ts'
import type { OpenSource, SourceContext } from '../index.ts'
import { SourceError } from '../pull/failure.ts'
import type { Tally } from '../pull/tally.ts'
import { type Backlog, noteBacklog } from './backlog.ts'
import type { Inbox, Sent } from './inbox.ts'

/** A broker's failure is looked at again so soon at the latest: what waits there may expire. */
const longestWaitMs = 60_000
/** After a connection that broke, the first try to connect again */
const soonMs = 1_000

/** Where an adapter hands what its broker sends. */
export type Sink = {
  /**
   * Puts a message down; once it resolves it is on disk and may be acknowledged. While the spool is full it waits, and
   * with it whoever awaits it. Rejects only when the connection is given up: then the broker sends it again.
   */
  take(message: Omit<Sent, 'source'>): Promise<void>
  /** The connection is over, and why */
  lost(error: unknown): void
}
/** A connection to a broker, with what it may say of itself. */
export type Connection = {
  /** How much waits there for us, by queue; absent where the protocol can't say */
  backlog?(): Promise<Backlog[]>
  /** What keeps the source from being complete, although we are connected; '' when nothing does */
  holds?(): string
  close(): Promise<void>
}
/** Opens a connection: it resolves once we are subscribed. @throws SourceError */
export type Connect = (sink: Sink) => Promise<Connection>

/**
 * A source that takes from a broker: what an adapter has to bring is how to connect. What comes is acknowledged once it
 * is on disk, no more is held than the estate allows, and a connection that broke is opened again; what keeps it from
 * that is the source's state, on its page.
 */
export function openBroker(
  source: BrokerConfig & { kind: string },
  context: SourceContext,
  connect: Connect,
): OpenSource {
  const inbox = expectInbox(context)
  let connection: Connection | undefined
  let connecting: Promise<void> | undefined
  let lost: unknown
  let again: NodeJS.Timeout | undefined
  let isResting = true
  /** What came since it was looked at last */
  let seen = { messages: 0, bytes: 0 }
  let underWay = 0
  let obstacle = ''
  /** Of each connection, so that nothing is taken for one that is over */
  let era = 0

  const close = async () => {
    era++
    clearTimeout(again)
    const held = connection
    connection = undefined
    await held?.close().catch(() => undefined)
  }
  /** While one waits for room, those behind it wait in their order: what is newer must not overtake it. */
  const held = createLine(() => 1)
  const putUntilTaken = async (own: number, message: Sent) => {
    for (let attempt = 0; ; attempt++) {
      if (own !== era) throw new SourceError('stopped', 'The connection is over')
      try {
        await inbox.take(message)
        obstacle = ''
        return
      } catch (error) {
        // no room: the broker keeps what we do not acknowledge
        if (!(error instanceof PlumblineError)) throw error
        obstacle = error.message
        await pause(Math.min(5_000, 100 * 2 ** attempt) * (0.75 + Math.random() * 0.5))
      }
    }
  }
  const put = async (own: number, message: Sent) => {
    if (held.isBusy()) return held.run(() => putUntilTaken(own, message))
    try {
      inbox.expectRoom(message.body.length)
      await inbox.take(message)
    } catch (error) {
      if (!(error instanceof PlumblineError)) throw error
      obstacle = error.message
      await held.run(() => putUntilTaken(own, message))
    }
  }
  const sinkOf = (own: number): Sink => ({
    take: async (message) => {
      if (own !== era) throw new SourceError('stopped', 'The connection is over')
      underWay++
      try {
        await put(own, { ...message, source: source.source })
        seen.messages++
        seen.bytes += message.body.length
      } finally {
        underWay--
      }
    },
    lost: (error) => {
      if (own !== era) return
      lost = error
      context.log.warn({ source: source.source, error: describeError(error) }, 'a broker is away')
      void close().then(() => {
        if (isResting) return
        again = setTimeout(() => void open().catch(() => undefined), soonMs * (0.5 + Math.random()))
      })
    },
  })
  const open = (): Promise<void> => {
    if (connection) return Promise.resolve()
    connecting ??= (async () => {
      const own = ++era
      const made = await connect(sinkOf(own))
      // it may have broken, or we may have been stopped, while it was opened
      if (own !== era) {
        await made.close().catch(() => undefined)
        throw lost ?? new SourceError('stopped', 'The connection is over')
      }
      connection = made
      lost = undefined
    })().finally(() => {
      connecting = undefined
    })
    return connecting
  }

  const look = async (tally: Tally): Promise<boolean> => {
    const at = new Date()
    const { messages, bytes } = seen
    seen = { messages: 0, bytes: 0 }
    tally.requests = messages
    tally.rows = messages
    tally.bytes = bytes
    await open().catch((error) => {
      throw error instanceof SourceError
        ? error
        : new SourceError('not_connected', `The broker could not be reached: ${describeError(error)}`)
    })
    const waiting = (await connection?.backlog?.()) ?? []
    if (waiting.length > 0) await noteBacklog(context, source, waiting, at)
    if (obstacle !== '' && underWay > 0)
      throw new SourceError(
        'held_back',
        `${underWay} messages wait to be put down, and with them all that follow: ${obstacle}`,
      )
    const hold = connection?.holds?.() ?? ''
    const isComplete = hold === '' && waiting.every(({ value }) => value === 0)
    if (source.watermark === 'connected' && isComplete && connection && underWay === 0)
      await inbox.tell(source.source, at)
    if (hold !== '') throw new SourceError('incomplete', hold)
    return messages > 0
  }

  return {
    source: source.source,
    everyMs: source.poll,
    longestWaitMs,
    poll: (tally) => {
      isResting = false
      return look(tally)
    },
    rest: async () => {
      isResting = true
      await close()
    },
    close: async () => {
      isResting = true
      await close()
    },
  }
}

function expectInbox({ push }: SourceContext): Inbox {
  if (!push) throw new Error('what brokers send can be put down nowhere')
  return push.inbox
}

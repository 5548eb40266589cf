import { setTimeout as pause } from 'node:timers/promises'
import type { DeliveryDesk, ReceiverInfo } from '../../server/core/delivery-info.ts'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { Receiver } from '../../server/core/estate-receivers-secrets.ts'
import type { Store } from '../../sql/store.ts'
import { type Clock, type Line, startLine } from './delivery-line.ts'
import { testWords } from './delivery-test-words.ts'
import type { Outbox } from './outbox.ts'
import { createOutgoing } from './outgoing.ts'
import { loadReceiverAdapters } from './receivers/index.ts'

/** Other processes may write notifications, too: so often a line looks for itself. */
const lookMs = 30_000
/** How long a message on its way is waited for at the end. */
const graceMs = 5_000

const wallClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => pause(ms, undefined, { signal, ref: false }).catch(() => undefined),
}

export type Delivery = DeliveryDesk & {
  start(): void
  /** Called when something was written to the outbox: it is delivered at once. */
  wake(): void
  /** Resolves when every line has nothing to do without a person or a new notification. */
  idle(): Promise<void>
  /** Ends what is under way, and begins nothing more. */
  stop(): Promise<void>
}

/** Delivers what stands in the outbox: a line for each receiver, so that none waits for another. */
export async function createDelivery(options: {
  estate: Estate
  store: Store
  receivers: readonly Receiver[]
  outbox: Outbox
  /** Where people open the product */
  baseUrl: () => string
  /** Called after something about a delivery was written down */
  onStep?: () => void
  clock?: Clock
  random?: () => number
}): Promise<Delivery> {
  const { estate, store, receivers, outbox } = options
  const { heartbeat } = estate.alerting
  const clock = options.clock ?? wallClock
  const adapters = await loadReceiverAdapters()
  const outgoing = createOutgoing()
  const lines = new Map<string, Line>()
  let timer: NodeJS.Timeout | undefined
  const wake = () => {
    for (const line of lines.values()) line.wake()
  }
  const lineOf = (receiver: string): Line => {
    const line = lines.get(receiver)
    if (line) return line
    throw new PlumblineError('receiver_unknown', `"${receiver}" is not a receiver of this estate`, {
      status: 404,
      where: 'receiver',
    })
  }
  return {
    receivers: receivers.map(describeReceiver),
    wake,
    start: () => {
      for (const receiver of receivers) {
        const adapter = adapters.get(receiver.kind)
        if (!adapter) throw new Error(`no adapter for ${receiver.kind}`)
        const places = () => ({ estate, baseUrl: options.baseUrl() })
        lines.set(
          receiver.receiver,
          startLine({
            store,
            receiver,
            adapter,
            places,
            outgoing,
            clock,
            random: options.random ?? Math.random,
            heartbeatMs: heartbeat?.receiver === receiver.receiver ? heartbeat.every : undefined,
            onStep: options.onStep ?? (() => undefined),
          }),
        )
      }
      timer = setInterval(wake, lookMs).unref()
    },
    resend: (receiver, sequence, actor) => lineOf(receiver).resend(BigInt(sequence), actor),
    enable: (receiver, actor) => lineOf(receiver).enable(actor),
    sendTest: async (receiver) => {
      const line = lineOf(receiver)
      const [first] = await outbox.write(testWords(receiver, new Date(clock.now())))
      line.wake()
      return String(first?.sequence)
    },
    idle: async () => {
      await Promise.all([...lines.values()].map((line) => line.idle()))
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all([...lines.values()].map((line) => line.stop(graceMs)))
      await outgoing.close()
    },
  }
}

/** A receiver as every room may know it. */
export function describeReceiver(receiver: Receiver): ReceiverInfo {
  return {
    receiver: receiver.receiver,
    kind: receiver.kind,
    // an address may be a secret; its host is none
    target: receiver.kind === 'email' ? receiver.to.join(', ') : new URL(receiver.address).host,
    send_resolved: receiver.send_resolved,
    allow_private: receiver.allow_private,
    keys: receiver.kind === 'webhook' ? receiver.secrets.length : 0,
  }
}

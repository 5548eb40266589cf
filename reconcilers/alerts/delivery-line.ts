import { describeError, PlumblineError } from '../../server/core/errors.ts'
import type { Receiver } from '../../server/core/estate-receivers-secrets.ts'
import { log } from '../../server/core/log.ts'
import type { Store } from '../../sql/store.ts'
import { type Head, type Position, readHead, readPosition, recordStep, type Step } from './delivery-record.ts'
import { decide } from './delivery-schedule.ts'
import { type Attempt, sendOnce } from './delivery-send.ts'
import type { Outgoing } from './outgoing.ts'
import type { ReceiverAdapter } from './receivers/index.ts'
import type { Places } from './receivers/parts/facts.ts'
import { heartbeatGroup } from './told.ts'

/** Time, as deliveries know it: a simulated day passes as fast as its tests like. */
export type Clock = {
  now(): number
  /** Resolves after `ms`, or at once when the signal says so. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export type LineOptions = {
  store: Store
  receiver: Receiver
  adapter: ReceiverAdapter
  places: () => Places
  outgoing: Outgoing
  clock: Clock
  random: () => number
  /** How often the receiver hears our heartbeat, in milliseconds; undefined where it hears none */
  heartbeatMs: number | undefined
  /** Called after something about a delivery was written down. */
  onStep: () => void
}

export type Line = {
  receiver: string
  /** Looks whether there is something to be told. */
  wake(): void
  /** Resolves when there is nothing to do without a person or a new notification. */
  idle(): Promise<void>
  resend(sequence: bigint, actor: string): Promise<void>
  enable(actor: string): Promise<void>
  stop(graceMs: number): Promise<void>
}

/** The store was away: it is asked again after this long. */
const mendMs = 5_000

/**
 * Tells one receiver what it is to be told: one at a time, in the order of `sequence`. What stands in the store is all
 * it knows, so that it goes on after a restart where it was; what was told and could not be written down is told again.
 */
export function startLine(options: LineOptions): Line {
  const { store, receiver, adapter, clock } = options
  const name = receiver.receiver
  const stopping = new AbortController()
  const breaking = new AbortController()
  let position: Position | undefined
  let isTelling = false
  let turn: Promise<unknown> = Promise.resolve()
  let waking = new AbortController()
  const whenIdle: (() => void)[] = []
  let isIdle = false

  /** One reader or writer of the position at a time. */
  const inTurn = <Result>(work: () => Promise<Result>) => {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }
  const wake = () => {
    isIdle = false
    waking.abort()
  }
  const note = async (head: Pick<Head, 'sequence' | 'step'> & { id: string }, step: Partial<Step>) => {
    await recordStep(store, name, position as Position, {
      sequence: head.sequence,
      step: head.step + 1,
      id: head.id,
      attempt: 0,
      at: clock.now(),
      outcome: 'asked',
      status: 0,
      answer: '',
      durationMs: 0,
      nextAt: 0,
      reason: '',
      actor: '',
      ...step,
    })
    options.onStep()
  }

  /** The next attempt, or how long until then; undefined when there is nothing to do. */
  const findWork = () =>
    inTurn(async (): Promise<Head | number | undefined> => {
      position ??= await readPosition(store, name)
      if (position.disabledAt !== undefined) return undefined
      const head = await readHead(store, name, position)
      if (!head) return undefined
      const wait = head.nextAt - clock.now()
      if (wait > 0) return wait
      isTelling = true
      return head
    })

  /** A sign of life says that we lived then: once there is a newer one, it says nothing. */
  const isOvertakenBeat = async ({ sequence, notification }: Head): Promise<boolean> => {
    if (notification.group_key !== heartbeatGroup) return false
    const [row] = await store.query('deliver_one', { receiver: name, sequence: String(sequence) })
    return (row?.later ?? 0) > 0
  }

  const tell = async (head: Head): Promise<void> => {
    const { notification } = head
    if (await isOvertakenBeat(head)) {
      await inTurn(() =>
        note(
          { ...head, id: notification.id },
          { outcome: 'skipped', reason: 'a newer sign of life takes its place' },
        ),
      )
      return
    }
    const alerts = receiver.send_resolved
      ? notification.alerts
      : notification.alerts.filter((alert) => alert.status !== 'resolved')
    const id = notification.id
    if (!receiver.send_resolved && alerts.length === 0) {
      await inTurn(() =>
        note({ ...head, id }, { outcome: 'skipped', reason: 'it does not want to be told that it is over' }),
      )
      return
    }
    const started = clock.now()
    const began = performance.now()
    const attempt: Attempt = await sendOnce(
      adapter,
      receiver,
      { ...notification, alerts },
      options.places(),
      options.outgoing,
      clock.now,
      breaking.signal,
    )
    const at = clock.now()
    const count = head.attempts + 1
    const decision = decide(attempt.verdict, {
      attempt: count,
      owedSince: head.owedSince,
      at,
      random: options.random(),
      mostMs: options.heartbeatMs,
    })
    await inTurn(() =>
      note(
        { ...head, id },
        {
          ...decision,
          attempt: count,
          at: started,
          status: attempt.status,
          answer: attempt.answer,
          durationMs: performance.now() - began,
        },
      ),
    )
    if (decision.outcome === 'given_up' || decision.outcome === 'disabled')
      log.error(
        { receiver: name, sequence: String(head.sequence), reason: decision.reason },
        'a receiver was not told',
      )
  }

  const rest = async (ms: number | undefined) => {
    const signal = AbortSignal.any([waking.signal, stopping.signal])
    if (signal.aborted) return
    if (ms !== undefined) return clock.sleep(ms, signal)
    isIdle = true
    for (const resolve of whenIdle.splice(0)) resolve()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      waking = new AbortController()
      try {
        const work = await findWork()
        if (typeof work !== 'object') await rest(work)
        else
          await tell(work).finally(() => {
            isTelling = false
          })
      } catch (error) {
        if (stopping.signal.aborted) return
        // what is known may be wrong now: it is read again
        position = undefined
        log.error(
          { receiver: name, error: describeError(error) },
          'what a receiver is told could not be written down',
        )
        await clock.sleep(mendMs, stopping.signal)
      }
    }
  }
  const running = run()

  return {
    receiver: name,
    wake,
    idle: () => (isIdle ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
    resend: async (sequence, actor) => {
      await inTurn(async () => {
        position ??= await readPosition(store, name)
        const [row] = await store.query('deliver_one', { receiver: name, sequence: String(sequence) })
        if (!row)
          throw new PlumblineError('delivery_unknown', `There is no notification ${sequence} for ${name}`, {
            status: 404,
            where: 'sequence',
          })
        const head = await readHead(store, name, position)
        const isDone = sequence <= position.settledTo && !position.open.has(sequence)
        expectResendable({ isTelling, isHead: head?.sequence === sequence, isDone, later: row.later ?? 0 })
        const steps = await store.query('deliver_steps', { receiver: name, sequence: String(sequence) })
        await note({ sequence, id: row.id, step: steps.at(-1)?.step ?? 0 }, { outcome: 'asked', actor })
      })
      wake()
    },
    enable: async (actor) => {
      await inTurn(async () => {
        position ??= await readPosition(store, name)
        const sequence = position.disabledAt
        if (sequence === undefined)
          throw new PlumblineError('receiver_enabled', `${name} is not disabled`, {
            status: 409,
            where: 'receiver',
          })
        const steps = await store.query('deliver_steps', { receiver: name, sequence: String(sequence) })
        const [row] = await store.query('deliver_one', { receiver: name, sequence: String(sequence) })
        await note(
          { sequence, id: row?.id ?? '', step: steps.at(-1)?.step ?? 0 },
          { outcome: 'enabled', actor },
        )
      })
      wake()
    },
    stop: async (graceMs) => {
      stopping.abort()
      // a message on its way may still arrive; one that takes longer is told again after the start
      const timer = setTimeout(() => breaking.abort(), graceMs)
      await running
      clearTimeout(timer)
      await turn
    },
  }
}

/** A word that a later one has overtaken is not said again: what a receiver hears last must be true. */
function expectResendable(given: { isTelling: boolean; isHead: boolean; isDone: boolean; later: number }) {
  const refuse = (code: string, message: string, mend: string) => {
    throw new PlumblineError(code, message, { status: 409, where: 'sequence', mend })
  }
  if (given.isTelling && given.isHead)
    refuse('delivery_under_way', 'It is being delivered right now', 'Look again in a moment.')
  if (!given.isHead && !given.isDone)
    refuse('delivery_waiting', 'It waits behind others of its receiver', 'Resend the first in the line.')
  if (given.isDone && given.later > 0)
    refuse(
      'delivery_overtaken',
      'A later notification about the same group was written since',
      'Resend the newest of the group: what a receiver hears last must be true.',
    )
}

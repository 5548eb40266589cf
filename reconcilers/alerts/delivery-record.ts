import type { Notification } from '../../server/core/alert.ts'
import type { DeliveryOutcome } from '../../server/core/delivery-info.ts'
import type { Store } from '../../sql/store.ts'

/** Where a receiver is in its line: a fold over what became of its notifications. */
export type Position = {
  /** up to here all is settled, but for what is open */
  settledTo: bigint
  open: Set<bigint>
  /** what it said is gone at; undefined while it is called */
  disabledAt: bigint | undefined
}

/** What is told next, and what was tried so far. */
export type Head = {
  sequence: bigint
  notification: Notification
  /** of the last row about it; 0 without any */
  step: number
  /** attempts since it is owed */
  attempts: number
  /** since it was written, or a person asked for it; milliseconds */
  owedSince: number
  /** not before; milliseconds */
  nextAt: number
}

/** One row about a notification: an attempt, or what a person did. */
export type Step = {
  sequence: bigint
  step: number
  id: string
  attempt: number
  at: number
  outcome: DeliveryOutcome
  status: number
  answer: string
  durationMs: number
  nextAt: number
  reason: string
  actor: string
}

const isSettled = (outcome: DeliveryOutcome) =>
  outcome === 'delivered' || outcome === 'given_up' || outcome === 'skipped'

/** Reads where a receiver is. */
export async function readPosition(store: Store, receiver: string): Promise<Position> {
  const [row] = await store.query('deliver_line', { receiver })
  return {
    settledTo: BigInt(row?.settled_to ?? 0),
    open: new Set((row?.open ?? []).map(BigInt)),
    disabledAt: row && row.disabled_at !== '0' ? BigInt(row.disabled_at) : undefined,
  }
}

/** Reads what a receiver is told next; undefined when it has been told all. */
export async function readHead(
  store: Store,
  receiver: string,
  position: Position,
): Promise<Head | undefined> {
  const [row] = await store.query('deliver_next', {
    receiver,
    settled_to: String(position.settledTo),
    open: [...position.open].map(Number),
  })
  if (!row) return undefined
  const steps = await store.query('deliver_steps', { receiver, sequence: row.sequence })
  const head: Head = {
    sequence: BigInt(row.sequence),
    notification: JSON.parse(row.body) as Notification,
    step: 0,
    attempts: 0,
    owedSince: Date.parse(row.created_at),
    nextAt: 0,
  }
  for (const each of steps) {
    const isAsked = each.outcome === 'asked' || each.outcome === 'enabled'
    head.step = each.step
    head.attempts = isAsked ? 0 : each.attempt
    if (isAsked) head.owedSince = Date.parse(each.at)
    head.nextAt = each.outcome === 'retry' ? Date.parse(each.next_at) : 0
  }
  return head
}

/** Writes a row down, and moves the position by it. */
export async function recordStep(
  store: Store,
  receiver: string,
  position: Position,
  step: Step,
): Promise<void> {
  await store.insert('deliveries', [
    {
      receiver,
      sequence: String(step.sequence),
      step: step.step,
      id: step.id,
      attempt: step.attempt,
      at: new Date(step.at).toISOString(),
      outcome: step.outcome,
      status_code: step.status,
      answer: step.answer,
      duration_ms: Math.max(0, Math.round(step.durationMs)),
      next_at: new Date(step.nextAt).toISOString(),
      reason: step.reason,
      actor: step.actor,
    },
  ])
  if (isSettled(step.outcome)) {
    position.open.delete(step.sequence)
    if (step.sequence > position.settledTo) position.settledTo = step.sequence
  } else position.open.add(step.sequence)
  if (step.outcome === 'disabled') position.disabledAt = step.sequence
  if (step.outcome === 'enabled') position.disabledAt = undefined
}

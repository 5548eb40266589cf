import type { ReceiverKind } from './estate-receivers-schema.ts'

/**
 * What became of a notification, attempt by attempt. retry: again later; disabled: the receiver is gone (410) until a
 * person enables it; skipped: it does not want to be told that it is over; asked and enabled are what people did.
 */
export const deliveryOutcomes = [
  'delivered',
  'retry',
  'given_up',
  'disabled',
  'skipped',
  'asked',
  'enabled',
] as const
export type DeliveryOutcome = (typeof deliveryOutcomes)[number]

/** Where a receiver stands: delivering, coming back to one that failed, or not called until a person enables it. */
export type ReceiverState = 'ok' | 'retrying' | 'disabled'

/** A receiver as every room may know it: nothing of its secrets. */
export type ReceiverInfo = {
  receiver: string
  kind: ReceiverKind
  /** the host that is called, or the mailboxes */
  target: string
  send_resolved: boolean
  allow_private: boolean
  /** keys it signs with; two while one takes over from the other */
  keys: number
}

/** What the API may ask of those who deliver. */
export type DeliveryDesk = {
  receivers: readonly ReceiverInfo[]
  /** Tells a receiver again, or at once; @throws PlumblineError when there is no such notification, or a later word was told */
  resend(receiver: string, sequence: string, actor: string): Promise<void>
  /** Calls a receiver again that had said it is gone; @throws PlumblineError when it is not disabled */
  enable(receiver: string, actor: string): Promise<void>
  /** Tells a receiver something that says of itself to be a test; resolves with its sequence. */
  sendTest(receiver: string): Promise<string>
}

import type { Notification } from '../../server/core/alert.ts'
import { describeError } from '../../server/core/errors.ts'
import type { Receiver } from '../../server/core/estate-receivers-secrets.ts'
import type { Answer, Outgoing } from './outgoing.ts'
import { sendMail } from './outgoing-mail.ts'
import type { ReceiverAdapter, Verdict } from './receivers/index.ts'
import type { Places } from './receivers/parts/facts.ts'

/** What one attempt came to: what it means, and what the receiver said. */
export type Attempt = { verdict: Verdict; status: number; answer: string }

const shownCharacters = 500

/**
 * Tells a receiver once. A message of several requests ends at the first that has to be repeated, and goes on behind one
 * that is refused for good.
 */
export async function sendOnce(
  adapter: ReceiverAdapter,
  receiver: Receiver,
  notification: Notification,
  places: Places,
  outgoing: Outgoing,
  now: () => number,
  signal: AbortSignal,
): Promise<Attempt> {
  const at = new Date(now())
  const context = { receiver: receiver as never, places, at }
  let answers: (() => Promise<Answer>)[]
  try {
    answers = prepare(adapter, receiver, notification, context, outgoing, signal)
  } catch (error) {
    // it would fail so every time, and hold up all behind it
    const reason = `it could not be written: ${describeError(error)}`
    return { verdict: { outcome: 'given_up', reason }, status: 0, answer: '' }
  }
  let worst: Attempt = { verdict: { outcome: 'delivered', reason: '' }, status: 0, answer: '' }
  for (const ask of answers) {
    const answer = await ask()
    const verdict = adapter.judge(answer, new Date(now()))
    const hide = (text: string) => hideSecrets(text, receiver).slice(0, shownCharacters)
    const attempt = {
      verdict: { ...verdict, reason: hide(verdict.reason) },
      status: answer.status,
      answer: hide(answer.text),
    }
    if (verdict.outcome === 'retry' || verdict.outcome === 'disabled') return attempt
    if (verdict.outcome === 'given_up' || worst.verdict.outcome === 'delivered') worst = attempt
  }
  return worst
}

function prepare(
  adapter: ReceiverAdapter,
  receiver: Receiver,
  notification: Notification,
  context: { receiver: never; places: Places; at: Date },
  outgoing: Outgoing,
  signal: AbortSignal,
): (() => Promise<Answer>)[] {
  if (adapter.way === 'http')
    return adapter
      .render(notification, context)
      .map((message) => () => outgoing.post(message, receiver, signal))
  if (receiver.kind !== 'email') throw new Error(`${receiver.kind} is not told by mail`)
  const mail = adapter.render(notification, context)
  const { host, port, tls, user } = receiver.smtp
  const server = { host, port, tls, user, password: receiver.secrets[0] }
  return [() => sendMail(mail, server, receiver, signal)]
}

/** A receiver may say back what it was sent; its secrets, and an address that is one, are in no log. */
function hideSecrets(text: string, receiver: Receiver): string {
  const hidden = [...receiver.secrets]
  if (receiver.address) {
    const { pathname, search } = new URL(receiver.address)
    hidden.push(...[receiver.address, pathname + search, pathname].filter((part) => part.length > 8))
  }
  return hidden.filter(Boolean).reduce((left, secret) => left.replaceAll(secret, '…'), text)
}

import { createHash } from 'node:crypto'
import { createTwoFilesPatch } from 'diff'
import { readExactly, writeExactly } from '../../server/core/exact-json.ts'

type Envelope = Record<string, unknown> & { id: string; source: string }

/** A message as a JSON object; undefined where it is none. */
export function readEnvelope(text: string): Envelope | undefined {
  const value = readExactly(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Envelope)
    : undefined
}

/** The message in the form people read: indented; as it came where it is no JSON. */
export function prettyMessage(text: string): string {
  const value = readEnvelope(text)
  return value ? writeExactly(value, 2) : text
}

/** A unified diff of two messages in the form people read; empty where they say the same. */
export function diffMessages(before: string, after: string): string {
  const [left, right] = [prettyMessage(before), prettyMessage(after)]
  if (left === right) return ''
  return createTwoFilesPatch('as it came', 'corrected', `${left}\n`, `${right}\n`, '', '', { context: 3 })
}

export const hashMessage = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The id of a message that is sent in the place of another: it is told apart, and from where it comes is seen. */
export const sentIdOf = (message_id: string, attempt: number): string => `${message_id}.c${attempt}`

/** What is sent: the text under an id of its own, naming what it corrects. */
export function addressMessage(text: string, message_id: string, attempt: number): string {
  return writeExactly({
    ...readEnvelope(text),
    id: sentIdOf(message_id, attempt),
    corrects: message_id,
  })
}

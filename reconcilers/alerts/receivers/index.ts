import { readdirSync } from 'node:fs'
import type { Notification } from '../../../server/core/alert.ts'
import type { ReceiverConfig, ReceiverKind } from '../../../server/core/estate-receivers-schema.ts'
import type { Receiver } from '../../../server/core/estate-receivers-secrets.ts'
import type { Answer, HttpMessage } from '../outgoing.ts'
import type { Mail } from '../outgoing-mail.ts'
import type { Places } from './parts/facts.ts'

export type ReceiverOf<Kind extends ReceiverKind> = Receiver<Extract<ReceiverConfig, { kind: Kind }>>

/** What a message is made from besides the notification; no clock and no network is asked while it is made. */
export type RenderContext<Kind extends ReceiverKind = ReceiverKind> = {
  receiver: ReceiverOf<Kind>
  places: Places
  /** of this attempt */
  at: Date
}

/** What an answer means. A refusal that no repetition can mend is given up at once, with the reason. */
export type Verdict =
  | { outcome: 'delivered'; reason: string }
  | { outcome: 'retry'; reason: string; afterMs: number }
  | { outcome: 'disabled'; reason: string }
  | { outcome: 'given_up'; reason: string }

type Judging = {
  /** What the answer at `at` means. */
  judge(answer: Answer, at: Date): Verdict
}

/** What a file of this folder exports as `adapter`: how one kind of receiver is told, and what it answers. */
export type ReceiverAdapter<Kind extends ReceiverKind = ReceiverKind> = Judging &
  (
    | {
        kind: Kind
        way: 'http'
        /** The requests that tell it all, in this order. */
        render(notification: Notification, context: RenderContext<Kind>): HttpMessage[]
      }
    | {
        kind: Kind
        way: 'mail'
        render(notification: Notification, context: RenderContext<Kind>): Mail
      }
  )

/** The adapters of this folder by their kind: being here is being registered. */
export async function loadReceiverAdapters(): Promise<Map<string, ReceiverAdapter>> {
  const names = readdirSync(new URL('.', import.meta.url)).filter(
    (name) => name.endsWith('.ts') && name !== 'index.ts',
  )
  const found = new Map<string, ReceiverAdapter>()
  for (const name of names) {
    const { adapter } = (await import(new URL(name, import.meta.url).href)) as { adapter: ReceiverAdapter }
    found.set(adapter.kind, adapter)
  }
  return found
}

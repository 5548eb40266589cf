import { isUtf8 } from 'node:buffer'
import { createResendWindow } from '../../spool/resends.ts'
import type { Spool } from '../../spool/spool.ts'
import type { Completeness, Delivery } from './delivery.ts'

export type Sent = {
  source: string
  id: string
  message: Record<string, unknown>
  body: Uint8Array
  fault?: string
  /** What tells it from every other of its source, where something does: said again, it is one */
  identity?: string
  /** Whether its sender says that it was never sent before: then it is taken whatever its identity */
  isNew?: boolean
}

/** Where what is sent to us is put down before its sender is told that it is ours. */
export type Inbox = {
  /** Resolves once it is on disk. @throws PlumblineError 503 when there is no room: nothing was taken */
  take(sent: Sent): Promise<void>
  /** Says, behind all that was taken before, up to when a source is complete. */
  tell(source: string, at: Date): Promise<void>
  /** Throws the same 503 when there is no room for so many bytes. */
  expectRoom(bytes: number): void
}

/** Opens the inbox on the spool; one for all that sends to us. */
export function openInbox(spool: Pick<Spool, 'append' | 'expectRoom' | 'taken'>): Inbox {
  const window = createResendWindow(spool.taken)
  const write = (line: Delivery | Completeness, receivedMs: number, digest?: Uint8Array) =>
    spool.append('deliveries', Buffer.from(`${JSON.stringify(line)}\n`), {
      receivedMs,
      contentType: 'application/json',
      source: line.source,
      ...(digest && { digest }),
    })
  return {
    take: ({ source, id, message, body, fault, identity, isNew = false }) => {
      const receivedMs = Date.now()
      const isText = isUtf8(body)
      const line: Delivery = {
        source,
        id,
        received_at: new Date(receivedMs).toISOString(),
        message,
        body: Buffer.from(body).toString(isText ? 'utf8' : 'base64'),
        ...(!isText && { is_base64: true }),
        ...(fault !== undefined && { fault }),
      }
      if (identity === undefined) return write(line, receivedMs)
      return window.once(Buffer.from(`${source}\n${identity}`), (digest) => write(line, receivedMs, digest), {
        isNew,
      })
    },
    tell: (source, at) => write({ source, complete_to: at.toISOString() }, Date.now()),
    expectRoom: spool.expectRoom,
  }
}

import { randomUUID } from 'node:crypto'
import type { Notification } from '../../server/core/alert.ts'
import type { Store } from '../../sql/store.ts'

/** The one writer of what receivers are to be told: their numbers have neither gaps nor doubles. */
export type Outbox = {
  /** Numbers and stores what is to be told, after what could not be stored before; resolves when it is on disk. */
  write(said: readonly Omit<Notification, 'id'>[]): Promise<Numbered[]>
}
export type Numbered = Notification & { sequence: number }

/**
 * Opens the outbox. What could not be written is written first, as it was, before anything else: whether it got into the
 * store or not, it is there once.
 * @param onWritten takes what is on disk, tests included, in its order
 */
export function createOutbox(store: Store, onWritten: (said: Numbered[]) => void = () => undefined): Outbox {
  let line: Promise<unknown> = Promise.resolve()
  let last: Map<string, number> | undefined
  let unwritten: Numbered[] = []
  const flush = async () => {
    await store.insert('notifications', unwritten.map(rowOf))
    const written = unwritten
    unwritten = []
    if (written.length > 0) onWritten(written)
  }
  const writeNow = async (said: readonly Omit<Notification, 'id'>[]) => {
    await flush()
    if (said.length === 0) return []
    last ??= new Map(
      (await store.query('alert_sequences', {})).map((row) => [row.receiver, Number(row.sequence)]),
    )
    const numbers = last
    const numbered = said.map((each) => {
      const sequence = (numbers.get(each.receiver) ?? 0) + 1
      numbers.set(each.receiver, sequence)
      return { id: randomUUID(), ...each, sequence }
    })
    unwritten = numbered
    await flush()
    return numbered
  }
  return {
    write: (said) => {
      const result = line.then(() => writeNow(said))
      line = result.catch(() => undefined)
      return result
    },
  }
}

const rowOf = ({ sequence, ...said }: Numbered) => ({
  receiver: said.receiver,
  sequence,
  id: said.id,
  group_key: said.group_key,
  status: said.status,
  is_test: said.is_test,
  body: JSON.stringify(said),
  created_at: said.created_at,
})

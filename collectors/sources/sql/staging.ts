import type { Store } from '../../../sql/store.ts'

/** Above every number that a load has: what was staged before its load began is told from it. */
const floor = 10n ** 18n
let last = floor + BigInt(Date.now()) * 1000n
/** What this process has staged and not dropped yet. */
const ours = new Set<string>()

/** A number under which rows wait in `file_rows` until their load takes them. */
export const nextStaged = (): string => {
  last += 1n
  ours.add(String(last))
  return String(last)
}

/** How many rows stand there under a number, and how many bytes; asked while others fetch, too. */
export async function stagedRows(store: Store, staged: string): Promise<{ rows: number; bytes: number }> {
  const [found] = await store.rows<{ rows: string; bytes: string }>(
    'SELECT count() AS rows, sum(length(raw)) AS bytes FROM file_rows WHERE load_seq = {staged:UInt64}',
    { staged },
    { lane: 'read' },
  )
  return { rows: Number(found?.rows ?? 0), bytes: Number(found?.bytes ?? 0) }
}

/** What is in the rows, as a hash, and the last of them. */
export async function lookAtStaged(store: Store, staged: string): Promise<{ content: string; last: string }> {
  const [found] = await store.rows<{ content: string; last: string }>(
    'SELECT hex(sum(sipHash64(row, raw))) AS content, argMax(raw, row) AS last FROM file_rows WHERE load_seq = {staged:UInt64}',
    { staged },
    { lane: 'pull' },
  )
  return { content: found?.content ?? '', last: found?.last ?? '' }
}

export async function dropStaged(store: Store, staged: string): Promise<void> {
  // the number is ours and nothing but digits; the engine takes no parameter here
  await store.command(`ALTER TABLE file_rows DROP PARTITION ${BigInt(staged)}`, {}, { lane: 'pull' })
  ours.delete(staged)
}

/** Drops what a process that died has staged: nobody will take it. */
export async function dropAbandoned(store: Store): Promise<void> {
  const found = await store.rows<{ staged: string }>(
    "SELECT DISTINCT partition AS staged FROM system.parts WHERE database = currentDatabase() AND table = 'file_rows' AND active",
    {},
    { lane: 'pull' },
  )
  for (const { staged } of found)
    if (BigInt(staged) >= floor && !ours.has(staged)) await dropStaged(store, staged)
}

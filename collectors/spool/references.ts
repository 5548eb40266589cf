import { randomUUID } from 'node:crypto'
import type { Estate } from '../../server/core/estate.ts'
import { judgedCount, judgeStatement, refsLoad } from '../../sql/references.ts'
import type { Store } from '../../sql/store.ts'

/**
 * Lets the engine find what the events of a claimed segment name and no system has stated, before the segment is
 * loaded under the same number. Every step may be repeated, after a crash too, and ends the same: what is written twice
 * counts once, and only loads committed before count.
 */
export async function judgeReferences(
  store: Store,
  estate: Estate,
  segment: { path: string; name: string },
  loadSeq: string,
): Promise<void> {
  if (
    !estate.contracts.some((contract) =>
      contract.fields.some((field) => field.reference !== undefined && field.reference !== 'plants'),
    )
  )
    return
  const params = { load_seq: loadSeq }
  // a token of its own: what an earlier try has staged may be gone by now
  const token = `refs-${segment.name}-${randomUUID()}`
  await store.insertFile({ ...refsLoad, path: segment.path, params, token })
  const options = { lane: 'load' } as const
  for (let known = -1, judged = 0; judged > known; ) {
    known = judged
    await store.command(judgeStatement, params, options)
    judged = (await store.rows<{ judged: number }>(judgedCount, params, options))[0]?.judged ?? 0
  }
}

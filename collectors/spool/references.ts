import { randomUUID } from 'node:crypto'
import type { Estate } from '../../server/core/estate.ts'
import { judgeNames, refsLoad } from '../../sql/references.ts'
import type { Store } from '../../sql/store.ts'

/**
 * Lets the engine find what the events in a file name and no system has stated, as it does with those of a segment when
 * it is loaded under the same number. Every step may be repeated, after a crash too, and ends the same: what is written
 * twice counts once, and only loads committed before count.
 */
export async function judgeReferences(
  store: Store,
  estate: Estate,
  file: { path: string; name: string },
  loadSeq: string,
): Promise<void> {
  if (
    !estate.contracts.some((contract) =>
      contract.fields.some((field) => field.reference !== undefined && field.reference !== 'plants'),
    )
  )
    return
  // a token of its own: what an earlier try has staged may be gone by now
  const token = `refs-${file.name}-${randomUUID()}`
  await store.insertFile({ ...refsLoad, path: file.path, params: { load_seq: loadSeq }, token })
  await judgeNames(store, loadSeq)
}

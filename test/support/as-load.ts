import { createPassages, type Passages } from '../../sql/passages.ts'
import type { Store } from '../../sql/store.ts'

const own = new WeakMap<Store, { passages: Passages; loads: number }>()

/** Writes facts into a store under a load number, as the loader does: what follows from them is right afterwards. */
export async function asLoad(store: Store, write: (loadSeq: string) => Promise<void>): Promise<void> {
  const kept = own.get(store) ?? { passages: createPassages(store), loads: 0 }
  own.set(store, kept)
  const loadSeq = String(++kept.loads)
  await write(loadSeq)
  await kept.passages.settle(loadSeq)
}

import type { Store } from '../../sql/store.ts'

/** More are not kept: what is asked for is what somebody looks at. */
const mostKept = 20_000

/**
 * What the store says of single things, kept for a while by each store: pages ask for the same ones by the second, and
 * it changes far more seldom.
 * @param keptMs how old an answer may be
 * @param read asks for those that are missing; what it leaves out is known not to be
 * @returns the values of those that are, by key
 */
export function keepAnswers<Asked, Value>(
  keptMs: number,
  read: (store: Store, missing: Asked[]) => Promise<Map<string, Value>>,
): (store: Store, wanted: ReadonlyMap<string, Asked>) => Promise<Map<string, Value>> {
  const keptOf = new WeakMap<Store, Map<string, { value: Value | undefined; at: number }>>()
  return async (store, wanted) => {
    const kept = keptOf.get(store) ?? new Map<string, { value: Value | undefined; at: number }>()
    keptOf.set(store, kept)
    const at = Date.now()
    const missing = [...wanted].filter(([key]) => at - (kept.get(key)?.at ?? 0) >= keptMs)
    if (missing.length > 0) {
      const found = await read(
        store,
        missing.map(([, asked]) => asked),
      )
      if (kept.size > mostKept) kept.clear()
      for (const [key] of missing) kept.set(key, { value: found.get(key), at })
    }
    return new Map(
      [...wanted.keys()].flatMap((key): [string, Value][] => {
        const value = kept.get(key)?.value
        return value === undefined ? [] : [[key, value]]
      }),
    )
  }
}

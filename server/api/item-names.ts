import type { Store } from '../../sql/store.ts'

/** A name is read again after so long: names change by the year, lists of cases are asked for by the second. */
const keptMs = 30_000
const mostKept = 20_000
type Kept = { name: string | undefined; at: number }
const keptOf = new WeakMap<Store, Map<string, Kept>>()

/** What items are called in their plants, by plant and item; those without a name are left out. */
export async function readItemNames(
  store: Store,
  rows: readonly { plant: string; item: string }[],
): Promise<Map<string, string>> {
  const kept = keptOf.get(store) ?? new Map<string, Kept>()
  keptOf.set(store, kept)
  const now = Date.now()
  const wanted = new Map(
    rows.filter((row) => row.item !== '').map((row) => [`${row.plant} ${row.item}`, row]),
  )
  const missing = [...wanted].filter(([key]) => now - (kept.get(key)?.at ?? 0) >= keptMs)
  if (missing.length > 0) {
    const found = await store.query('item_names', {
      plants: missing.map(([, row]) => row.plant),
      items: missing.map(([, row]) => row.item),
    })
    if (kept.size > mostKept) kept.clear()
    for (const [key] of missing) kept.set(key, { name: undefined, at: now })
    for (const row of found) kept.set(`${row.plant} ${row.item}`, { name: row.item_name, at: now })
  }
  return new Map(
    [...wanted.keys()].flatMap((key): [string, string][] => {
      const name = kept.get(key)?.name
      return name === undefined ? [] : [[key, name]]
    }),
  )
}

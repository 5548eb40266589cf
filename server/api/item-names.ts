import type { Store } from '../../sql/store.ts'
import { keepAnswers } from './kept.ts'

type Place = { plant: string; item: string }
const keyOf = ({ plant, item }: Place) => `${plant} ${item}`

const readNames = keepAnswers<Place, string>(30_000, async (store, missing) => {
  const found = await store.query('item_names', {
    plants: missing.map(({ plant }) => plant),
    items: missing.map(({ item }) => item),
  })
  return new Map(found.map((row) => [keyOf(row), row.item_name]))
})

/** What items are called in their plants, by plant and item; those without a name are left out. */
export const readItemNames = (store: Store, rows: readonly Place[]): Promise<Map<string, string>> =>
  readNames(store, new Map(rows.filter((row) => row.item !== '').map((row) => [keyOf(row), row])))

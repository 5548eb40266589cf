import { afterAll, beforeAll, expect, test } from 'vitest'
import { createForecastShelf } from '../../server/api/forecast-shelf.ts'
import type { Store } from '../../sql/store.ts'
import { openEmptyStore } from '../support/store.ts'

let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

const facts = { clock: 'resolve', place: 1, done: 2, done_in_ms: 3, like_ms: 0, like_cases: 0 }
let reckonings = 0
/** What a reckoning leaves of these cases, each later than the one before. */
const reckon = (numbers: number[]) => {
  const at = new Date(Date.now() + reckonings++).toISOString()
  return store.insert(
    'case_forecasts',
    [0, ...numbers].map((number) => ({ ...facts, number, at, due_at: at, expected_at: at })),
  )
}
/** A store that says how often it is asked. */
function counting() {
  const asked: number[][] = []
  const query: Store['query'] = (name, params) => {
    asked.push((params as { numbers: number[] }).numbers)
    return store.query(name, params)
  }
  return { asked, store: { ...store, query } }
}

test('what was reckoned is read once, also of cases that will be in time; then as it is reckoned again', async () => {
  await reckon([1, 2])
  const { asked, store: counted } = counting()
  const shelf = createForecastShelf(counted)
  expect([...(await shelf.of([2, 3])).keys()]).toEqual(['2'])
  expect([...(await shelf.of([1, 2, 3])).keys()]).toEqual(['1', '2'])
  expect([...(await shelf.of([3, 1])).keys()]).toEqual(['1'])
  expect(asked).toEqual([[2, 3], [1]])
  await reckon([3])
  shelf.forget()
  expect([...(await shelf.of([1, 2, 3])).keys()]).toEqual(['3'])
})

test('what is reckoned while it is read begins anew', async () => {
  await reckon([1])
  const { store: counted } = counting()
  const shelf = createForecastShelf(counted)
  const early = shelf.of([1, 2])
  shelf.forget()
  await early
  await reckon([2])
  expect([...(await shelf.of([1, 2])).keys()]).toEqual(['2'])
})

test('where another process reckons, what is read is a minute old at most', async () => {
  let clock = 0
  await reckon([1])
  const shelf = createForecastShelf(store, () => clock)
  expect([...(await shelf.of([1, 2])).keys()]).toEqual(['1'])
  await reckon([2])
  clock = 59_000
  expect([...(await shelf.of([1, 2])).keys()]).toEqual(['1'])
  clock = 61_000
  expect([...(await shelf.of([1, 2])).keys()]).toEqual(['2'])
})

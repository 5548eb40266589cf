import { expect, test } from 'vitest'
import type { Target } from '../../web/lib/act.ts'
import type { Rows } from '../../web/lib/queue.ts'
import { createPicks } from '../../web/lib/queue-picks.ts'

const rows = { of: () => undefined } as unknown as Rows
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const filter = { plant: 'HAM' }
const group: Extract<Target, { kind: 'all' }> = {
  kind: 'all',
  filter: { ...filter, root: 'cause:wrong_unit' },
  count: 12_000,
  words: 'Wrong unit, 12 000',
}

test('* picks what is shown, and asked again all that match; of more than can be picked all at once', () => {
  const picks = createPicks(rows)
  picks.more(numbers(10_000))
  expect(picks.target(filter, 25_000)).toMatchObject({ kind: 'some', words: expect.stringContaining('10') })
  picks.more(numbers(10_000))
  expect(picks.target(filter, 25_000)).toMatchObject({ kind: 'all', filter, count: 25_000 })
  picks.clear()
  picks.more(numbers(10_001))
  expect(picks.target(filter, 25_000)).toMatchObject({ kind: 'all', filter, count: 25_000 })
})

test('a group too large to be picked is picked as a whole, until anything else is', () => {
  const picks = createPicks(rows)
  picks.addGroup(group, numbers(500))
  expect(picks.target(filter, 25_000)).toMatchObject({ kind: 'some', cases: { length: 500 } })
  picks.addGroup(group, numbers(12_000))
  expect(picks.target(filter, 25_000)).toEqual(group)
  expect([picks.size(), picks.has(12_000), picks.has(12_001)]).toEqual([12_000, true, false])
  picks.toggle(20_000)
  expect(picks.target(filter, 25_000)).toMatchObject({ kind: 'some', cases: [{ number: 20_000 }] })
  picks.addGroup(group, numbers(12_000))
  picks.more(numbers(3))
  expect(picks.target(filter, 25_000)).toMatchObject({ kind: 'all', filter })
  picks.clear()
  expect(picks.target(filter, 25_000)).toBeUndefined()
})

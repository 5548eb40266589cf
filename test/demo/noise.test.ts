import { expect, test } from 'vitest'
import type { CloudEventJson } from '../../server/demo/effects.ts'
import { disturb } from '../../server/demo/noise.ts'

const events = Array.from(
  { length: 2_000 },
  (_, index): CloudEventJson => ({
    specversion: '1.0',
    id: `e${index}`,
    source: 'wms',
    type: 'wms.picked',
    time: new Date(Date.UTC(2026, 0, 5) + index * 1_000).toISOString(),
  }),
)

test('messages overtake each other and some come twice, the same for the same seed; none is lost or goes far', () => {
  const sent = disturb(events, 7)
  expect(disturb(events, 7)).toEqual(sent)
  expect(disturb(events, 8)).not.toEqual(sent)
  expect(new Set(sent.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)))
  const twice = sent.length - events.length
  expect(twice).toBeGreaterThan(5)
  expect(twice).toBeLessThan(60)
  const first = [...new Set(sent.map(({ id }) => Number(id.slice(1))))]
  expect(first.filter((id, place) => id < (first[place - 1] ?? 0)).length).toBeGreaterThan(500)
  expect(Math.max(...first.map((id, place) => Math.abs(id - place)))).toBeLessThan(8)
})

import { expect, test } from 'vitest'
import { loadEstate } from '../../server/core/estate.ts'
import { hour, minute, type SpanPlan } from '../../server/demo/effects.ts'
import { createWorld } from '../../server/demo/world.ts'

/** The hub's queues against the spans of what went through them. */
const epoch = Date.UTC(2026, 10, 10, 6)
const storyAt = epoch + 12 * hour
const open = () =>
  createWorld({
    estate: loadEstate('server/demo/estate.yaml'),
    seed: 1,
    epoch,
    storyAt,
    rate: 1,
    faultRate: 1,
  })
const depthOf = (world: ReturnType<typeof open>, plant: string, destination: string) =>
  world.queues().find((queue) => queue.plant === plant && queue.destination === destination)?.depth

/** Goods issues published by `at` and not posted by then, by their spans; dropped ones wait for nobody. */
function countWaiting(spans: SpanPlan[], plant: string, at: number): number {
  const published = spans.filter(
    (span) => span.name === 'publish goods_issue' && span.plant === plant && span.end <= at,
  )
  return published.filter(({ traceId }) => {
    const ofTrace = spans.filter((span) => span.traceId === traceId && span.service === 'hub')
    const isDropped = ofTrace.some((span) => span.error?.type === 'MappingError')
    const done = ofTrace.filter(
      (span) => span.kind === 'CONSUMER' && span.name.startsWith('process goods_issue'),
    )
    return !isDropped && Math.max(...done.map((span) => span.end)) > at
  }).length
}

test('what waits is what was published and not taken yet, while the interface fails and when it works again', () => {
  const world = open()
  const all = open().advance(storyAt + 6 * hour).spans
  for (const at of [storyAt - 2 * hour, storyAt, storyAt + 20 * minute, storyAt + 2 * hour]) {
    world.advance(at)
    expect(depthOf(world, 'HAM', 'goods_issue')).toBe(countWaiting(all, 'HAM', at))
    if (at === storyAt) expect(depthOf(world, 'HAM', 'goods_issue')).toBeGreaterThan(3)
  }
})

test('a queue that has held something stays, empty; counting changes nothing of what happens', () => {
  const world = open()
  const counted = []
  for (let at = epoch + hour; at <= epoch + 5 * hour; at += hour) {
    counted.push(...world.advance(at).events)
    world.queues()
  }
  expect(counted).toEqual(open().advance(epoch + 5 * hour).events)
  expect(new Set(world.queues().map((queue) => queue.destination)).size).toBeGreaterThan(3)
  expect(world.queues().some((queue) => queue.depth === 0)).toBe(true)
})

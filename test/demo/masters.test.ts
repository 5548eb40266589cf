import { expect, test } from 'vitest'
import { loadEstate } from '../../server/core/estate.ts'
import { hour } from '../../server/demo/effects.ts'
import { createWorld } from '../../server/demo/world.ts'

const estate = loadEstate('server/demo/estate.yaml')
const epoch = Date.UTC(2026, 10, 9, 3, 17)
const end = epoch + 96 * hour
const make = (faultRate: number) => createWorld({ estate, seed: 3, epoch, storyAt: end, rate: 1, faultRate })
const isMaster = ({ id }: { id: string }) => id.includes('-master-')

test('masters change by a stream of their own: in whatever steps time passes, every version is the same', () => {
  const whole = make(1).advance(end).events.filter(isMaster)
  const world = make(1)
  const pieces = []
  for (let at = epoch; at < end; ) {
    at = Math.min(at + 7 * hour, end)
    pieces.push(...world.advance(at).events.filter(isMaster))
  }
  expect(pieces).toEqual(whole)
  expect(whole.length).toBeGreaterThan(300)
  // the numbers of all other messages leave no gap for them
  const others = make(1)
    .advance(end)
    .events.filter((event) => !isMaster(event))
  expect(new Set(others.map(({ id }) => id)).size).toBe(others.length)
  const typesOf = (events: typeof whole) => new Set(events.map(({ type }) => type))
  expect([...typesOf(whole)].sort()).toEqual([
    'erp.items.changed.v1',
    'erp.masters.opened.v1',
    'erp.partners.changed.v1',
    'erp.prices.changed.v1',
    'masters.accepted.v1',
    'masters.corrected.v1',
    'masters.rejected.v1',
  ])
})

test('where nothing goes wrong, nobody rejects', () => {
  const types = make(0)
    .advance(end)
    .events.map(({ type }) => type)
  expect(types).toContain('masters.accepted.v1')
  expect(types).not.toContain('masters.rejected.v1')
})

test('history pauses where a gateway is cut off, within the hold', () => {
  const world = make(1)
  const at = world.breakAt as number
  world.advance(at)
  const claims = world.watermarks(at).filter((claim) => Date.parse(claim.time) < at - 5 * 60_000)
  expect(claims.map(({ source }) => source)).toHaveLength(1)
})

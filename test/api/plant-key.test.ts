import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../server/api/schemas/common.ts'
import type { KeyStory } from '../../server/api/schemas/keys.ts'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import type { SearchResult } from '../../server/api/schemas/sources.ts'
import type { Wall } from '../../server/api/schemas/wall.ts'
import { openApp, type TestApp } from '../support/app.ts'

/** One plant, one key and one wall, from the same few facts. */
let app: TestApp
const position = (item: string, batch: string, quantity: string, location = 'FG1') => ({
  location,
  item,
  batch,
  quantity,
  unit: 'PCE',
  unit_cost: '10',
  currency: 'EUR',
})
const line = (quantity: string, version: number) => ({
  order_type: 'sales',
  order_no: 'SO-7',
  line_no: '1',
  item: 'A1',
  quantity,
  unit: 'PCE',
  unit_price: '5',
  currency: 'EUR',
  status: 'open',
  partner: 'C-900',
  version,
})
beforeAll(async () => {
  app = await openApp()
  const { world } = app
  world.say('erp', 0, 'inventory_positions', [
    position('A1', '', '-4'),
    position('B2', 'LOT-1', '5'),
    // of a lot the locations of a side count together
    position('B2', 'LOT-2', '3'),
    position('B2', 'LOT-2', '-3', 'FG2'),
    position('B2', 'LOT-3', '7'),
  ])
  world.say('wms', 0, 'inventory_positions', [
    position('A1', '', '2'),
    position('B2', 'LOT-2', '6'),
    position('B2', 'LOT-3', '7'),
    position('B2', 'LOT-4', '0'),
  ])
  world.say('crm', 1, 'order_lines', [line('10', 1)])
  world.say('erp', 2, 'order_lines', [line('10', 1)])
  world.say('erp', 3, 'order_lines', [line('12', 2)])
  world.say('erp', 3, 'order_lines', [line('1', 1)], 'SHF')
  await world.complete(60)
  await world.run('inventory_on_hand', 60)
  await world.run('order_lines', 60)
})
afterAll(() => app.close())
const read = async <Body>(path: string) => (await app.askJson<Body>(path)).body

describe('a plant', () => {
  test('names what is below zero, and lots that only one side has', async () => {
    const { risk } = await read<PlantView>('/api/plants/HAM')
    expect(
      risk.negative.map(({ system, item, location, quantity, amount }) => [
        system,
        item,
        location,
        quantity,
        amount,
      ]),
    ).toEqual([
      ['erp', 'A1', 'FG1', '-4', '-40'],
      ['erp', 'B2', 'FG2', '-3', '-30'],
    ])
    expect([risk.negative_total, risk.lots, risk.gaps_total]).toEqual([2, 4, 2])
    expect(
      risk.gaps.map(({ batch, left_quantity, right_quantity, amount }) => [
        batch,
        left_quantity,
        right_quantity,
        amount,
      ]),
    ).toEqual([
      ['LOT-2', '0', '6', '60'],
      ['LOT-1', '5', '0', '50'],
    ])
    expect(risk.unknown_because, 'nothing has been said for long').toMatch(/silent/)
  })

  test('has every check with its last run, and speaks of itself alone', async () => {
    const plant = await read<PlantView>('/api/plants/HAM')
    expect(plant.matrix.rows.map(({ plant: code }) => code)).toEqual(['HAM'])
    const inventory = plant.plant_checks.find(({ check }) => check === 'inventory_on_hand')
    expect(inventory).toMatchObject({ run: { outcome: 'ok' }, cases: 4 })
    expect(plant.plant_checks.find(({ check }) => check === 'price')?.run).toBeNull()
    expect(plant.plant_sources.every(({ status }) => status === 'unknown')).toBe(true)
    expect((await app.askJson<Problem>('/api/plants/XXX')).body.error.code).toBe('plant_unknown')
  })
})

describe('a key', () => {
  test('has its states with all their versions, plant by plant', async () => {
    const story = await read<KeyStory>('/api/keys/SO-7')
    expect([story.kind, story.plant]).toEqual(['order', 'HAM'])
    expect(story.plants.map(({ plant }) => plant)).toEqual(['HAM', 'SHF'])
    expect(
      story.states
        .map(({ system, version, versions }) => [system, version, versions.map((one) => one.version)])
        .sort(),
    ).toEqual([
      ['crm', '1', ['1']],
      ['erp', '2', ['1', '2']],
    ])
    expect((await read<KeyStory>('/api/keys/SO-7?plant=SHF')).states).toHaveLength(1)
  })

  test('has its case on the timeline, which leads to it', async () => {
    const story = await read<KeyStory>('/api/keys/SO-7')
    const [found] = story.cases
    expect(found).toMatchObject({ state: 'open', left_value: '10', right_value: '12' })
    expect(story.timeline.find(({ href }) => href)?.href).toBe(`/exceptions/${found?.number}`)
    const at = story.timeline.map((entry) => entry.at)
    expect(at).toEqual([...at].sort())
  })

  test.each([
    ['SO-7', 'order'],
    ['C-900', 'partner'],
    ['A1', 'item'],
    ['LOT-2', 'lot'],
  ])('%s is found as %s and told', async (key, kind) => {
    const { results } = await read<SearchResult>(`/api/search?q=${key.slice(0, -1).toLowerCase()}`)
    expect(results).toContainEqual(expect.objectContaining({ kind, id: key, href: `/keys/${key}` }))
    expect(await read<KeyStory>(`/api/keys/${key}`)).toMatchObject({ key, kind, plant: 'HAM' })
  })

  test('nobody knows is said to be none', async () => {
    const answer = await app.askJson<Problem>(`/api/keys/${encodeURIComponent("' OR '1'='1")}`)
    expect([answer.status, answer.body.error.code]).toEqual([404, 'key_unknown'])
  })
})

describe('a wall', () => {
  test('has a row for each plant, the clock that runs out next, and says that all is silent', async () => {
    const wall = await read<Wall>('/api/wall')
    expect(wall.rows.map(({ row }) => row)).toEqual(['HAM', 'SHF'])
    const cases = wall.rows.reduce((sum, row) => sum + (row.cases ?? 0), 0)
    expect(wall.tiles.find(({ tile }) => tile === 'exceptions')?.value).toBe(cases)
    expect(wall.late, 'their time ran out long ago').toBe(cases)
    expect(wall.deadline).toBeNull()
    expect(wall.silent_since).not.toBeNull()
    expect(Object.keys(wall.tiles[0] ?? {})).not.toContain('series')
  })

  test('of one plant has its hand-offs and checks; of a flow only its own', async () => {
    expect((await read<Wall>('/api/wall?plant=HAM')).rows_of).toBe('places')
    const flow = await read<Wall>('/api/wall?flow=order_to_cash')
    expect(flow.tiles.map(({ label }) => label)).toContain('At risk')
    expect(flow.tiles.map(({ label }) => label)).not.toContain('Manual work')
    expect((await app.askJson<Problem>('/api/wall?flow=nope')).body.error.code).toBe('flow_unknown')
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'partners'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const partner = (name: string, more = {}) => ({
  partner: name,
  tax_id: 'DE 811.907-980',
  flags: 'credit_checked, export',
  ...more,
})
const line = (of: string) => ({
  order_type: 'sales',
  order_no: of,
  line_no: '10',
  item: 'DX-40',
  quantity: '1',
  partner: of,
})

test('the tax id counts however it is written, flags in any order; what is not said cannot differ', async () => {
  world.say(
    'erp',
    0,
    'partners',
    ['A', 'B', 'C', 'D', '0000104711', 'idle'].map((name) => partner(name)),
  )
  world.say('crm', 1, 'partners', [
    partner('A', { tax_id: 'de811907980', flags: 'export credit_checked' }),
    partner('B', { tax_id: 'DE811907981' }),
    partner('C', { flags: 'blocked' }),
    { partner: 'D' },
    partner('104711'),
  ])
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([
    ['HAM', 'B', 'partner_tax_id', 'DE811907980', 'DE811907981', '0'],
    ['HAM', 'C', 'partner_flags', 'credit_checked export', 'blocked', '0'],
  ])
})

test('a partner that a system sells to and has no record of is told; put right, all is closed', async () => {
  world.say('crm', 13, 'order_lines', [line('idle'), line('A')])
  await world.complete(30)
  await world.run(check, 30)
  expect((await world.open(check)).filter((row) => row[1] === 'idle')).toEqual([
    ['HAM', 'idle', 'partner_missing', 'on record', 'missing', '0'],
  ])
  world.say(
    'crm',
    31,
    'partners',
    ['B', 'C', 'idle'].map((name) => partner(name)),
  )
  await world.complete(50)
  await world.run(check, 50)
  expect(await world.open(check)).toEqual([])
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Check, loadChecks } from '../../reconcilers/check.ts'
import { parseCheckFile } from '../../reconcilers/check-file.ts'
import { tryChecks } from '../../reconcilers/try-checks.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { readSqlFolder } from '../../sql/files.ts'
import { goodEstate } from '../core/estate-text.ts'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

// What an estate may decide of a check, and what is said at once of a check that would not work.
const estate = scenarioEstate('', ['order_lines', 'goods_issue_billing', 'in_transit'], [], {
  order_lines: {
    grace_left: '30m',
    materiality: { SHF: 800 },
    severity: { status: 'high' },
    ages: '2h',
  },
})
let world: Scenario
beforeAll(async () => {
  world = await openScenario(estate)
})
afterAll(() => world.close())

const line = (order_no: string, more = {}) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity: '10',
  unit: 'PCE',
  unit_price: '10',
  currency: 'EUR',
  status: 'open',
  ...more,
})
const keys = async () => (await world.open('order_lines')).map(([plant, key]) => `${plant} ${key}`)
const severities = async () =>
  Object.fromEntries(
    (
      await world.store.rows<{ name: string; severity: string }>(
        "SELECT concat(plant, ' ', key) AS name, toString(severity) AS severity FROM exceptions WHERE state = 'open'",
      )
    ).map((row) => [row.name, row.severity]),
  )

test('each side has its own grace: what the left said last waits longer than what the right did', async () => {
  world.say('crm', 0, 'order_lines', [line('BOTH'), line('L', { quantity: '11' }), line('R')])
  world.say('erp', 0, 'order_lines', [line('BOTH'), line('R', { quantity: '11' })])
  world.say('erp', 5, 'order_lines', [line('R', { quantity: '12' })])
  await world.complete(14)
  await world.run('order_lines', 14)
  expect(await keys()).toEqual([])
  // the CRM says nothing new of R any more, but what it said at first waits until half an hour has gone
  await world.complete(29)
  await world.run('order_lines', 29)
  expect(await keys()).toEqual([])
  await world.complete(31)
  await world.run('order_lines', 31)
  expect(await keys()).toEqual(['HAM L/10', 'HAM R/10'])
  world.say('erp', 40, 'order_lines', [line('ERP')])
  world.say('crm', 40, 'order_lines', [line('CRM')])
  await world.complete(51)
  await world.run('order_lines', 51)
  expect(await keys(), 'the right has the check’s own ten minutes').toContain('HAM ERP/10')
  expect(await keys()).not.toContain('HAM CRM/10')
  await world.complete(71)
  await world.run('order_lines', 71)
  expect(await keys()).toContain('HAM CRM/10')
  const [since] = await world.store.rows<{ since: string }>(
    "SELECT toString(since) AS since FROM exceptions WHERE key = 'CRM/10'",
  )
  expect(since?.since, 'grace moves no moment').toMatch(/^2026-01-05 08:40:00/)
})

test('a plant has its own materiality in its currency; others are judged in the reporting currency', async () => {
  const pounds = { currency: 'GBP', unit_price: '1' }
  for (const plant of ['HAM', 'SHF']) {
    world.say('crm', 80, 'order_lines', [line('same', { currency: 'EUR' })], plant)
    world.say('erp', 80, 'order_lines', [line('same', { currency: 'EUR' })], plant)
  }
  world.say(
    'crm',
    80,
    'order_lines',
    [
      line('GBP800', { ...pounds, quantity: '800' }),
      line('GBP799', { ...pounds, quantity: '799.99' }),
      line('EUR1000', { unit_price: '1', quantity: '1000' }),
      line('EUR999', { unit_price: '1', quantity: '999.99' }),
    ],
    'SHF',
  )
  world.say('crm', 80, 'order_lines', [
    line('EUR1000', { unit_price: '1', quantity: '5000' }),
    line('EUR999', { unit_price: '1', quantity: '4999.99' }),
    line('C', { quantity: '10' }),
  ])
  world.say('erp', 80, 'order_lines', [line('C', { status: 'cancelled' })])
  await world.complete(115)
  await world.run('order_lines', 115)
  expect(await severities()).toMatchObject({
    'SHF GBP800/10': 'high',
    'SHF GBP799/10': 'medium',
    // 800 pounds are 1,000 euros at the rate of now
    'SHF EUR1000/10': 'high',
    'SHF EUR999/10': 'medium',
    // the check's own file says 5,000, in euros
    'HAM EUR1000/10': 'high',
    'HAM EUR999/10': 'medium',
    // a class that the estate calls high, whatever it is worth
    'HAM C/10': 'high',
    'HAM CRM/10': 'low',
  })
})

test('a case is one step more severe from the age the estate names', async () => {
  await world.complete(159)
  await world.run('order_lines', 159)
  expect((await severities())['HAM CRM/10'], '119 minutes old').toBe('low')
  await world.complete(161)
  await world.run('order_lines', 161)
  expect((await severities())['HAM CRM/10'], '121 minutes old').toBe('medium')
})

test('what nobody decides: cases age with ten graces and a day at least; masters and what weighs by the day never', () => {
  const everything = loadChecks(
    scenarioEstate('', ['goods_issue_billing', 'in_transit', 'masters', 'movements']),
  )
  const [billing, transit, masters] = everything
  expect([billing?.ages, transit?.ages, masters?.ages]).toEqual([86_400_000, 0, 0])
})

describe('what does not work is said at the start', () => {
  const checkOf = (name: string) => world.runner.checks.find(({ check }) => check === name) as Check
  // under a rule that no run was judged by: what has run is not tried again
  const tried = (check: Check) =>
    tryChecks(world.store, estate, [{ ...check, rule: 'new' }]).then(
      () => 'taken',
      (error: Error) => error.message,
    )

  test('SQL the engine does not take, in the SELECT and in what is read', async () => {
    const check = checkOf('order_lines')
    expect(await tried(check)).toBe('taken')
    expect(await tried({ ...check, sql: check.sql.replace('FROM compared', 'FROM compare') })).toMatch(
      /^sql\/checks\/order_lines\.sql: the engine does not take it: .*compare/s,
    )
    expect(await tried({ ...check, sql: check.sql.replace(' AS class', ' AS klass') })).toMatch(/class/)
    const [first, ...others] = check.reads
    const reads = [{ ...(first as (typeof check.reads)[number]), quantity: 'amount_of_it' }, ...others]
    expect(await tried({ ...check, reads })).toMatch(/amount_of_it/)
    const transit = checkOf('in_transit')
    expect(await tried({ ...transit, sql: transit.sql.replaceAll('standard_cost', 'cost') })).toMatch(/cost/)
  })

  test.each([
    ["tolerance: '0.01'", 'tolerance: a cent', /tolerance: a decimal such as/],
    ["materiality: '5000'", "materiality: '5.000,00'", /materiality: a decimal such as/],
    ['grace: 10m', 'grace: soon', /grace: a duration such as/],
    ['record: crm', 'record: wms', /record: "wms" is neither of its sides, crm and erp/],
    ['severity:', 'severity:\n  late: high', /severity\.late: is none of its classes/],
    ['reads:', 'counted_by: { late: price }\nreads:', /counted_by\.late: is none of its classes/],
    ['reads:', 'colour: red\nreads:', /colour/],
  ])('a header with %s made %s', (good, bad, words) => {
    const text = readSqlFolder('checks').get('order_lines') ?? ''
    expect(text).toContain(good)
    expect(() => parseCheckFile('order_lines', text.replace(good, bad))).toThrow(words)
    expect(() => parseCheckFile('order_lines', text.replace(good, bad))).toThrow('sql/checks/order_lines.sql')
  })

  const checks = (setting: string) =>
    parseEstate(goodEstate.replace(/checks:\n.*\n/, `checks: [${setting}]\n`))
  test.each([
    ['{ check: order_lines, team: ops, full: hourly }', /checks\[0\]\.full: "hourly" does not fit/],
    [
      '{ check: order_lines, team: ops, severity: { late: high } }',
      /severity: "late" is not a class of order_lines/,
    ],
    ['{ check: inventory_on_hand, team: ops, grace_left: 1h }', /expected no grace_left/],
    ['{ check: no_such, team: ops }', /"no_such" is not a check/],
  ])('an estate with %s', (setting, words) => {
    expect(() => loadChecks(checks(setting))).toThrow(words)
  })
  test('a plant of a materiality that the estate does not know', () => {
    expect(() => checks('{ check: order_lines, team: ops, materiality: { LYO: 5 } }')).toThrow(
      /materiality\.LYO: "LYO" is not a plant/,
    )
  })
  test('a check whose sides never speak in one plant', () => {
    const without = (change: (text: string) => string) =>
      loadChecks(
        parseEstate(
          change(goodEstate.replace(/checks:\n.*\n/, 'checks: [{ check: movements, team: ops }]\n')),
        ),
      )
    expect(() =>
      without((text) =>
        text
          .replace('role: erp, record_of: [items]', 'role: ledger')
          .replace('record: erp', 'record: ledger'),
      ),
    ).toThrow(
      /movements compares wms with erp, and no system of this estate has the role "erp"; roles are ledger, crm, wms/,
    )
    expect(() =>
      without((text) =>
        text
          .replace('kind: events, system: wms', 'kind: events, system: crm')
          .replace('consumers: [wms, crm]', 'consumers: [crm]'),
      ),
    ).toThrow(/in no plant there is a source of both; it would never run/)
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRunner } from '../../reconcilers/runner.ts'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

// What users of other tools complain of, and what belongs to no single check: each has cost somebody false cases.
const check = 'order_lines'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const line = (order_no: string, quantity: string) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  unit_price: '10',
  currency: 'EUR',
  status: 'open',
})
const hour = 60
const day = 24 * hour
const openKeys = async () => (await world.open(check)).map(([, key]) => key)
const runAt = (minute: number) => ({ at: new Date(Date.UTC(2026, 0, 5, 8, minute)) })

test('rows written during the run are of the next one', async () => {
  const { store, estate, runner } = world
  world.say('crm', 0, 'order_lines', [line('SO-1', '5'), line('SO-2', '5')])
  world.say('erp', 0, 'order_lines', [line('SO-1', '4'), line('SO-2', '5')])
  await world.complete(20)
  let isSaid = false
  const meanwhile = createRunner(
    estate,
    {
      ...store,
      command: async (sql, ...more) => {
        if (sql.includes('INSERT INTO check_rows') && !isSaid) {
          isSaid = true
          world.say('erp', 1, 'order_lines', [line('SO-1', '5'), line('SO-2', '3')])
          world.say('crm', 1, 'order_lines', [line('SO-3', '5')])
          await world.complete(20)
        }
        return store.command(sql, ...more)
      },
    },
    runner.checks,
    () => undefined,
    [],
  )
  await meanwhile.run(runner.checks, runAt(20))
  expect(isSaid).toBe(true)
  expect(await openKeys(), 'both sides as they were').toEqual(['SO-1/10'])
  await world.run(check, 21)
  expect(await openKeys()).toEqual(['SO-2/10', 'SO-3/10'])
  world.say('erp', 22, 'order_lines', [line('SO-2', '5'), line('SO-3', '5')])
  await world.complete(40)
  await world.run(check, 40)
  expect(await openKeys()).toEqual([])
})

test('after a missed file, yesterday is not compared with today', async () => {
  world.say('crm', day, 'order_lines', [line('SO-1', '7'), line('SO-2', '8')])
  world.say('erp', day, 'order_lines', [line('SO-1', '7'), line('SO-2', '8')])
  await world.complete(day)
  await world.run(check, day)
  // the CRM's next file comes, the ERP's does not
  world.say('crm', 2 * day, 'order_lines', [line('SO-1', '9'), line('SO-2', '1')])
  await world.complete(2 * day, ['crm', 'wms'])
  expect(await world.run(check, 2 * day)).toEqual({ HAM: 'incomplete', SHF: 'incomplete' })
  expect(await openKeys()).toEqual([])
  // nor when the file of the day after is there, and the missed one only then
  world.say('erp', 2 * day, 'order_lines', [line('SO-1', '9'), line('SO-2', '1')])
  await world.complete(2 * day + hour)
  expect(await world.run(check, 2 * day + hour)).toEqual({ HAM: 'ok', SHF: 'ok' })
  expect(await openKeys()).toEqual([])
})

test('one time stamp in the future makes nothing else late', async () => {
  const now = 3 * day
  world.say('crm', now, 'order_lines', [line('SO-7', '5'), line('SO-8', '5')])
  world.say('erp', now, 'order_lines', [line('SO-7', '4')])
  world.say('erp', now + 7 * day, 'order_lines', [line('SO-8', '4')])
  await world.complete(now + hour)
  expect(await world.run(check, now + hour)).toEqual({ HAM: 'ok', SHF: 'ok' })
  expect(await openKeys(), 'the one that is stamped ahead has its grace still').toEqual(['SO-7/10'])
  // a whole source whose clock is ahead is not believed
  world.say('erp', now + hour, 'order_lines', [line('SO-7', '5')])
  await world.complete(now + 9 * hour, ['erp'])
  const [ham] = await world.judge([check], now + hour + 1)
  expect(ham).toMatchObject({ outcome: 'incomplete' })
  expect(ham?.reason).toMatch(/^erp is stamped in the future/)
  expect(await openKeys()).toEqual(['SO-7/10'])
})

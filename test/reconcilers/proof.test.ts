import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunDetail } from '../../server/api/schemas/runs.ts'
import { openApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

let app: Awaited<ReturnType<typeof openApp>>
beforeAll(async () => {
  app = await openApp(scenarioEstate('', ['order_lines']))
})
afterAll(() => app.close())

const line = (order_no: string, more = {}) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity: '5',
  unit: 'PCE',
  unit_price: '10',
  currency: 'EUR',
  status: 'open',
  ...more,
})
const read = async (run: string) => (await app.askJson(`/api/runs/${run}`)).body as RunDetail
const rerun = async (run: string, rule: string) =>
  await app.askJson(`/api/runs/${run}/rerun`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rule }),
  })

test('a run is chained to the one before it, its cut judged again finds the same, and what came since changes nothing', async () => {
  const { world } = app
  world.say('crm', 0, 'order_lines', [line('1'), line('2'), line('3')])
  world.say('erp', 0, 'order_lines', [
    line('1'),
    line('2', { quantity: '4' }),
    line('3', { unit_price: '10.005' }),
  ])
  await world.complete(20)
  const [first] = (await world.judge(['order_lines'], 20)).filter(({ plant }) => plant === 'HAM')
  world.say('erp', 21, 'order_lines', [line('2'), line('1', { quantity: '7' })])
  await world.complete(40)
  const [second] = (await world.judge(['order_lines'], 40)).filter(({ plant }) => plant === 'HAM')
  expect([first?.kind, second?.kind]).toEqual(['full', 'incremental'])
  expect(first?.result_hash).not.toBe(second?.result_hash)

  const before = await read(first?.run ?? '')
  const after = await read(second?.run ?? '')
  expect([before.proof.holds, after.proof.holds]).toEqual([true, true])
  expect(after.proof.before).toBe(before.proof.proof)

  const again = await rerun(before.run.run, 'then')
  expect(again.status).toBe(200)
  const { run, original, proof, variances } = again.body as RunDetail
  expect(run).toMatchObject({
    kind: 'as_of',
    of_run: before.run.run,
    cut: before.run.cut,
    rule: before.run.rule,
    variances: 1,
    opened: 0,
    closed: 0,
  })
  expect(original).toEqual({ run: before.run.run, rule: before.run.rule, agrees: true })
  expect(proof).toMatchObject({ holds: true, before: after.proof.proof })
  expect(variances.map((row) => [row.key, row.left_value, row.right_value])).toEqual([['2/10', '5', '4']])
  expect((await read(before.run.run)).reruns).toMatchObject([{ run: run.run, agrees: true }])
  // it judged, and touched no case
  expect((await world.open('order_lines')).map((row) => row[1])).toEqual(['1/10'])
  expect((await rerun('999', 'then')).status).toBe(404)
})

test('what tolerance lets pass is added up', async () => {
  const [run] = (await app.world.judge(['order_lines'], 41, { full: true })).filter(
    ({ plant }) => plant === 'HAM',
  )
  const { run: row, tolerated } = await read(run?.run ?? '')
  expect(row).toMatchObject({ kind: 'full', tolerated: 1, tolerated_amount: '0.025', tolerated_net: '0.025' })
  expect(tolerated).toMatchObject([{ key: '3/10', difference: '0.005', amount: '0.025' }])
  // a run over a part says what it saw itself; the account stands as the last run over every key found it
  const [part] = (await app.world.judge(['order_lines'], 41)).filter(({ plant }) => plant === 'HAM')
  expect((await read(part?.run ?? '')).run).toMatchObject({
    kind: 'incremental',
    tolerated: 0,
    tolerated_amount: '0',
    tolerated_net: '0',
  })
  expect(
    await app.world.store.query('tolerance_account', { since: new Date(0), money: 'reporting' }),
  ).toContainEqual(
    expect.objectContaining({ check: 'order_lines', plant: 'HAM', keys: '1', amount: '0.025', net: '0.025' }),
  )
})

test('a run that was changed afterwards does not hold', async () => {
  const { store } = app.world
  const [run] = (await app.world.judge(['order_lines'], 42)).filter(({ plant }) => plant === 'HAM')
  await store.command(
    "INSERT INTO runs SELECT * REPLACE (toDecimal128('0', 6) AS amount, variances + 1 AS variances) FROM runs WHERE run = {run:String}",
    { run: run?.run ?? '' },
  )
  await store.command('OPTIMIZE TABLE runs FINAL')
  expect((await read(run?.run ?? '')).proof.holds).toBe(false)
})

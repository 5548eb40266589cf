import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExceptionGroups } from '../../server/api/schemas/exception-groups.ts'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { Overview } from '../../server/api/schemas/overview.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

// One failure may be a case of two checks: an order shipped and never billed is not billed, and still open. What it is
// worth is at risk once.
let app: TestApp
beforeAll(async () => {
  app = await openApp(scenarioEstate('', ['goods_issue_billing', 'lifecycle']))
  const of = { item: 'CX-40', quantity: '10', unit: 'PCE' }
  const line = { ...of, order_type: 'sales', line_no: '10', unit_price: '20', currency: 'EUR' }
  const out = (order_no: string) => ({
    ...of,
    direction: 'outbound',
    shipment_no: order_no,
    line_no: '10',
    order_no,
    order_line_no: '10',
  })
  app.world.say('erp', 0, 'order_lines', [
    { ...line, order_no: 'A', status: 'open' },
    { ...line, order_no: 'B', status: 'cancelled' },
    { ...line, order_no: 'C', status: 'completed' },
  ])
  app.world.say('wms', 1, 'shipment_lines', [out('A'), out('C')])
  app.world.say('wms', 1, 'order_lines', [{ ...line, order_no: 'B', status: '', allocated_quantity: '10' }])
  app.world.say('erp', 2, 'invoice_lines', [
    {
      ...of,
      kind: 'invoice',
      invoice_no: '1',
      line_no: '10',
      order_no: 'C',
      order_line_no: '10',
      unit_price: '20',
      currency: 'EUR',
    },
  ])
  await app.world.complete(3 * 24 * 60)
  for (const check of ['goods_issue_billing', 'lifecycle']) await app.world.run(check, 3 * 24 * 60)
})
afterAll(() => app.close())

const list = async (query = '') => (await app.askJson<ExceptionList>(`/api/exceptions?${query}`)).body

test('what two checks find of one failure is counted once; each check’s own sum is whole', async () => {
  const all = await list()
  expect(all.rows.map((row) => [row.check, row.class, row.amount_reporting])).toEqual(
    expect.arrayContaining([
      ['goods_issue_billing', 'not_billed', '200'],
      ['lifecycle', 'shipped_but_open', '200'],
      ['lifecycle', 'cancelled_but_picked', '200'],
    ]),
  )
  expect([all.total, all.amount_total]).toEqual([3, '400'])
  const lifecycle = await list('check=lifecycle')
  expect([lifecycle.total, lifecycle.amount_total]).toEqual([2, '400'])
  expect(all.facets.check?.map((each) => [each.value, each.amount])).toEqual(
    expect.arrayContaining([
      ['lifecycle', '400'],
      ['goods_issue_billing', '200'],
    ]),
  )
  const { body: groups } = await app.askJson<ExceptionGroups>('/api/exceptions/groups')
  expect(
    groups.groups.every((group) => group.amount !== '0'),
    'a group is never worth nothing',
  ).toBe(true)
})

test('the overview counts it once too', async () => {
  const { body } = await app.askJson<Overview>('/api/overview')
  expect([body.open_cases, body.open_amount]).toEqual([3, '400'])
})

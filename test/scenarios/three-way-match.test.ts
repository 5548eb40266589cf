import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, readCase, type TestApp } from '../support/app.ts'
import { type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'three_way_match'
let app: TestApp
let world: Scenario
beforeAll(async () => {
  app = await openApp(scenarioEstate('', [check, 'goods_issue_billing']))
  world = app.world
})
afterAll(() => app.close())

const ordered = (order_no: string, quantity: string, unit_price: string, more = {}) => ({
  order_type: 'purchase',
  order_no,
  line_no: '10',
  item: 'BR-6204',
  quantity,
  unit: 'PCE',
  unit_price,
  currency: 'EUR',
  status: 'open',
  ...more,
})
const received = (shipment_no: string, order_no: string, quantity: string) => ({
  direction: 'inbound',
  shipment_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'BR-6204',
  quantity,
  unit: 'PCE',
})
const billed = (invoice_no: string, order_no: string, quantity: string, unit_price: string, more = {}) => ({
  kind: 'invoice',
  order_type: 'purchase',
  invoice_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'BR-6204',
  quantity,
  unit: 'PCE',
  unit_price,
  currency: 'EUR',
  ...more,
})

test('exactly two percent passes, a millionth more does not; a hundred units of currency likewise', async () => {
  world.say('erp', 0, 'order_lines', [
    ordered('A', '100', '10'),
    ordered('B', '100', '10'),
    ordered('C', '1000', '10'),
    ordered('D', '1000', '10'),
  ])
  world.say('wms', 1, 'shipment_lines', [
    received('1', 'A', '100'),
    received('2', 'B', '100'),
    received('3', 'C', '1000'),
    received('4', 'D', '1000'),
  ])
  world.say('erp', 1, 'invoice_lines', [
    billed('91', 'A', '100', '10.2'),
    billed('92', 'B', '100', '10.200001'),
    billed('93', 'C', '1000', '10.1'),
    billed('94', 'D', '1000', '10.100001'),
  ])
  await world.complete(12)
  expect(await world.run(check, 12)).toEqual({ HAM: 'ok', SHF: 'ok' })
  expect(await world.open(check)).toEqual([
    ['HAM', 'B/10', 'purchase_price', '1020.0001 for 100', '1000 for 100', '20.0001'],
    ['HAM', 'D/10', 'purchase_price', '10100.001 for 1000', '10000 for 1000', '100.001'],
  ])
})

test('partial receipts, collective invoices and credits are taken together; what is billed later is no variance', async () => {
  world.say('erp', 13, 'order_lines', [
    ordered('E', '100', '10'),
    ordered('F', '100', '10'),
    ordered('G', '100', '10'),
    ordered('H', '100', '10'),
  ])
  world.say('wms', 13, 'shipment_lines', [
    received('5', 'E', '60'),
    received('6', 'E', '40'),
    received('7', 'F', '50'),
    received('8', 'G', '100'),
    received('9', 'H', '100'),
  ])
  world.say('erp', 14, 'invoice_lines', [
    billed('95', 'E', '100', '10'),
    billed('95', 'F', '100', '10', { line_no: '20' }),
    billed('96', 'G', '110', '10'),
    billed('97', 'G', '10', '10', { kind: 'credit' }),
    billed('98', 'Z', '1', '10'),
  ])
  await world.complete(30)
  await world.run(check, 30)
  expect((await world.open(check)).filter((row) => !['B/10', 'D/10'].includes(row[1]))).toEqual([
    ['HAM', 'F/10', 'invoiced_not_received', '1000', '500', '500'],
    ['HAM', 'Z/10', 'invoice_without_order', '10', '0', '10'],
  ])
})

test('the same invoice twice is critical, until one is cancelled', async () => {
  world.say('erp', 31, 'invoice_lines', [billed('99', 'H', '100', '1'), billed('99b', 'H', '100', '1')])
  world.say('erp', 31, 'order_lines', [ordered('H', '100', '1')])
  await world.complete(50)
  await world.run(check, 50)
  const cases = () =>
    world.store.rows(
      `SELECT class, severity, toString(amount) AS amount FROM exceptions WHERE state = 'open' AND key = 'H/10'`,
    )
  expect(await cases()).toEqual([{ class: 'duplicate_invoice', severity: 'critical', amount: '100' }])
  world.say('erp', 51, 'invoice_lines', [billed('99c', 'H', '100', '1', { kind: 'cancellation' })])
  await world.complete(70)
  await world.run(check, 70)
  expect(await cases()).toEqual([])
})

test('an invoice in another currency counts at the rate of its day', async () => {
  world.say('erp', 71, 'order_lines', [ordered('I', '100', '10'), ordered('J', '100', '10')])
  world.say('wms', 71, 'shipment_lines', [received('71', 'I', '100'), received('72', 'J', '100')])
  world.say('erp', 71, 'invoice_lines', [
    // 8 GBP were 9.60 EUR in December and are 10 EUR since January
    billed('171', 'I', '100', '8', { currency: 'GBP', posted_at: '2026-01-02T09:00:00Z' }),
    billed('172', 'J', '100', '8', { currency: 'GBP', posted_at: '2025-12-20T09:00:00Z' }),
  ])
  await world.complete(90)
  await world.run(check, 90)
  expect((await world.open(check)).filter((row) => ['I/10', 'J/10'].includes(row[1]))).toEqual([
    ['HAM', 'J/10', 'purchase_price', '960 for 100', '1000 for 100', '40'],
  ])
})

test('a box ordered at the price of a box and billed by the piece is as ordered; a price credit lowers the value', async () => {
  world.say('erp', 91, 'order_lines', [
    ordered('K', '5', '120', { unit_factor: '12' }),
    ordered('L', '100', '10'),
  ])
  world.say('wms', 91, 'shipment_lines', [received('91', 'K', '60'), received('92', 'L', '100')])
  world.say('erp', 91, 'invoice_lines', [
    billed('191', 'K', '60', '10'),
    billed('192', 'L', '100', '11'),
    billed('193', 'L', '100', '1', { kind: 'price_credit' }),
  ])
  await world.complete(110)
  await world.run(check, 110)
  expect((await world.open(check)).filter((row) => ['K/10', 'L/10'].includes(row[1]))).toEqual([])
})

test('charges up to those ordered and the tax of what is billed pass, within two percent and a hundred', async () => {
  const extra = { charges: '50', tax: '190' }
  world.say('erp', 111, 'order_lines', [
    ordered('M', '100', '10', extra),
    ordered('N', '100', '10', extra),
    ordered('O', '100', '10', extra),
    ordered('P', '100', '10'),
  ])
  world.say('wms', 111, 'shipment_lines', [
    received('111', 'M', '50'),
    received('112', 'N', '100'),
    received('113', 'O', '100'),
    received('114', 'P', '100'),
  ])
  world.say('erp', 111, 'invoice_lines', [
    billed('211', 'M', '50', '10', { charges: '51', tax: '95' }),
    billed('212', 'N', '100', '10', { charges: '51.01', tax: '190' }),
    billed('213', 'O', '100', '10', { charges: '50', tax: '70' }),
    // an order that says nothing of tax leaves it to the invoice; charges it does not
    billed('214', 'P', '100', '10', { tax: '190', charges: '20' }),
  ])
  await world.complete(130)
  await world.run(check, 130)
  expect(
    (await world.open(check)).filter((row) => ['M/10', 'N/10', 'O/10', 'P/10'].includes(row[1])),
  ).toEqual([
    ['HAM', 'N/10', 'purchase_charges', '51.01', '50', '1.01'],
    ['HAM', 'O/10', 'purchase_tax', '70', '190', '120'],
    ['HAM', 'P/10', 'purchase_charges', '20', '0', '20'],
  ])
})

test("a supplier's invoice is none of ours", async () => {
  await world.run('goods_issue_billing', 130)
  expect(await world.open('goods_issue_billing')).toEqual([])
})

test('the page lays the documents side by side: credits take away, a price per hundred, charges apart', async () => {
  const per = { price_per: '100', price_factor: '100' }
  world.say('erp', 5000, 'order_lines', [ordered('ZW', '100', '10', per)])
  world.say('wms', 5000, 'shipment_lines', [received('901', 'ZW', '60'), received('902', 'ZW', '20')])
  world.say('erp', 5001, 'invoice_lines', [
    billed('951', 'ZW', '100', '1500', { ...per, charges: '7.5' }),
    billed('952', 'ZW', '10', '1500', { ...per, kind: 'credit' }),
    billed('953', 'ZW', '90', '5', { ...per, kind: 'price_credit' }),
  ])
  await world.complete(5020)
  await world.run(check, 5020)
  const { three_ways } = await readCase(app, 'ZW/10')
  expect(
    three_ways?.ways.map(({ documents, quantity, amount, charges, more }) => ({
      documents: documents
        .map((each) => [each.number, each.quantity, each.price, each.amount].join(' '))
        .sort(),
      sums: [quantity, amount, charges, more?.quantity, more?.amount],
    })),
  ).toEqual([
    { documents: ['ZW/10 100 10 10'], sums: ['100', '10', '0', undefined, undefined] },
    { documents: ['901/10 60 10 6', '902/10 20 10 2'], sums: ['80', '8', '0', '-20', '-2'] },
    {
      documents: ['951/10 100 1500 1500', '952/10 -10 1500 -150', '953/10 0 5 -4.5'],
      sums: ['90', '1345.5', '7.5', '10', '1337.5'],
    },
  ])
})

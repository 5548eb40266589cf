import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cause, loadCauses } from '../../reconcilers/cause.ts'
import { explainCases } from '../../reconcilers/causes.ts'
import { loadChecks } from '../../reconcilers/check.ts'
import type { CaseCauses } from '../../server/api/schemas/causes.ts'
import type { ExceptionDetail, ExceptionList } from '../../server/api/schemas/exceptions.ts'
import { foldCases } from '../../sql/cases.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { loadEventLines } from '../support/events-load.ts'
import { type StateRow, scenarioEstate } from '../support/scenario.ts'

// A scenario per cause: what systems say goes in, a run judges it, and the case answers why.
let app: TestApp
beforeAll(async () => {
  app = await openApp(
    scenarioEstate(
      `
units:
  - { unit: PCE }
  - { unit: BOX, base: PCE, factor: 12 }`,
      ['inventory_on_hand', 'order_lines', 'goods_issue_billing', 'ordered_received'],
    ),
    { seeksCauses: true },
  )
})
afterAll(() => app.close())

const location = 'FG1'
const position = (item: string, quantity: string, more: StateRow = {}) => ({
  location,
  item,
  quantity,
  unit: 'PCE',
  ...more,
})
const movement = (movement_no: string, item: string, ref: string, quantity: string) => ({
  movement_no,
  ref,
  location,
  item,
  quantity,
  unit: 'PCE',
})
const cost = { unit_cost: '100', currency: 'EUR' }
const orderLine = (order_no: string, more: StateRow = {}) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity: '10',
  unit: 'PCE',
  unit_price: '712',
  currency: 'EUR',
  status: 'open',
  ...more,
})
const shipment = (shipment_no: string, order_no: string, quantity: string, more: StateRow = {}) => ({
  direction: 'outbound',
  shipment_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  ...more,
})
const invoice = (invoice_no: string, order_no: string, quantity: string, more: StateRow = {}) => ({
  kind: 'invoice',
  invoice_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  unit_price: '712',
  currency: 'EUR',
  ...more,
})

/** Both sides' stock of an item, and what each has moved. */
async function sayStock(
  item: string,
  minute: number,
  erp: string,
  wms: string,
  moved: { erp?: StateRow[]; wms?: StateRow[] } = {},
) {
  if (moved.erp) app.world.say('erp', minute, 'stock_movements', moved.erp)
  if (moved.wms) app.world.say('wms', minute, 'stock_movements', moved.wms)
  app.world.say('erp', minute, 'inventory_positions', [position(item, erp, cost)])
  app.world.say('wms', minute, 'inventory_positions', [position(item, wms)])
}

async function judge(check: string, minute: number) {
  await app.world.complete(minute)
  expect(await app.world.run(check, minute)).toEqual({ HAM: 'ok', SHF: 'ok' })
}

/** The causes of the one open case whose key contains the text. */
async function causesOf(text: string): Promise<{ number: number; causes: CaseCauses }> {
  const list = await app.askJson<ExceptionList>(`/api/exceptions?q=${text}`)
  expect(list.body.rows).toHaveLength(1)
  const number = list.body.rows[0]?.number as number
  const { body } = await app.askJson<ExceptionDetail>(`/api/exceptions/${number}`)
  expect(list.body.rows[0]?.cause).toBe(body.causes.ranked[0]?.cause ?? '')
  return { number, causes: body.causes }
}

async function expectFirst(text: string, cause: string, ...documents: string[]) {
  const { causes } = await causesOf(text)
  const [first] = causes.ranked
  expect(causes.ranked.map((each) => each.cause)[0], JSON.stringify(causes.ranked)).toBe(cause)
  const words = JSON.stringify(first?.evidence)
  for (const document of documents) expect(words).toContain(document)
  expect(first?.score).toBeGreaterThan(0)
  expect(first?.score).toBeLessThanOrEqual(1)
  expect(first?.advice.length).toBeGreaterThan(10)
}

describe('stock', () => {
  test('agreeing sides have no case to explain', async () => {
    await sayStock('A-1', 0, '10', '10')
    await judge('inventory_on_hand', 30)
    expect((await app.askJson<ExceptionList>('/api/exceptions')).body.total).toBe(0)
  })

  test.each([
    {
      item: 'L-1',
      cause: 'lost_message',
      erp: '100',
      wms: '40',
      books: { wms: [['W1', 'D1/10', '-60']] },
      names: ['D1/10', 'W1', 'ERP'],
    },
    {
      item: 'U-1',
      cause: 'wrong_unit',
      erp: '160',
      wms: '105',
      books: { erp: [['E2', 'R1/10', '60']], wms: [['W2', 'R1/10', '5']] },
      names: ['R1/10', 'W2', '12 to 1'],
    },
    {
      item: 'S-1',
      cause: 'wrong_sign',
      erp: '97',
      wms: '103',
      books: { erp: [['E3', 'CNT-1', '-3']], wms: [['W3', 'CNT-1', '3']] },
      names: ['CNT-1', 'E3', 'W3'],
    },
    {
      item: 'D-1',
      cause: 'duplicate_posting',
      erp: '80',
      wms: '90',
      books: {
        erp: [
          ['E4', 'D2/10', '-10'],
          ['E5', 'D2/10', '-10'],
        ],
        wms: [['W4', 'D2/10', '-10']],
      },
      names: ['D2/10', 'E4', 'E5', '2 times'],
    },
    {
      item: 'G-1',
      cause: 'genuine',
      erp: '100',
      wms: '93',
      books: { erp: [['E6', 'D3/10', '-1']], wms: [['W6', 'D3/10', '-1']] },
      names: ['1 movements agree', '7'],
    },
    { item: 'B-1', cause: 'wrong_unit', erp: '60', wms: '5', books: {}, names: ['12 to 1'] },
  ] as {
    item: string
    cause: string
    erp: string
    wms: string
    books: { erp?: string[][]; wms?: string[][] }
    names: string[]
  }[])('$item: $cause', async ({ item, cause, erp, wms, books, names }) => {
    const rows = (moves?: string[][]) =>
      moves?.map(([number, ref, quantity]) =>
        movement(number as string, item, ref as string, quantity as string),
      )
    const moved = {
      ...(books.erp ? { erp: rows(books.erp) ?? [] } : {}),
      ...(books.wms ? { wms: rows(books.wms) ?? [] } : {}),
    }
    await sayStock(item, 31, erp, wms, moved)
    await judge('inventory_on_hand', 60)
    await expectFirst(item, cause, ...names)
  })

  test('the same document on two days of the plant, one balance taken before: cut-off', async () => {
    // minute 900 is 23:00 UTC, midnight in Hamburg
    app.world.say('wms', 895, 'stock_movements', [movement('W7', 'C-1', 'D7/10', '-20')])
    app.world.say('erp', 905, 'stock_movements', [movement('E7', 'C-1', 'D7/10', '-20')])
    app.world.say('erp', 890, 'inventory_positions', [position('C-1', '100', cost)])
    app.world.say('wms', 896, 'inventory_positions', [position('C-1', '80')])
    await judge('inventory_on_hand', 930)
    await expectFirst('C-1', 'cut_off', 'D7/10', 'W7', 'E7', '2026-01-05', '2026-01-06')
  })
})

describe('orders', () => {
  const run = () => judge('order_lines', 1000)
  // a side that says nothing at all of a plant is not judged
  beforeAll(async () => {
    for (const system of ['crm', 'erp']) app.world.say(system, 930, 'order_lines', [orderLine('SO-0')])
  })

  test('a line only the CRM has: lost', async () => {
    app.world.say('crm', 940, 'order_lines', [orderLine('SO-1')])
    await run()
    await expectFirst('SO-1/', 'lost_message', 'SO-1/10', 'CRM')
  })

  test('a box taken for a piece', async () => {
    app.world.say('crm', 940, 'order_lines', [orderLine('SO-2', { quantity: '24' })])
    app.world.say('erp', 940, 'order_lines', [orderLine('SO-2', { quantity: '2' })])
    await run()
    await expectFirst('SO-2/', 'wrong_unit', '12 to 1', 'SO-2/10')
  })

  test('a price as it was before it changed', async () => {
    app.world.say('crm', 938, 'order_lines', [orderLine('SO-3', { unit_price: '690' })])
    app.world.say('erp', 939, 'order_lines', [orderLine('SO-3', { unit_price: '690' })])
    app.world.say('crm', 940, 'order_lines', [orderLine('SO-3')])
    await run()
    await expectFirst('SO-3/', 'stale_price', '690', 'SO-3/10')
  })

  test('a quantity as it was before it changed', async () => {
    app.world.say('crm', 938, 'order_lines', [orderLine('SO-4', { quantity: '7' })])
    app.world.say('erp', 939, 'order_lines', [orderLine('SO-4', { quantity: '7' })])
    app.world.say('crm', 940, 'order_lines', [orderLine('SO-4', { quantity: '9' })])
    await run()
    await expectFirst('SO-4/', 'change_not_transferred', '7', 'SO-4/10')
  })

  test('cancelled while the warehouse ships', async () => {
    app.world.say('erp', 940, 'order_lines', [orderLine('SO-5')])
    app.world.say('crm', 941, 'order_lines', [orderLine('SO-5', { status: 'cancelled' })])
    app.world.say('wms', 942, 'shipment_lines', [shipment('D50', 'SO-5', '10')])
    await run()
    await expectFirst('SO-5/', 'cancelled_but_picked', 'D50/10', 'cancelled')
  })
})

describe('billing and receipts', () => {
  // a side that says nothing at all of a plant is not judged
  beforeAll(async () => {
    app.world.say('wms', 1000, 'shipment_lines', [shipment('D59', 'SO-0', '10')])
    app.world.say('erp', 1000, 'invoice_lines', [invoice('I-0', 'SO-0', '10')])
  })

  test('shipped and posted, not billed', async () => {
    app.world.say('wms', 1010, 'shipment_lines', [shipment('D60', 'SO-6', '10')])
    app.world.say('wms', 1010, 'stock_movements', [movement('W60', 'DX-40', 'D60/10', '-10')])
    app.world.say('erp', 1011, 'stock_movements', [movement('E60', 'DX-40', 'D60/10', '-10')])
    await judge('goods_issue_billing', 1050)
    await expectFirst('SO-6/', 'shipped_not_billed', 'D60/10', 'E60')
  })

  test('billed twice', async () => {
    app.world.say('wms', 1010, 'shipment_lines', [shipment('D70', 'SO-7', '10')])
    app.world.say('erp', 1011, 'invoice_lines', [
      invoice('9001', 'SO-7', '10'),
      invoice('9002', 'SO-7', '10'),
    ])
    await judge('goods_issue_billing', 1060)
    await expectFirst('SO-7/', 'duplicate_posting', '9001/10', '9002/10')
  })

  test('billed before it was shipped', async () => {
    app.world.say('erp', 1011, 'invoice_lines', [invoice('9003', 'SO-8', '10')])
    await judge('goods_issue_billing', 1070)
    await expectFirst('SO-8/', 'billed_ahead', '9003/10')
  })

  test('a shipment the ERP never heard of: lost, not unbilled', async () => {
    app.world.say('wms', 1010, 'shipment_lines', [shipment('D90', 'SO-9', '10')])
    app.world.say('wms', 1010, 'stock_movements', [movement('W90', 'DX-40', 'D90/10', '-10')])
    await judge('goods_issue_billing', 1080)
    await expectFirst('SO-9/', 'lost_message', 'D90/10', 'W90')
  })

  test('received short, as it was booked', async () => {
    const line = orderLine('PO-1', { order_type: 'purchase', quantity: '100' })
    app.world.say('erp', 1010, 'order_lines', [line])
    app.world.say('wms', 1011, 'shipment_lines', [shipment('R20', 'PO-1', '70', { direction: 'inbound' })])
    await judge('ordered_received', 1090)
    await expectFirst('PO-1/', 'delivered_otherwise', 'R20/10', '70')
  })
})

describe('on the way', () => {
  let sequence = 900_000
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString()
  /** A message as the loader puts it, with what a scenario's own words leave out. */
  const load = async (minute: number, system: string, more: object) => {
    sequence += 1
    const lines = [
      {
        kind: 'event',
        source: system,
        system,
        plant: 'HAM',
        event_id: `raw-${sequence}`,
        type: 'test',
        key: '',
        occurred_at: at(minute),
        received_at: new Date().toISOString(),
        data: '{}',
        ...more,
      },
    ]
    await loadEventLines(app.world.store, lines, { loadSeq: String(sequence), token: `raw-${sequence}` })
    await app.world.store.insert('loads', [
      {
        load_seq: sequence,
        kind: 'events',
        source: '',
        name: '',
        bytes: 0,
        loaded_at: new Date().toISOString(),
      },
    ])
  }
  const state = (row: StateRow) => ({ unit_factor: '1', version: sequence, ...row })
  const stock = async (item: string, minute: number, erp: string, wms: string) => {
    const opened = (quantity: string, more: StateRow = {}) => [state(position(item, quantity, more))]
    await load(minute, 'erp', { inventory_positions: opened(erp, cost) })
    await load(minute, 'wms', { inventory_positions: opened(wms) })
  }

  test('tries that the receiver refuses: stuck, with its error and trace', async () => {
    const trace_id = '7c1e04a9d2b84f6fa0935be1c47d2f18'
    await load(1100, 'wms', {
      trace_id,
      stock_movements: [state(movement('W100', 'K-1', 'D100/10', '-60'))],
    })
    await stock('K-1', 1101, '100', '40')
    await app.world.store.command(
      `INSERT INTO otel_spans (ts, trace_id, span_id, plant, service, name, kind, status, status_message, received_at)
       SELECT {at:DateTime64(3, 'UTC')} + number, toFixedString(unhex({trace_id:String}), 16), number, 'HAM', 'hub', 'post goods movement', 'CLIENT', 'ERROR', 'FG1 is blocked by stock count 100000482', now64(3, 'UTC')
       FROM numbers(3)`,
      { at: new Date(at(1101)), trace_id },
    )
    await judge('inventory_on_hand', 1130)
    await expectFirst('K-1', 'stuck_interface', '3 tries', 'post goods movement', trace_id)
    const { causes } = await causesOf('K-1')
    expect(causes.parent, 'no other case has it in common').toBeNull()
  })

  test('a second case of the same root is counted, and the list shows them by it', async () => {
    const trace_id = '7c1e04a9d2b84f6fa0935be1c47d2f19'
    await load(1102, 'wms', {
      trace_id,
      stock_movements: [state(movement('W101', 'K-2', 'D101/10', '-5'))],
    })
    await stock('K-2', 1103, '10', '5')
    await app.world.store.command(
      `INSERT INTO otel_spans (ts, trace_id, span_id, plant, service, name, kind, status, status_message, received_at)
       SELECT {at:DateTime64(3, 'UTC')} + number, toFixedString(unhex({trace_id:String}), 16), number, 'HAM', 'hub', 'post goods movement', 'CLIENT', 'ERROR', 'FG1 is blocked by stock count 100000482', now64(3, 'UTC')
       FROM numbers(2)`,
      { at: new Date(at(1103)), trace_id },
    )
    await judge('inventory_on_hand', 1140)
    const { causes } = await causesOf('K-2')
    expect(causes.parent).toMatchObject({ cases: 1, amount: '6000' })
    const shared = encodeURIComponent(causes.parent?.shared ?? '')
    const { body } = await app.askJson<ExceptionList>(`/api/exceptions?shared=${shared}`)
    expect(body.rows.map((row) => row.item).sort()).toEqual(['K-1', 'K-2'])
    expect(body.facets.plant?.[0]).toMatchObject({ value: 'HAM', cases: 2 })
  })

  test('a message of the side that lacks the line is in quarantine', async () => {
    await load(1104, 'crm', { order_lines: [state(orderLine('SO-20'))] })
    await load(1105, 'erp', {
      kind: 'quarantine',
      event_id: 'erp-4711',
      reasons: ['data.states.order_lines[0].item: "DX40" is no item any system has stated'],
      codes: ['reference'],
      data: '{"order_no":"SO-20"}',
    })
    await judge('order_lines', 1150)
    await expectFirst('SO-20/', 'unknown_code', 'erp-4711', 'DX40')
  })

  test('what is held in quarantine is told beside the movement it would bring', async () => {
    await load(1151, 'wms', { stock_movements: [state(movement('W120', 'Q-1', 'D120/10', '-30'))] })
    await load(1152, 'erp', {
      kind: 'quarantine',
      event_id: 'erp-4712',
      reasons: ['data.unit: "PCS" is no unit of this estate'],
      codes: ['value'],
      data: '{"ref":"D120/10"}',
    })
    await stock('Q-1', 1153, '100', '70')
    await judge('inventory_on_hand', 1190)
    const { number } = await causesOf('Q-1')
    const { body } = await app.askJson<ExceptionDetail>(`/api/exceptions/${number}`)
    expect(body.bridges[0]?.lines).toMatchObject([
      {
        kind: 'not_posted_left',
        quantity: '-30',
        queued: [{ message_id: 'erp-4712', reason: 'data.unit: "PCS" is no unit of this estate' }],
      },
    ])
    expect(body.bridges[0]?.unexplained).toBe('0')
  })

  test('the side that lacks the movement has begun to deliver late', async () => {
    // heard long ago: what is late now is no history
    await load(0, 'wms', { received_at: at(0) })
    await load(1200, 'erp', { stock_movements: [state(movement('E110', 'T-1', 'D110/10', '-30'))] })
    await stock('T-1', 1201, '70', '100')
    // looked at as often as a case is by itself, it is called lost; what comes of its time afterwards is a reason to look
    for (const minute of [1400, 1410, 1420, 1430]) await judge('inventory_on_hand', minute)
    await expectFirst('T-1', 'lost_message')
    await load(1195, 'wms', { is_late: true })
    await judge('inventory_on_hand', 1440)
    await expectFirst('T-1', 'late_edge', 'WMS', 'late messages')
  })
})

describe('what people say of it', () => {
  const say = (number: number, cause: string, verdict: string) =>
    app.askJson<{ causes: CaseCauses }>(`/api/exceptions/${number}/causes/${cause}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-plumbline-actor': 'Ada%20L' },
      body: JSON.stringify({ verdict }),
    })

  test('a verdict changes the share, and the last word on a case counts', async () => {
    const { number } = await causesOf('L-1')
    const { status, body } = await say(number, 'lost_message', 'rejected')
    expect(status).toBe(200)
    const lost = () => body.causes.ranked.find((each) => each.cause === 'lost_message')
    expect(lost()).toMatchObject({ verdicts: 1, confirmed: 0, verdict: 'rejected' })
    expect(body.causes.ranked.at(-1)?.cause, 'what was rejected stands last').toBe('lost_message')
    const again = await say(number, 'lost_message', 'confirmed')
    expect(again.body.causes.ranked[0]).toMatchObject({
      cause: 'lost_message',
      verdicts: 1,
      confirmed: 1,
      verdict: 'confirmed',
    })
    const signed = await app.world.store.rows('SELECT DISTINCT actor FROM cause_verdicts')
    expect(signed).toEqual([{ actor: 'Ada L' }])
  })

  test('it counts for other cases of the cause', async () => {
    const { causes } = await causesOf('SO-9/')
    expect(causes.ranked[0]).toMatchObject({
      cause: 'lost_message',
      verdicts: 1,
      confirmed: 1,
      verdict: null,
    })
  })

  test('of a cause that was not suggested, or in other words, nothing can be said', async () => {
    const { number } = await causesOf('L-1')
    expect((await say(number, 'stale_price', 'confirmed')).status).toBe(404)
    expect((await say(number, 'lost_message', 'perhaps')).status).toBe(400)
  })
})

describe('a search', () => {
  const search = async (causes: readonly Cause[] = loadCauses()) => {
    const { store, estate } = app.world
    const check = loadChecks(estate).find((each) => each.check === 'order_lines')
    if (!check) throw new Error('no check order_lines')
    const [step] = await store.rows<{ run: string; at: string }>(
      `SELECT run, at FROM exception_steps WHERE key = 'SO-1/10' AND act = 'opened'`,
    )
    const at = new Date(step?.at ?? 0)
    const applied = [{ plant: 'HAM', run: step?.run ?? '', clock: at }]
    await foldCases(store, await explainCases(store, estate, [{ check, applied }], at, causes))
  }

  test('that fails leaves a case that says so, and the next one mends it', async () => {
    // as if nothing had ever been sought
    const { store } = app.world
    const cases = await store.rows<{ number: string }>('SELECT toString(number) AS number FROM exceptions')
    await store.command('TRUNCATE TABLE exception_causes')
    await store.command('TRUNCATE TABLE exception_cases')
    await store.command('TRUNCATE TABLE exception_rows')
    await foldCases(
      store,
      cases.map(({ number }) => number),
    )
    const [cause] = loadCauses()
    await search([{ ...(cause as Cause), explains: 'all', sql: 'SELECT nonsense' }])
    const failed = await causesOf('SO-1/')
    expect(failed.causes).toMatchObject({ state: 'failed', ranked: [], parent: null })
    expect(failed.causes.failure).toContain('nonsense')
    await search()
    expect((await causesOf('SO-1/')).causes).toMatchObject({ state: 'sought', failure: '' })
  })

  test('done twice for one run ends in the same rows', async () => {
    const before = (await causesOf('SO-1/')).causes
    await search()
    expect((await causesOf('SO-1/')).causes).toEqual(before)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExceptionGroups } from '../../server/api/schemas/exception-groups.ts'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { KeyStory } from '../../server/api/schemas/keys.ts'
import type { Overview } from '../../server/api/schemas/overview.ts'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import type { CheckList, RunDetail, RunList } from '../../server/api/schemas/runs.ts'
import { sumDecimals } from '../../server/core/decimal.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

// A plant in Hamburg that keeps euros, one in Sheffield that keeps pounds; the estate reports in euros. A pound was worth
// 1.20 in December, and is worth 1.25 since January.
const december = -30_000
const facts = [
  {
    plant: 'HAM',
    order_no: 'A',
    quantity: '10',
    price: '20',
    currency: 'EUR',
    minute: 0,
    euros: '200',
    own: '200',
  },
  {
    plant: 'SHF',
    order_no: 'B',
    quantity: '1',
    price: '364',
    currency: 'GBP',
    minute: december,
    euros: '436.8',
    own: '364',
  },
  // a plant may sell in another currency than it keeps
  {
    plant: 'SHF',
    order_no: 'C',
    quantity: '10',
    price: '12.5',
    currency: 'EUR',
    minute: 0,
    euros: '125',
    own: '100',
  },
  {
    plant: 'SHF',
    order_no: 'D',
    quantity: '3',
    price: '10',
    currency: 'EUR',
    minute: december,
    euros: '30',
    own: '25',
  },
  {
    plant: 'SHF',
    order_no: 'E',
    quantity: '1',
    price: '0.1',
    currency: 'EUR',
    minute: 0,
    euros: '0.1',
    own: '0.08',
  },
] as const
const short = { euros: '3.496875', own: '2.7975' }
const sumOf = (name: 'euros' | 'own', plant = '') =>
  sumDecimals([
    ...facts.filter((fact) => plant === '' || fact.plant === plant).map((fact) => fact[name]),
    ...(plant === 'HAM' ? [] : [short[name]]),
  ])
const sheffield = { euros: '595.396875', own: '491.8775' }

const flows = `
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: crm.ordered }
      - { stage: shipped, name: Shipped, role: wms, event: wms.shipped, handoff: { name: Ship, objective: 4h } }
  - flow: procure_to_stock
    name: Procure to stock
    tier: 2
    owner: ops
    stages:
      - { stage: bought, name: Bought, role: erp, event: erp.bought }
      - { stage: received, name: Received, role: wms, event: wms.received, handoff: { name: Receipt, objective: 4h } }`

let app: TestApp
beforeAll(async () => {
  app = await openApp(scenarioEstate(flows, ['goods_issue_billing', 'ordered_received', 'inventory_on_hand']))
  const { world } = app
  const of = { line_no: '10', item: 'CX-40', unit: 'PCE' }
  for (const { plant, order_no, quantity, price, currency, minute } of facts) {
    const version = minute < 0 ? 1 : 1000
    const ordered = {
      ...of,
      order_type: 'sales',
      order_no,
      quantity,
      unit_price: price,
      currency,
      status: 'open',
      version,
    }
    const out = {
      ...of,
      direction: 'outbound',
      shipment_no: order_no,
      order_no,
      order_line_no: '10',
      quantity,
      version,
    }
    world.say('erp', minute, 'order_lines', [ordered], plant)
    world.say('wms', minute, 'shipment_lines', [out], plant)
  }
  // what agrees: a plant of which nobody has billed anything is not judged
  for (const plant of ['HAM', 'SHF']) {
    const line = { ...of, quantity: '1', unit_price: '9', currency: 'GBP' }
    const reference = { order_no: 'Z', order_line_no: '10' }
    world.say(
      'erp',
      0,
      'order_lines',
      [{ ...line, order_type: 'sales', order_no: 'Z', status: 'open' }],
      plant,
    )
    world.say('erp', 0, 'invoice_lines', [{ ...line, ...reference, kind: 'invoice', invoice_no: 'Z' }], plant)
    const { unit_price: _, currency: __, ...moved } = line
    world.say(
      'wms',
      0,
      'shipment_lines',
      [{ ...moved, ...reference, direction: 'outbound', shipment_no: 'Z' }],
      plant,
    )
  }
  const bought = {
    ...of,
    order_type: 'purchase',
    order_no: 'P',
    quantity: '100',
    unit_price: '1.119',
    currency: 'GBP',
    due_at: '2026-01-05T08:05:00Z',
    status: 'open',
  }
  const received = {
    ...of,
    direction: 'inbound',
    shipment_no: 'P',
    order_no: 'P',
    order_line_no: '10',
    quantity: '97.5',
  }
  world.say('erp', 0, 'order_lines', [bought], 'SHF')
  world.say('wms', 1, 'shipment_lines', [received], 'SHF')
  await world.complete(60)
  for (const check of ['goods_issue_billing', 'ordered_received']) await world.run(check, 60)
}, 120_000)
afterAll(() => app.close())

const read = async <Answer>(path: string) => {
  const { status, body } = await app.askJson<Answer>(path)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

describe('money', () => {
  test('of one plant is in its own currency where that is asked for, each difference by the rate of its day', async () => {
    expect([sumOf('euros', 'SHF'), sumOf('own', 'SHF')]).toEqual([sheffield.euros, sheffield.own])
    const own = await read<ExceptionList>('/api/exceptions?plant=SHF&currency=plant')
    expect([own.currency, own.amount_total]).toEqual(['GBP', sheffield.own])
    const amounts = Object.fromEntries(
      own.rows.map((row) => [
        row.order_no,
        [row.amount_plant, row.plant_currency, row.amount_reporting, row.currency],
      ]),
    )
    for (const { order_no, own, euros, currency } of facts.filter(({ plant }) => plant === 'SHF'))
      expect(amounts[order_no]).toEqual([own, 'GBP', euros, currency])
    expect(
      own.rows.map((row) => Number(row.amount_plant)),
      'the dearest first',
    ).toEqual([364, 100, 25, 2.7975, 0.08])
    expect(own.facets.check?.map((each) => each.amount)).toEqual(['489.08', '2.7975'])
    const reporting = await read<ExceptionList>('/api/exceptions?plant=SHF')
    expect([reporting.currency, reporting.amount_total]).toEqual(['EUR', sheffield.euros])
  })

  test('of several plants is summed in the currency of the estate, whatever is asked for', async () => {
    for (const asked of ['plant', 'reporting']) {
      const list = await read<ExceptionList>(`/api/exceptions?currency=${asked}`)
      expect([list.currency, list.amount_total]).toEqual(['EUR', sumOf('euros')])
    }
    const overview = await read<Overview>('/api/overview?currency=plant')
    expect([overview.currency, overview.open_amount]).toEqual(['EUR', sumOf('euros')])
    expect(sumDecimals(overview.impact.map((row) => row.amount))).toBe(sumOf('euros'))
    // no cause was sought: each stands by how its sides differ, and leads to those cases
    for (const row of overview.impact) {
      const led = await read<ExceptionList>(row.href.replace('/exceptions?', '/api/exceptions?'))
      expect([row.cause, led.total], row.href).toEqual(['', row.cases])
      expect(row.title).toBe(led.rows[0]?.class_title)
    }
  })

  test('groups come to what their cases do', async () => {
    const groups = await read<ExceptionGroups>('/api/exceptions/groups?plant=SHF&currency=plant')
    expect([groups.currency, sumDecimals(groups.groups.map((group) => group.amount))]).toEqual([
      'GBP',
      sheffield.own,
    ])
    const all = await read<ExceptionGroups>('/api/exceptions/groups?currency=plant')
    expect([all.currency, sumDecimals(all.groups.map((group) => group.amount))]).toEqual([
      'EUR',
      sumOf('euros'),
    ])
  })

  test('the overview of a plant, and its page, say all of it in one currency', async () => {
    for (const path of ['/api/overview?plant=SHF&currency=plant', '/api/plants/SHF?currency=plant']) {
      const view = await read<Overview>(path)
      expect([view.currency, view.open_amount]).toEqual(['GBP', sheffield.own])
      expect(sumDecimals(view.impact.map((row) => row.amount))).toBe(sheffield.own)
      expect(view.sentence.rest).toContain('£492')
      expect(view.sentence.rest).not.toContain('€')
    }
    const plant = await read<PlantView>('/api/plants/SHF?currency=plant')
    expect(plant.plant_checks.map((check) => [check.check, check.amount])).toEqual(
      expect.arrayContaining([
        ['goods_issue_billing', '489.08'],
        ['ordered_received', '2.7975'],
      ]),
    )
    const reporting = await read<PlantView>('/api/plants/SHF')
    expect([reporting.currency, reporting.open_amount]).toEqual(['EUR', sheffield.euros])
    expect(reporting.sentence.rest).toContain('€595')
  })

  test('a check says each plant in its own currency, and all of them in that of the estate', async () => {
    const billing = async (query: string) => {
      const list = await read<CheckList>(`/api/checks?${query}`)
      const check = list.checks.find((one) => one.check === 'goods_issue_billing')
      const plants = check?.plants.map((one) => [one.plant, one.currency, one.open_amount])
      return { ...list, check, plants }
    }
    const all = await billing('currency=plant')
    expect([all.currency, all.counted_amount, all.check?.open_amount]).toEqual([
      'EUR',
      sumOf('euros'),
      '791.9',
    ])
    expect(all.plants).toEqual([
      ['HAM', 'EUR', '200'],
      ['SHF', 'GBP', '489.08'],
    ])
    const reporting = await billing('')
    expect(reporting.plants).toEqual([
      ['HAM', 'EUR', '200'],
      ['SHF', 'EUR', '591.9'],
    ])
    const one = await billing('plant=SHF&currency=plant')
    expect([one.currency, one.counted_amount, one.check?.open_amount]).toEqual([
      'GBP',
      sheffield.own,
      '489.08',
    ])
    expect(one.plants).toEqual([['SHF', 'GBP', '489.08']])
  })

  test('a run keeps what it found in both currencies, and its proof covers both', async () => {
    const { rows } = await read<RunList>('/api/runs?check=goods_issue_billing&plant=SHF&currency=plant')
    expect(rows.map((run) => [run.currency, run.amount])).toEqual([['GBP', '489.08']])
    const [run] = rows
    const detail = await read<RunDetail>(`/api/runs/${run?.run}?currency=plant`)
    expect(detail.proof.holds).toBe(true)
    expect(new Set(detail.variances.map((row) => row.currency))).toEqual(new Set(['GBP']))
    expect(sumDecimals(detail.variances.map((row) => row.amount))).toBe('489.08')
    const reporting = await read<RunDetail>(`/api/runs/${run?.run}`)
    expect([reporting.run.currency, reporting.run.amount]).toEqual(['EUR', '591.9'])
    expect(sumDecimals(reporting.variances.map((row) => row.amount))).toBe('591.9')
    await app.world.store.command(
      `ALTER TABLE runs UPDATE amount_plant = amount_plant + 1 WHERE run = {run:String} SETTINGS mutations_sync = 2`,
      { run: run?.run ?? '' },
    )
    expect((await read<RunDetail>(`/api/runs/${run?.run}`)).proof.holds).toBe(false)
    await app.world.store.command(
      `ALTER TABLE runs UPDATE amount_plant = amount_plant - 1 WHERE run = {run:String} SETTINGS mutations_sync = 2`,
      { run: run?.run ?? '' },
    )
  })

  test('a past cut that is judged again finds the same in both', async () => {
    const { rows } = await read<RunList>('/api/runs?check=goods_issue_billing&plant=SHF')
    const again = await app.world.rerun(rows[0]?.run ?? '')
    const { run, original } = await read<RunDetail>(`/api/runs/${again.run}?currency=plant`)
    expect([run.currency, run.amount, original?.agrees]).toEqual(['GBP', '489.08', true])
  })

  test('a key is of one plant', async () => {
    const story = await read<KeyStory>('/api/keys/C?plant=SHF&currency=plant')
    expect(story.cases.map((one) => [one.amount, one.currency])).toEqual([['100', 'GBP']])
    expect(story.rest).toContain('£100 at risk')
    const reporting = await read<KeyStory>('/api/keys/C?plant=SHF')
    expect(reporting.cases.map((one) => [one.amount, one.currency])).toEqual([['125', 'EUR']])
  })

  test('another currency than these two is refused', async () => {
    expect((await app.askJson('/api/overview?currency=USD')).status).toBe(400)
  })
})

describe('a flow', () => {
  const flow = 'procure_to_stock'

  test('has its own hand-offs, checks and cases, and no others', async () => {
    for (const path of [`/api/overview?flow=${flow}`, `/api/plants/SHF?flow=${flow}`]) {
      const view = await read<Overview>(path)
      expect(view.matrix.columns.map(({ group }) => group)).toEqual([
        'Procure to stock',
        'Reconciliation checks',
      ])
      expect([view.open_cases, view.open_amount]).toEqual([1, short.euros])
      expect(view.impact.map((row) => row.check)).toEqual(['ordered_received'])
      expect(view.tiles.find(({ tile }) => tile === 'exceptions')?.value).toBe(1)
      expect(view.tiles.find(({ tile }) => tile === 'latency')?.label).toContain('Receipt')
      expect(view.tiles.find(({ tile }) => tile === 'inventory')).toMatchObject({
        value: null,
        detail: 'no check compares inventory here',
      })
      expect(new Set(view.sources.map((source) => source.system))).toEqual(new Set(['erp', 'wms']))
    }
    const plant = await read<PlantView>(`/api/plants/SHF?flow=${flow}`)
    expect(plant.flow?.flow).toBe(flow)
    expect(plant.plant_checks.map((check) => check.check)).toEqual(['ordered_received'])
  })

  test('narrows the queue, its sums, its groups and its numbers', async () => {
    const list = await read<ExceptionList>(`/api/exceptions?flow=${flow}`)
    expect([list.total, list.amount_total, list.rows.map((row) => row.order_no)]).toEqual([
      1,
      short.euros,
      ['P'],
    ])
    const { groups } = await read<ExceptionGroups>(`/api/exceptions/groups?flow=${flow}`)
    expect(groups.map((group) => [group.cases, group.amount])).toEqual([[1, short.euros]])
    const { numbers } = await read<{ numbers: number[] }>(`/api/exceptions/numbers?flow=${flow}`)
    expect(numbers).toEqual(list.rows.map((row) => row.number))
    const other = await read<ExceptionList>('/api/exceptions?flow=order_to_cash')
    expect([other.total, other.amount_total]).toEqual([facts.length, '791.9'])
  })

  test('narrows checks and runs', async () => {
    const checks = await read<CheckList>(`/api/checks?flow=${flow}`)
    expect([checks.checks.map((check) => check.check), checks.counted_amount]).toEqual([
      ['ordered_received'],
      short.euros,
    ])
    const { rows } = await read<RunList>(`/api/runs?flow=${flow}`)
    expect(new Set(rows.map((run) => run.check))).toEqual(new Set(['ordered_received']))
  })

  test('that the estate does not have is told so', async () => {
    for (const path of ['overview', 'plants/SHF', 'checks', 'runs', 'exceptions', 'exceptions/groups'])
      expect(
        (await app.askJson<{ error: { code: string } }>(`/api/${path}?flow=nope`)).body.error?.code,
        path,
      ).toBe('flow_unknown')
  })
})

test('stock is worth what its cost is now, in either currency', async () => {
  const position = {
    location: 'FG1',
    item: 'CX-40',
    batch: 'L1',
    stock_type: 'unrestricted',
    quantity: '-5',
    unit: 'PCE',
    unit_cost: '4.02',
    currency: 'GBP',
  }
  app.world.say('erp', 61, 'inventory_positions', [position], 'SHF')
  app.world.say('wms', 61, 'inventory_positions', [{ ...position, quantity: '0' }], 'SHF')
  await app.world.complete(62)
  await app.world.run('ordered_received', 62)
  const own = await read<PlantView>('/api/plants/SHF?currency=plant')
  expect([own.currency, own.risk.negative.map((row) => row.amount)]).toEqual(['GBP', ['-20.1']])
  expect(own.risk.gaps.map((row) => row.amount)).toEqual(['20.1'])
  const reporting = await read<PlantView>('/api/plants/SHF')
  expect([reporting.currency, reporting.risk.negative.map((row) => row.amount)]).toEqual(['EUR', ['-25.125']])
})

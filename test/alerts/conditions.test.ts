import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { judgeConditions, loadConditions } from '../../reconcilers/alerts/conditions.ts'
import type { Finding } from '../../reconcilers/alerts/lifecycle.ts'
import type { OwnGauges } from '../../reconcilers/alerts/observation.ts'
import { loadChecks } from '../../reconcilers/check.ts'
import { createForecasts } from '../../reconcilers/forecasts.ts'
import type { BackupState } from '../../server/core/backup-desk.ts'
import type { Case } from '../../server/core/case.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { foldCases } from '../../sql/cases.ts'
import type { Store } from '../../sql/store.ts'
import { asLoad } from '../support/as-load.ts'
import { diskWith } from '../support/disk.ts'
import { listFiles } from '../support/house.ts'
import { openEmptyStore } from '../support/store.ts'

// Every condition on the real engine: at its limit, short of it, and where it says nothing.
const estate = parseEstate(`
name: Alerts
currency: EUR
allowed_age: 2900d
rates: { date: '2026-01-01', values: { GBP: '1.25' } }
plants:
  - { plant: HAM, name: Hamburg, region: EMEA, time_zone: Europe/Berlin, currency: EUR }
  - { plant: SHF, name: Sheffield, region: EMEA, time_zone: Europe/London, currency: GBP }
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: wms, name: WMS, role: wms }
teams: [{ team: ops, name: Operations }]
flows:
  - flow: otc
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: erp, event: erp.ordered }
      - { stage: shipped, name: Shipped, role: wms, event: wms.shipped, handoff: { name: Ship, objective: 10m } }
sources:
  - { source: erp, kind: events, system: erp, stale_after: 5m }
  - { source: wms, kind: events, system: wms, stale_after: 5m }
checks: [{ check: inventory_on_hand, team: ops, flow: otc }]
`)
const checks = loadChecks(estate)
// what is older than the engine keeps would be gone
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString()
const minute = 60_000
const hour = 60 * minute

let store: Store
let gauges: OwnGauges
beforeAll(async () => {
  store = await openEmptyStore()
  await store.insert('estate_handoffs', [
    {
      loaded_at: now.toISOString(),
      flow: 'otc',
      position: 0,
      handoff: 'ordered-shipped',
      from_stage: 'ordered',
      to_stage: 'shipped',
      later_stages: [],
      objective_ms: 10 * minute,
    },
  ])
})
beforeEach(async () => {
  for (const table of [
    'flow_progress',
    'passages',
    'watermarks',
    'runs',
    'quarantine',
    'source_arrivals',
    'exception_steps',
    'exception_cases',
    'deliveries',
    'measurements',
    'case_forecasts',
  ])
    await store.command(`TRUNCATE TABLE ${table}`)
  gauges = {
    spool: () => ({ waiting_bytes: 0, oldest_s: 0, limit_bytes: 1000, refusing: '' }),
    disk: async () => diskWith(500),
  }
})
afterAll(() => store.close())

async function judge(condition: string, using = estate): Promise<Finding['observations']> {
  const asked = (await loadConditions()).filter((each) => each.condition === condition)
  const judged = await judgeConditions(asked, { estate: using, store, checks, now, gauges })
  expect([...judged.failing]).toEqual([])
  return judged.findings.find((finding) => finding.condition === condition)?.observations ?? []
}
/** What a condition says of a place: whether it holds, or is clear, or neither. */
const says = (found: Finding['observations'], plant = 'HAM') => {
  const seen = found.find(({ labels }) => labels.plant === plant)?.seen
  return seen && (seen.holds ? 'holds' : seen.clears ? 'clears' : 'between')
}
/** Keys that left the first stage so long ago, and reached the second after `took`; null: they wait. */
const passages = (count: number, leftAgo: number, took: number | null, plant = 'HAM', name = 'k') =>
  asLoad(store, (load_seq) => {
    const reach = (index: number, stage: string, since: number) => ({
      plant,
      flow: 'otc',
      key: `${name}${index}`,
      stage,
      reached_at: ago(since),
      load_seq,
    })
    return store.insert(
      'flow_progress',
      Array.from({ length: count }, (_, index) => [
        reach(index, 'ordered', leftAgo),
        ...(took === null ? [] : [reach(index, 'shipped', leftAgo - took)]),
      ]).flat(),
    )
  })
/** An open case, as the step that opened it. */
async function openCase(
  number: number,
  fields: Record<string, unknown> = {},
  clocks: Partial<Pick<Case, 'resolve_due' | 'warn_at'>> = {},
): Promise<void> {
  await store.insert('exception_steps', [
    {
      number,
      step: 1,
      at: ago(hour),
      actor: 'plumbline',
      act: 'opened',
      run: '1',
      check: 'inventory_on_hand',
      plant: 'HAM',
      key: `key ${number}`,
      class: 'quantity',
      item: 'DX-40',
      order_no: `SO-${number}`,
      left_value: '1',
      right_value: '2',
      difference: '1',
      unit: 'PCE',
      amount: '10',
      currency: 'EUR',
      amount_reporting: '10',
      severity: 'low',
      team: 'ops',
      since: ago(2 * hour),
      detail: '',
      ...fields,
    },
  ])
  await foldCases(store, [String(number)], (known) => ({ ...known, ...clocks }))
}
const watermark = (source: string, completeAgo: number, plant = 'HAM') => ({
  source,
  system: source,
  plant,
  complete_to: ago(completeAgo),
  received_at: ago(completeAgo),
  load_seq: 1,
})

test('conditions/ is a registry: a file for each condition an estate can name, named after it', async () => {
  const files = listFiles('reconcilers/alerts/conditions').map((path) =>
    path.replace(/^.*\/(.+)\.ts$/, '$1').replaceAll('-', '_'),
  )
  const named = Object.keys(estate.alerting.conditions)
  expect((await loadConditions()).map((each) => each.condition).sort()).toEqual(named.sort())
  expect(files.sort()).toEqual(named.sort())
})

test('of an empty store nothing holds, and nothing fails', async () => {
  const judged = await judgeConditions(await loadConditions(), { estate, store, checks, now, gauges })
  expect([...judged.failing]).toEqual([])
  expect(judged.findings.flatMap((each) => each.observations).filter(({ seen }) => seen.holds)).toEqual([])
})

describe('burn_rate', () => {
  const burning = async (action: string, plant = 'HAM') =>
    (await judge('burn_rate')).find(
      ({ seen, labels }) => seen.place.part?.endsWith(action) && labels.plant === plant,
    ) as Finding['observations'][number]

  test('both windows burn fast: a page, with what is over and where it is shown', async () => {
    await passages(40, 14 * minute, null)
    await passages(10, 11 * minute, 7 * minute, 'HAM', 'good')
    const { seen, labels } = await burning('page')
    // 40 of 50 over are 16 times the 5 % that are allowed
    expect(seen).toMatchObject({ holds: true, value: '16.0', limit: '14.4', orders: 40, amount: null })
    expect(seen.title).toBe('Ship, Hamburg: 40 of 50 over the objective')
    expect(seen.path).toBe('/flows/otc?plant=HAM#handoff-ordered-shipped')
    expect(labels).toMatchObject({ severity: 'page', tier: '1', team: 'ops', region: 'EMEA', flow: 'otc' })
    expect((await burning('ticket')).seen, 'no second alert of the same').toMatchObject({
      holds: false,
      clears: false,
    })
  })

  test('what is over is worth its open cases, each order once; a single one leads to its case', async () => {
    await openCase(7, { order_no: 'k0', amount_reporting: '700.50' })
    await openCase(8, { order_no: 'k0', amount_reporting: '10' })
    await openCase(9, { order_no: 'good0', amount_reporting: '5000' })
    await passages(40, 14 * minute, null)
    await passages(10, 11 * minute, 7 * minute, 'HAM', 'good')
    expect((await burning('page')).seen).toMatchObject({
      amount: '710.5',
      path: '/flows/otc?plant=HAM#handoff-ordered-shipped',
    })
    await openCase(10, { plant: 'SHF', order_no: 'k0', amount_reporting: '3' })
    await passages(1, 14 * minute, null, 'SHF')
    await passages(1, 11 * minute, minute, 'SHF', 'good')
    const [found] = (await judge('burn_rate')).filter(({ labels }) => labels.plant === 'SHF')
    expect(found?.seen).toMatchObject({ orders: 1, amount: '3', path: '/exceptions/10' })
  })

  test('a flow, and a hand-off, may be allowed another share than all the others', async () => {
    await passages(40, 14 * minute, null)
    await passages(10, 11 * minute, 7 * minute, 'HAM', 'good')
    const [flow] = estate.flows
    const [first, last] = flow?.stages ?? []
    const allow = (ofFlow: number | undefined, ofHandoff: number | undefined) => {
      const handoff = { name: 'Ship', objective: 10 * minute, share: ofHandoff }
      const changed = { ...flow, share: ofFlow, stages: [first, { ...last, handoff }] } as typeof flow &
        object
      return { ...estate, flowOf: new Map([['otc', changed]]) }
    }
    const burns = async (using: typeof estate) =>
      (await judge('burn_rate', using)).find(({ seen }) => seen.place.part?.endsWith('page'))?.seen
    // 80 % are over: four times what is allowed when 20 % may be, 80 times when 1 % may
    expect(await burns(allow(0.8, undefined))).toMatchObject({ holds: false, value: '4.0' })
    expect(await burns(allow(0.8, 0.99))).toMatchObject({ holds: true, value: '80.0' })
    expect((await burns(allow(0.8, 0.99)))?.summary).toContain('the objective of 99 % allows')
  })

  test('the long window burns still, the short one does not any more: the page is over, what it used up a ticket', async () => {
    await passages(40, 45 * minute, 12 * minute)
    await passages(10, 3 * minute, minute, 'HAM', 'good')
    expect(says([await burning('page')])).toBe('clears')
    const { seen, labels } = await burning('ticket')
    expect([seen.holds, labels.severity]).toEqual([true, 'ticket'])
  })

  test('too few passages are nothing', async () => {
    await passages(19, 14 * minute, null, 'SHF')
    expect(says([await burning('page', 'SHF')], 'SHF')).toBe('clears')
    await passages(1, 14 * minute, null, 'SHF', 'one more')
    expect(says([await burning('page', 'SHF')], 'SHF')).toBe('holds')
  })

  test('a key is decided once: what arrives late does not burn again when it arrives', async () => {
    await passages(40, 4 * hour, 4 * hour - minute)
    expect(says([await burning('page')])).toBe('clears')
  })
})

describe('backlog', () => {
  test.each([
    [25, 'holds'],
    [24, 'between'],
    [19, 'clears'],
  ])('%i keys over their objective: %s', async (count, expected) => {
    await passages(count, 20 * minute, null)
    await passages(50, 5 * minute, null, 'HAM', 'in time')
    expect(says(await judge('backlog'))).toBe(expected)
  })

  test('one key that waits for too long, unless a case speaks of it; what the cases are worth', async () => {
    await passages(1, 100 * minute, null, 'HAM', 'SO-')
    expect(says(await judge('backlog'))).toBe('holds')
    await openCase(1, { order_no: 'SO-0', amount_reporting: '0.1' })
    await openCase(2, { order_no: 'SO-0', amount_reporting: '0.2' })
    const [found] = await judge('backlog')
    expect(says([found as Finding['observations'][number]])).toBe('clears')
    expect(found?.seen).toMatchObject({ orders: 1, amount: '0.3' })
  })
})

describe('queue_depth', () => {
  const measure = (destination: string, value: number, measuredAgo: number) =>
    store.insert('measurements', [
      {
        ts: ago(measuredAgo),
        started_at: ago(hour),
        plant: 'HAM',
        system: 'wms',
        service: 'broker',
        name: 'messaging.queue.depth',
        unit: '{message}',
        kind: 'gauge',
        is_monotonic: false,
        is_delta: false,
        value,
        attributes: { 'messaging.destination.name': destination },
        resource: '{}',
        scope: '',
        received_at: ago(measuredAgo),
        load_seq: 1,
      },
    ])

  test('what its broker measures, at its limit and short of it; what is not measured any more says nothing', async () => {
    await measure('shipments', 5000, 2 * minute)
    await measure('shipments', 999, minute)
    const [found] = await judge('queue_depth')
    expect([says(found ? [found] : []), found?.seen.path]).toEqual(['between', '/sources#queues'])
    await measure('shipments', 1000, 1000)
    await measure('old', 5000, 6 * minute)
    const both = await judge('queue_depth')
    const of = (name: string) => both.filter(({ seen }) => seen.title.startsWith(name))
    expect([says(of('shipments')), says(of('old'))]).toEqual(['holds', 'between'])
    expect(of('shipments')[0]?.seen.title).toMatch(/^shipments, Hamburg: 1.000 messages wait$/)
  })

  test('leads to the hand-off that waits for it, where the estate says which', async () => {
    await measure('shipments.ham', 1200, minute)
    await passages(3, minute, null)
    await passages(2, hour, minute, 'HAM', 'shipped')
    await passages(1, minute, null, 'SHF')
    await openCase(1, { order_no: 'k0', amount_reporting: '700.5' })
    await openCase(2, { order_no: 'shipped0', amount_reporting: '5000' })
    const serves = [
      { queue: 'ship', flow: 'nowhere' },
      { queue: 'ship*', system: 'erp', flow: 'nowhere' },
      { queue: 'ship*', flow: 'otc', stage: 'shipped' },
    ]
    const [found] = await judge('queue_depth', { ...estate, queues: { ...estate.queues, serves } })
    expect(found?.seen.path).toBe('/flows/otc?plant=HAM#handoff-ordered-shipped')
    expect(found?.seen.summary).toContain('wait in shipments.ham of WMS before Ship of Order to cash')
    expect(found?.labels).toMatchObject({ flow: 'otc', tier: '1', team: 'ops', plant: 'HAM' })
    expect(found?.seen, 'the orders that wait there, and what their cases are worth').toMatchObject({
      orders: 3,
      amount: '700.5',
    })
  })
})

describe('cases', () => {
  test('variance_value: exactly at its limit it holds, a cent below it does not', async () => {
    await openCase(1, { amount_reporting: '49999.99', order_no: 'SO-1' })
    const [one] = await judge('variance_value')
    expect([says(one ? [one] : []), one?.seen.path]).toEqual(['between', '/exceptions/1'])
    await openCase(2, { amount_reporting: '0.01', order_no: 'SO-1' })
    const [found] = await judge('variance_value')
    expect(found?.seen).toMatchObject({
      holds: true,
      amount: '50000',
      orders: 1,
      path: '/exceptions?check=inventory_on_hand&plant=HAM',
    })
    expect(found?.labels).toMatchObject({ check: 'inventory_on_hand', flow: 'otc', tier: '1', team: 'ops' })
  })

  test('tolerated_value: what the last run over every key let pass, whichever side it leans to', async () => {
    const run = (number: number, kind: string, tolerated_net: string) =>
      store.insert('runs', [
        {
          run: String(number),
          check: 'inventory_on_hand',
          plant: 'HAM',
          kind,
          outcome: 'ok',
          started_at: ago(hour - number * minute),
          clock: ago(hour - number * minute),
          tolerated: 7,
          tolerated_amount: '20000',
          tolerated_net,
        },
      ])
    await run(1, 'full', '9999.99')
    expect(says(await judge('tolerated_value'))).toBe('between')
    await run(2, 'incremental', '12000')
    expect(says(await judge('tolerated_value')), 'a part is not the whole').toBe('between')
    await run(10, 'full', '-10000')
    const [found] = await judge('tolerated_value')
    expect(found?.seen).toMatchObject({ holds: true, amount: '10000', value: '10000', limit: '10000' })
    expect(found?.labels).toMatchObject({ check: 'inventory_on_hand', plant: 'HAM' })
    await run(11, 'full', '0')
    expect(says(await judge('tolerated_value'))).toBe('clears')
  })

  test('case_clock: late, about to be, and neither; one whose clocks have done their work is none', async () => {
    await openCase(1, { severity: 'critical', amount_reporting: '700' }, { resolve_due: ago(minute) })
    await openCase(2, { severity: 'low' }, { resolve_due: ago(-hour) })
    const [found] = await judge('case_clock')
    expect(found?.seen).toMatchObject({ holds: true, amount: '700', orders: 1, path: '/exceptions/1' })
    await openCase(3, { plant: 'SHF' }, { resolve_due: ago(-hour), warn_at: ago(minute) })
    expect(says(await judge('case_clock'), 'SHF')).toBe('holds')
    const again = { plant: 'SHF', act: 'changed' }
    await openCase(3, { ...again, step: 2 }, { resolve_due: ago(-hour), warn_at: ago(-minute) })
    expect(says(await judge('case_clock'), 'SHF')).toBe('clears')
    await openCase(3, { ...again, step: 3 })
    expect(says(await judge('case_clock'), 'SHF')).toBe(undefined)
  })
})

test('case_forecast: a team that will not be in time at its pace, and how much that is', async () => {
  const forecasts = createForecasts(estate, store)
  // one in two hours, each at once
  for (const [index, at] of [10, 8, 6, 4, 2].entries()) {
    await openCase(index + 1, { at: ago((at + 1) * hour) })
    const closed = { act: 'closed', step: 2, at: ago(at * hour) }
    await openCase(index + 1, closed)
  }
  await openCase(6, { amount_reporting: '300' }, { resolve_due: ago(-hour) })
  await openCase(7, { amount_reporting: '40' }, { resolve_due: ago(-5 * hour) })
  await forecasts.reckon(now)
  const [found] = await judge('case_forecast')
  expect(found?.seen).toMatchObject({
    holds: true,
    value: '1',
    amount: '300',
    orders: 1,
    path: '/exceptions/6',
  })
  expect(found?.seen.title).toBe('Operations, Hamburg: 1 case will be late at this pace')
  expect(found?.seen.summary).toMatch(/Of 2 open 1 will not be .* It did 5 in the last 11 h 00 of/)
  await openCase(6, { act: 'closed', step: 2 })
  await forecasts.reckon(new Date(now.getTime() + 1000))
  expect(says(await judge('case_forecast'))).toBe('clears')
})

describe('sources', () => {
  test('source_stale: past its limit it holds, since it was; what never spoke is not away', async () => {
    await store.insert('watermarks', [watermark('erp', 5 * minute), watermark('wms', 6 * minute, 'SHF')])
    const found = await judge('source_stale')
    expect(says(found.filter(({ labels }) => labels.source === 'erp'))).toBe('between')
    const wms = found.find(({ labels }) => labels.source === 'wms' && labels.plant === 'SHF')
    expect(wms?.seen).toMatchObject({ holds: true, since: ago(minute), path: '/sources#source-wms-SHF' })
    expect(wms?.seen.title).toBe('wms, Sheffield: silent for 6.0 min')
    expect(
      says(
        found.filter(({ labels }) => labels.source === 'wms'),
        'HAM',
      ),
    ).toBe('clears')
  })

  test('what stands on a stale source is blind there, and sees elsewhere', async () => {
    await store.insert('watermarks', [
      watermark('erp', minute),
      watermark('wms', 6 * minute),
      watermark('erp', minute, 'SHF'),
      watermark('wms', minute, 'SHF'),
    ])
    await passages(30, 20 * minute, null)
    await passages(30, 20 * minute, null, 'SHF')
    const judged = await judgeConditions(await loadConditions(), { estate, store, checks, now, gauges })
    const backlog = judged.findings.find((each) => each.condition === 'backlog')
    expect(backlog?.observations.map(({ labels }) => [labels.plant, backlog.isBlind(labels)]).sort()).toEqual(
      [
        ['HAM', true],
        ['SHF', false],
      ],
    )
  })

  test('quarantine_rate: the share of what was sent, once it is enough', async () => {
    const refuse = (count: number, from: number) =>
      store.insert(
        'quarantine',
        Array.from({ length: count }, (_, index) => ({
          received_at: ago(minute),
          source: 'wms',
          kind: 'event',
          system: 'wms',
          plant: 'HAM',
          flow: '',
          stage: '',
          partner: '',
          message_id: `m${from + index}`,
          position: '',
          reasons: ['it is wrong'],
          codes: ['type'],
          body: '{}',
        })),
      )
    await store.insert('source_arrivals', [
      {
        source: 'wms',
        plant: 'HAM',
        received_at: ago(minute),
        messages: 180,
        late: 0,
        late_to: 0,
        load_seq: 1,
      },
      {
        source: 'wms',
        plant: 'HAM',
        received_at: ago(hour),
        messages: 9000,
        late: 0,
        late_to: 0,
        load_seq: 2,
      },
    ])
    await refuse(19, 0)
    expect(says(await judge('quarantine_rate'))).toBe('clears')
    await refuse(1, 19)
    const [found] = await judge('quarantine_rate')
    expect(found?.seen).toMatchObject({ holds: true, value: '10.0 %', limit: '5.0 %' })
  })
})

describe('run_failed', () => {
  const run = (number: number, startedAgo: number, outcome: string, reason = '') =>
    store.insert('runs', [
      {
        run: String(number),
        check: 'inventory_on_hand',
        plant: 'HAM',
        kind: 'full',
        outcome,
        reason,
        started_at: ago(startedAgo),
        clock: ago(startedAgo),
      },
    ])

  test('the last run failed; a complete one ends it', async () => {
    await run(1, 2 * minute, 'ok')
    await run(2, minute, 'failed', 'memory')
    const [found] = await judge('run_failed')
    expect(found?.seen).toMatchObject({ holds: true, path: '/runs/2', since: ago(minute) })
    await run(3, 1000, 'ok')
    expect(says(await judge('run_failed'))).toBe('clears')
  })

  test('incomplete is nothing for a while, and then it is', async () => {
    await run(1, 29 * minute, 'ok')
    await run(2, minute, 'incomplete', 'wms is stale')
    expect(says(await judge('run_failed'))).toBe('between')
    await store.command('TRUNCATE TABLE runs')
    await run(1, 31 * minute, 'ok')
    await run(2, minute, 'incomplete', 'wms is stale')
    const [found] = await judge('run_failed')
    expect(found?.seen.summary).toContain('wms is stale')
    expect(found?.seen.holds).toBe(true)
  })
})

describe('ourselves', () => {
  test('spool and disk at their limits', async () => {
    gauges.spool = () => ({ waiting_bytes: 500, oldest_s: 1, limit_bytes: 1000, refusing: '' })
    gauges.disk = async () => diskWith(150)
    expect((await judge('spool'))[0]?.seen).toMatchObject({ holds: true, value: '50 %' })
    expect((await judge('disk'))[0]?.seen).toMatchObject({ holds: true, value: '85 %' })
    gauges.spool = () => ({ waiting_bytes: 5, oldest_s: 300, limit_bytes: 1000, refusing: '' })
    gauges.disk = async () => diskWith(151)
    expect((await judge('spool'))[0]?.seen.holds).toBe(true)
    expect((await judge('disk'))[0]?.seen.holds).toBe(false)
    gauges.disk = async () => diskWith(40)
    expect((await judge('disk'))[0]?.seen).toMatchObject({
      holds: true,
      clears: false,
      title: 'The disk is full: nothing more is taken',
      summary: expect.stringContaining('answered 503'),
    })
  })

  test('backup: one that failed, one that is late, and none where none are made', async () => {
    expect(await judge('backup')).toEqual([])
    const good = {
      to: '/backups',
      every_ms: 24 * hour,
      keep: 7,
      is_under_way: false,
      last: { name: '1', at: ago(2 * hour), cost: null },
      failure: null,
      due_at: ago(-22 * hour),
      is_late: false,
    }
    const whenIs = async (state: Partial<BackupState>) => {
      gauges.backups = () => ({ ...good, ...state })
      return (await judge('backup'))[0]?.seen
    }
    expect(await whenIs({})).toMatchObject({ holds: false, clears: true })
    expect(await whenIs({ failure: { at: ago(0), message: 'no room' } })).toMatchObject({
      holds: true,
      title: 'The last backup failed',
      summary: 'To /backups: no room. The newest that is whole is 2 h 00 old.',
    })
    expect(await whenIs({ is_late: true, last: null })).toMatchObject({
      holds: true,
      title: 'A backup is late',
      summary: expect.stringContaining('There is none that is whole.'),
    })
  })

  test('own_health: a condition that fails says nothing, and that is said', async () => {
    gauges.disk = () => Promise.reject(new Error('no such disk'))
    const judged = await judgeConditions(await loadConditions(), { estate, store, checks, now, gauges })
    expect([...judged.failing]).toEqual([['disk', 'no such disk']])
    expect(judged.findings.some((finding) => finding.condition === 'disk')).toBe(false)
    const own = judged.findings.find((finding) => finding.condition === 'own_health')
    expect(own?.observations[0]?.seen).toMatchObject({ holds: true, value: '1' })
  })

  test('own_health: a receiver that is disabled, and what was given up within the hour, until it is heard again', async () => {
    const using = { ...estate, receivers: [{ receiver: 'desk' }, { receiver: 'pager' }] } as typeof estate
    const unheard = async () =>
      (await judge('own_health', using))
        .map(({ seen }) => seen)
        .filter((seen) => seen.place.part)
        .map((seen) => [seen.title, seen.path])
    const became = (receiver: string, step: number, outcome: string, at: string) =>
      store.insert('deliveries', [
        { receiver, sequence: '1', step, id: 'x', attempt: 1, at, outcome, reason: 'it answered 410' },
      ])
    await became('desk', 1, 'disabled', ago(3 * hour))
    await became('pager', 1, 'given_up', ago(minute))
    await became('gone', 1, 'disabled', ago(minute))
    expect(await unheard()).toEqual([
      ['desk is told nothing any more', '/deliveries?receiver=desk'],
      ['pager was not told 1 time', '/deliveries?receiver=pager'],
    ])
    await became('desk', 2, 'enabled', ago(minute))
    await became('pager', 2, 'delivered', ago(minute))
    expect(await unheard()).toEqual([])
  })
})

test('what the estate switches off, or excepts, is not watched', async () => {
  await passages(30, 20 * minute, null)
  const { alerting } = estate
  const using = {
    ...estate,
    alerting: {
      ...alerting,
      conditions: {
        ...alerting.conditions,
        backlog: { ...alerting.conditions.backlog, except: [{ plant: ['HAM'] }] },
        burn_rate: { ...alerting.conditions.burn_rate, enabled: false },
      },
    },
  }
  expect(await judge('backlog', using)).toEqual([])
  const judged = await judgeConditions(await loadConditions(), { estate: using, store, checks, now, gauges })
  expect([judged.watched.has('backlog'), judged.watched.has('burn_rate')]).toEqual([true, false])
})

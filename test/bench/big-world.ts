import { loadChecks } from '../../reconcilers/check.ts'
import { createFinish } from '../../server/core/case-finish.ts'
import type { Estate } from '../../server/core/estate.ts'
import { handoffRows } from '../../server/core/handoffs.ts'
import { entityNames } from '../../server/core/model.ts'
import { foldCases } from '../../sql/cases.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import type { Store } from '../../sql/store.ts'
import { writeSteps } from './queue-world.ts'

/** How much a company of some size has of a month. */
export const big = { events: 10_000_000, spans: 12_000_000, states: 1_000_000, cases: 100_000 }
export type Size = typeof big

const days = 30
/** Of one order: an event of each stage, spans of the calls between them, and a line in two systems. */
const stages = ['crm_ordered', 'erp_accepted', 'wms_released', 'wms_shipped', 'erp_invoiced']
const types = [
  'crm.order.created.v1',
  'erp.order.accepted.v1',
  'wms.delivery.released.v1',
  'wms.shipment.posted.v1',
  'erp.invoice.posted.v1',
]
/** What each stage comes after the first, in seconds, at the least. */
const after = [0, 15, 50, 3_600, 3_780]
const spansPerOrder = 6

/**
 * Fills a folder with a month of an estate, as its loads would have: events and spans go through the same views. Orders
 * come evenly over the month; one in two hundred stays where it is, one in fifty spans fails.
 */
export async function makeBigWorld(folder: string, estate: Estate, size: Size = big): Promise<void> {
  const store = await openStore({ dataFolder: folder })
  try {
    await migrate(store)
    const end = Math.floor(Date.now() / 1000) - 60
    const world = {
      plants: estate.plants.map(({ plant }) => plant),
      end,
      start: end - days * 86_400,
      stages,
      types,
      after,
    }
    for (let day = 0; day < days; day++) {
      const orders = Math.round(size.events / stages.length / days)
      await store.command(eventsOfDay, { ...world, day, orders, first: day * orders }, { lane: 'load' })
      const traces = Math.round(size.spans / spansPerOrder / days)
      await store.command(
        spansOfDay,
        { ...world, day, orders: traces, first: day * traces, per: spansPerOrder },
        { lane: 'load' },
      )
    }
    await store.command(statesOf, { ...world, lines: size.states / 2 }, { lane: 'load' })
    const at = new Date().toISOString()
    await store.insert('loads', [
      { load_seq: 1, kind: 'events', source: '', name: 'month', bytes: 0, loaded_at: at },
    ])
    await store.command(
      watermarks,
      { ...world, systems: estate.systems.map(({ system }) => system) },
      { lane: 'load' },
    )
    await writeHandoffs(store, handoffRows(estate, new Date()))
    await store.command(hoursJudged, world)
    await writeRuns(store, world, estate)
    await writeSteps(store, size.cases, world.plants)
    const numbers = Array.from({ length: size.cases }, (_, index) => String(index + 1))
    await foldCases(store, numbers, createFinish(estate, loadChecks(estate)))
    for (const table of [
      'flow_progress',
      'passages',
      'business_events',
      'otel_spans',
      'runs',
      ...entityNames.map((name) => `${name}_log`),
    ])
      await store.command(`OPTIMIZE TABLE ${table}`, {}, { lane: 'load' })
  } finally {
    await store.close()
  }
}

const order = "concat('SO-', toString(4000000 + index))"
const plant = '{plants:Array(String)}[1 + index % length({plants:Array(String)})]'
/** Whole seconds since the epoch when an order came. */
const came =
  '({start:UInt32} + {day:UInt32} * 86400 + intDiv((index - {first:UInt32}) * 86400, {orders:UInt32}))'

const eventsOfDay = `INSERT INTO events_in (kind, source, system, plant, flow, stage, event_id, type, key, occurred_at, received_at, trace_id, partner, data, load_seq)
SELECT 'event', source, source, plant, 'order_to_cash', stage, concat('e', toString(index), stage), type, key, occurred_at, occurred_at + INTERVAL 2 SECOND,
  lower(hex(sipHash128(index))), concat('C-', toString(100 + index % 400)), concat('{"order":"', key, '","lines":3}'), 1
FROM (
  SELECT {first:UInt32} + intDiv(number, length({stages:Array(String)})) AS index, 1 + number % length({stages:Array(String)}) AS place,
    {stages:Array(String)}[place] AS stage, {types:Array(String)}[place] AS type, ${order} AS key, ${plant} AS plant,
    multiIf(startsWith(stage, 'crm'), 'crm', startsWith(stage, 'erp'), 'erp', concat('wms_', lower(plant))) AS source,
    fromUnixTimestamp64Milli(toInt64((${came} + {after:Array(UInt32)}[place]) * 1000 + cityHash64(index, place) % 20000 * place), 'UTC') AS occurred_at,
    -- where it stays, if it does
    if(cityHash64(index) % 200 = 0, 1 + cityHash64(index, 'stays') % 4, 99) AS last
  FROM numbers({orders:UInt32} * length({stages:Array(String)}))
)
WHERE occurred_at <= fromUnixTimestamp64Milli(toInt64({end:UInt32}) * 1000, 'UTC') AND place <= last`

const spansOfDay = `INSERT INTO spans_in (ts, trace_id, span_id, parent_span_id, plant, flow, system, service, peer, name, kind, status, status_message, duration_ns, key, attributes, attribute_types, resource, received_at)
SELECT fromUnixTimestamp64Nano(toInt64(at_ms) * 1000000 + place * 1000, 'UTC'), reinterpretAsFixedString(sipHash128(index)), cityHash64(index, place), if(place = 0, 0, cityHash64(index, place - 1)), plant, 'order_to_cash', service, service, peer,
  name, if(peer = '', 'SERVER', 'CLIENT'), if(is_bad, 'ERROR', 'OK'), if(is_bad, '504 upstream timed out', ''), 2000000 * (1 + place) + cityHash64(index, place, 'd') % 40000000, key,
  map('http.request.method', 'POST', 'url.path', concat('/orders/', key), 'http.response.status_code', if(is_bad, '504', '200'), 'server.address', peer, 'network.protocol.version', '1.1'), '11131', concat('{"service.name":"', service, '"}'),
  fromUnixTimestamp64Milli(toInt64(at_ms) + 3000, 'UTC')
FROM (
  SELECT {first:UInt32} + intDiv(number, {per:UInt32}) AS index, number % {per:UInt32} AS place, ${order} AS key, ${plant} AS plant,
    ['crm', 'hub', 'hub', 'erp', 'wms', 'hub'][1 + place] AS service, ['hub', '', 'erp', '', 'carrier', 'crm'][1 + place] AS peer,
    ['send order', 'route order', 'POST /orders', 'post order', 'book carrier', 'confirm order'][1 + place] AS name,
    cityHash64(index, place, 'bad') % 50 = 0 AS is_bad, ${came} * 1000 + place * 40 AS at_ms
  FROM numbers({orders:UInt32} * {per:UInt32})
)`

/** Order lines that the CRM and the ERP agree on, but for one in ten thousand. */
const statesOf = `INSERT INTO order_lines_log (plant, system, source, order_type, order_no, line_no, item, quantity, unit, unit_price, currency, status, version, occurred_at, received_at, event_id, load_seq)
SELECT ${plant}, system, system, 'sales', ${order}, '10', concat('DX-', toString(index % 500)), if(system = 'erp' AND index % 10000 = 0, 4, 5), 'PCE', 10, 'EUR', 'open', 1, at, at, concat('s', toString(index), system), 1
FROM (SELECT number AS index, arrayJoin(['crm', 'erp']) AS system, toDateTime64({start:UInt32} + number % 2500000, 3, 'UTC') AS at FROM numbers({lines:UInt32}))`

const watermarks = `INSERT INTO events_in (kind, source, system, plant, occurred_at, received_at, load_seq)
SELECT 'watermark', arrayJoin({systems:Array(String)}) AS system, system, arrayJoin({plants:Array(String)}), toDateTime64({end:UInt32}, 3, 'UTC'), now64(3, 'UTC'), 1`

/** Every hour was compared with its past when it was over. */
const hoursJudged = `INSERT INTO hours_judged (plant, hour, judged_at, places, comparable)
SELECT arrayJoin({plants:Array(String)}), toStartOfHour(toDateTime({start:UInt32}, 'UTC')) + INTERVAL number HOUR AS hour, hour + INTERVAL 1 HOUR, 10, 10
FROM numbers(intDiv({end:UInt32}, 3600) - intDiv({start:UInt32}, 3600))`

/** A run of each check in each plant every minute of the last days, and every hour before: as the schedule leaves them. */
async function writeRuns(
  store: Store,
  world: { plants: string[]; end: number },
  estate: Estate,
): Promise<void> {
  const checks = estate.checks.map(({ check }) => check)
  const write = (everyS: number, count: number, first: number, upTo: number) =>
    store.command(
      `INSERT INTO runs (run, check, plant, kind, outcome, started_at, duration_ms, clock, left_watermark, right_watermark, cut, left_rows, right_rows, compared, judged, variances, amount)
       SELECT toString({first:UInt32} + number), {checks:Array(String)}[1 + number % length({checks:Array(String)})], {plants:Array(String)}[1 + intDiv(number, length({checks:Array(String)})) % length({plants:Array(String)})],
         'incremental', 'ok', at, 300, at, at, at, 1, 80000, 80000, 80000, 100, cityHash64(number) % 40, toDecimal64(cityHash64(number) % 100000, 2)
       FROM (SELECT number, toDateTime64({up_to:UInt32} - intDiv(number, {each:UInt32}) * {every_s:UInt32}, 3, 'UTC') AS at FROM numbers({count:UInt32} * {each:UInt32}))`,
      {
        checks,
        plants: world.plants,
        each: checks.length * world.plants.length,
        every_s: everyS,
        count,
        first,
        up_to: upTo,
      },
      { lane: 'load' },
    )
  await write(60, 7 * 1_440, 1, world.end)
  await write(3_600, 23 * 24, 10_000_000, world.end - 7 * 86_400)
}

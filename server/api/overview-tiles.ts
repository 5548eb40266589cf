import { sumDecimals } from '../core/decimal.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { OverviewFacts } from './overview-facts.ts'
import type { Tile } from './schemas/overview.ts'
import { type Status, statusOf, worstStatus } from './scope.ts'

type Point = { at: string; value: number | null }
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
const changeOf = (now: number | null, before: number | null) =>
  now === null || before === null ? null : now - before

/** The five KPIs of the overview. A KPI without facts has the value null and the status unknown. */
export function composeTiles(context: ApiContext, facts: OverviewFacts): Tile[] {
  return [
    composeLatency(facts),
    composeBacklog(facts),
    composeInventory(context, facts),
    composeExceptions(context, facts),
    composeManualWork(context, facts),
  ]
}

function composeLatency({ latency, latencySeries, mainFlow, mainHandoff }: OverviewFacts): Tile {
  const used =
    latency && latency.hour_done > 0
      ? latency.hour_ms_quantiles
      : latency && latency.range_done > 0
        ? latency.range_ms_quantiles
        : []
  const [, p95 = null, p99 = null] = used
  const before = latency && latency.previous_done > 0 ? (latency.previous_ms_quantiles[1] ?? null) : null
  const limit = mainHandoff?.objective_ms ?? null
  return {
    tile: 'latency',
    label: `${mainHandoff?.name ?? 'Order'} sync latency, p95`,
    kind: 'duration_ms',
    value: p95,
    money: null,
    partial: false,
    unit: 'ms',
    status: p95 === null || !limit ? 'unknown' : statusOf(p95 / limit),
    detail:
      limit && p99 !== null
        ? `SLO ${writeDuration(limit)}, p99 ${writeDuration(p99)}`
        : 'no orders in the range',
    change: changeOf(p95, before),
    limit,
    series: latencySeries.now,
    previous_series: latencySeries.before,
    href: mainFlow ? `/flows/${mainFlow.flow}` : '/flows',
  }
}

function composeBacklog({ health, backlogSeries }: OverviewFacts): Tile {
  const stuck = sum(health.map((row) => row.stuck))
  const waiting = sum(health.map((row) => row.waiting))
  const oldest = Math.max(0, ...health.filter((row) => row.stuck > 0).map((row) => row.oldest_ms))
  const isBreach = health.some((row) => row.stuck > 0 && handoffShare(row) >= 1)
  return {
    tile: 'backlog',
    label: 'Backlog over objective',
    kind: 'count',
    value: health.length > 0 ? stuck : null,
    money: null,
    partial: false,
    unit: stuck === 1 ? 'message' : 'messages',
    status: health.length === 0 ? 'unknown' : isBreach ? 'breach' : stuck > 0 ? 'watch' : 'ok',
    detail:
      stuck > 0
        ? `Oldest ${writeDuration(oldest)}, ${writeNumber(waiting - stuck)} more within objective`
        : `${writeNumber(waiting)} within objective`,
    change: changeOf(stuck, backlogSeries.stood?.value ?? null),
    limit: null,
    series: backlogSeries.now,
    previous_series: backlogSeries.before,
    href: '/flows',
  }
}

function composeInventory(
  { estate }: ApiContext,
  { counts, impact, amounts, stockValue, inventoryChecks, runs, money }: OverviewFacts,
): Tile {
  const names = new Set(inventoryChecks.map((check) => check.check))
  const amount = sumDecimals(impact.filter((row) => names.has(row.check)).map((row) => row.amount))
  const worth = sumDecimals(counts.filter((row) => names.has(row.check)).map((row) => row.counted_worth))
  const relevant = runs.filter((run) => names.has(run.check))
  const silent = relevant.filter((run) => run.outcome !== 'ok').length
  const stock = Number(stockValue)
  const share = stock > 0 ? (100 * Number(amount)) / stock : null
  // a watch or breach of inventory is one of its cases being one: materiality is the site's own word for it
  const limit = sum(inventoryChecks.map((check) => Number(check.materiality))) * 10
  const { stood } = amounts
  const series = amounts.now.map((row) => ({
    at: row.at,
    value: row.answered > 0 ? Number(row.amount) : null,
  }))
  return {
    tile: 'inventory',
    label: 'Inventory variance',
    kind: 'money',
    value: relevant.length > 0 ? Number(amount) : null,
    money: relevant.length > 0 ? amount : null,
    partial: silent > 0,
    unit: money.currency,
    status:
      relevant.length === 0 || silent > 0 ? 'unknown' : statusOf(limit > 0 ? Number(worth) / limit : null),
    detail:
      silent > 0
        ? `Without ${silent} of ${relevant.length} plants, see runs`
        : relevant.length === 0
          ? inventoryChecks.length > 0
            ? 'no inventory check has run'
            : 'no check compares inventory here'
          : share === null
            ? 'ERP against WMS, at standard cost'
            : `${share.toFixed(2)} % of stock value`,
    change:
      silent > 0 ? null : changeOf(Number(amount), stood && stood.answered > 0 ? Number(stood.amount) : null),
    // it is agreed in the reporting currency
    limit: (money.currency === estate.currency && limit) || null,
    series,
    previous_series: amounts.before.map((row) => ({
      at: row.at,
      value: row.answered > 0 ? Number(row.amount) : null,
    })),
    href: `/exceptions?check=${inventoryChecks[0]?.check ?? ''}`,
  }
}

function composeExceptions(context: ApiContext, { counts, impact, caseSeries, runs }: OverviewFacts): Tile {
  const open = sum(counts.map((row) => row.cases))
  const serious = sum(counts.map((row) => row.serious_cases))
  const aged = sum(counts.map((row) => row.aged_cases))
  const status: Status =
    runs.length === 0
      ? 'unknown'
      : worstStatus(
          impact.map((row) =>
            row.severity === 'critical' ? 'breach' : row.severity === 'high' ? 'watch' : 'ok',
          ),
        )
  return {
    tile: 'exceptions',
    label: 'Open exceptions',
    kind: 'count',
    value: runs.length > 0 ? open : null,
    money: null,
    partial: runs.some((run) => run.outcome !== 'ok'),
    unit: '',
    status,
    detail:
      open === 0
        ? `${context.checks.length} checks agree`
        : `${serious} high or critical, ${aged} older than a day`,
    change: changeOf(open, caseSeries.stood?.value ?? null),
    limit: null,
    series: caseSeries.now,
    previous_series: caseSeries.before,
    href: '/exceptions',
  }
}

function composeManualWork(context: ApiContext, facts: OverviewFacts): Tile {
  const orders = sum(facts.orders.map((row) => row.total))
  const before = sum(facts.orders.map((row) => row.previous_total))
  const share = orders > 0 ? (100 * facts.manual.orders) / orders : null
  const previous = before > 0 ? (100 * facts.manual.previous_orders) / before : null
  const target = context.estate.manual_work === undefined ? null : Number(context.estate.manual_work)
  return {
    tile: 'runs',
    label: 'Orders needing manual work',
    kind: 'percent',
    value: share,
    money: null,
    partial: false,
    unit: '%',
    status: share === null ? 'unknown' : statusOf(target === null ? 0 : share / target),
    detail:
      share === null
        ? 'no orders in the range'
        : `${writeNumber(facts.manual.orders)} of ${writeNumber(orders)}, ${target === null ? 'no target set' : `target ${target} %`}`,
    change: changeOf(share, previous),
    limit: target,
    series: joinShares(facts.manualSeries.now, facts.ordersSeries.now),
    previous_series: joinShares(facts.manualSeries.before, facts.ordersSeries.before),
    href: '/exceptions',
  }
}

function joinShares(
  part: { at: string; orders: number }[],
  whole: { at: string; orders: number }[],
): Point[] {
  const partOf = new Map(part.map((row) => [row.at, row.orders]))
  return whole.map((row) => ({
    at: row.at,
    value: row.orders > 0 ? (100 * (partOf.get(row.at) ?? 0)) / row.orders : null,
  }))
}

type Health = OverviewFacts['health'][number]

/** p95 of a hand-off: of the last hour with what waits, else of the range; null when nothing passed. */
export function handoffP95(row: Health): number | null {
  if (row.done + row.waiting > 0) return row.now_ms[1] ?? null
  return row.range_done > 0 ? (row.range_ms_quantiles[1] ?? null) : null
}

export const handoffShare = (row: Health): number =>
  row.objective_ms === '0' ? 0 : (handoffP95(row) ?? 0) / Number(row.objective_ms)

import { parseDuration } from '../../server/core/duration.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { CloudEventJson } from '../../server/demo/effects.ts'
import { judges } from './oracle-judges.ts'
import { type Kept, number, type Rows, type Say, trim } from './oracle-rows.ts'

/** A disagreement the oracle sees: `check plant key class`, and whether its grace still runs. */
export type OracleFinding = { id: string; isInGrace: boolean }

/**
 * The demo's checks in plain TypeScript over the states of events, written from their description and not from their
 * SQL: what a run must find when all systems are complete up to its clock.
 */
export function createOracle(estate: Estate) {
  const states = new Map<string, Map<string, Kept>>()
  const table = (entity: string) => {
    let rows = states.get(entity)
    if (!rows) {
      rows = new Map()
      states.set(entity, rows)
    }
    return rows
  }
  const keys: Record<string, string[]> = {
    inventory_positions: ['location', 'item', 'batch', 'stock_type'],
    stock_movements: ['movement_no'],
    order_lines: ['order_type', 'order_no', 'line_no'],
    shipment_lines: ['direction', 'shipment_no', 'line_no'],
    invoice_lines: ['invoice_no', 'line_no'],
    items: ['item'],
    prices: ['partner', 'item', 'valid_from'],
  }
  const roleOf = (system: string) => estate.systemOf.get(system)?.role ?? ''
  const graceOf = (check: string) =>
    estate.checks.find((config) => config.check === check)?.grace ?? (parseDuration('10m') as number)
  const base = (row: Kept) => {
    const factor = number(estate.unitOf.get(String(row.unit))?.factor ?? 1)
    return Math.round(number(row.quantity) * factor * 1e6) / 1e6
  }

  const clocks = new Map(
    estate.plants.map(({ plant, time_zone }) => [
      plant,
      new Intl.DateTimeFormat('en-GB', { timeZone: time_zone, year: 'numeric', month: '2-digit' }),
    ]),
  )
  const month = (row: Kept) => clocks.get(row.plant)?.format(Date.parse(String(row.posted_at))) ?? ''

  function apply(event: CloudEventJson): void {
    const at = Date.parse(event.time)
    for (const [entity, rows] of Object.entries(event.data?.states ?? {}))
      for (const row of rows) {
        const kept = {
          version: at,
          ...row,
          plant: event.plant ?? '',
          system: event.source,
          at,
        } as unknown as Kept
        const id = [kept.plant, kept.system, ...(keys[entity] ?? []).map((name) => trim(row[name]))].join('|')
        const known = table(entity).get(id)
        if (!known || number(known.version) <= number(kept.version)) table(entity).set(id, kept)
      }
  }

  function judge(plant: string, clock: number): OracleFinding[] {
    const found: OracleFinding[] = []
    const say = (check: string, key: string, name: string, changed: number) =>
      found.push({ id: `${check} ${plant} ${key} ${name}`, isInGrace: changed + graceOf(check) > clock })
    const everywhere = (entity: string) => [...table(entity).values()]
    const rows = (entity: string) => everywhere(entity).filter((row) => row.plant === plant)
    judgeInventory(rows, clock - graceOf('inventory_on_hand'), (key) =>
      say('inventory_on_hand', key, 'quantity', 0),
    )
    judgeOrders(rows, (key, name, at) => say('order_lines', key, name, at))
    judgeBilling(rows, (key, name, at) => say('goods_issue_billing', key, name, at))
    judgeReceipts(rows, (key, name, at) => say('ordered_received', key, name, at))
    for (const [check, judgeCheck] of Object.entries(judges))
      judgeCheck({ rows, everywhere, plant, roleOf, base, month }, (key, name, at) =>
        say(check, key, name, at),
      )
    return found
  }

  function judgeInventory(rows: Rows, settled: number, say: (key: string) => void): void {
    const position = (row: Kept) =>
      [row.location, row.item, row.batch].filter((part) => part !== '').join('/')
    const residual = new Map<string, number>()
    const add = (key: string, quantity: number) => residual.set(key, (residual.get(key) ?? 0) + quantity)
    for (const row of rows('inventory_positions'))
      add(position(row), roleOf(row.system) === 'wms' ? base(row) : -base(row))
    const documents = new Map<string, { key: string; moved: number; first: number }>()
    for (const row of rows('stock_movements')) {
      const id = `${position(row)} ${row.ref}`
      const document = documents.get(id) ?? { key: position(row), moved: 0, first: row.at }
      document.moved += roleOf(row.system) === 'wms' ? base(row) : -base(row)
      document.first = Math.min(document.first, row.at)
      documents.set(id, document)
    }
    for (const { key, moved, first } of documents.values()) if (first > settled) add(key, -moved)
    for (const [key, quantity] of residual) if (quantity !== 0) say(key)
  }

  function judgeOrders(rows: Rows, say: Say): void {
    const lines = new Map<string, { crm?: Kept; erp?: Kept }>()
    for (const row of rows('order_lines')) {
      if (row.order_type !== 'sales') continue
      const key = `${row.order_no}/${trim(row.line_no)}`
      lines.set(key, { ...lines.get(key), [roleOf(row.system)]: row })
    }
    for (const [key, { crm, erp }] of lines) {
      const at = Math.max(crm?.at ?? 0, erp?.at ?? 0)
      const gone = { crm: crm?.status === 'cancelled', erp: erp?.status === 'cancelled' }
      if (!erp) gone.crm || say(key, 'missing_in_erp', at)
      else if (!crm) gone.erp || say(key, 'missing_in_crm', at)
      else if (gone.crm !== gone.erp) say(key, 'status', at)
      else if (gone.crm) continue
      else if (base(crm) !== base(erp)) say(key, 'ordered_quantity', at)
      else if (Math.abs(number(crm.unit_price) - number(erp.unit_price)) > 0.010001) say(key, 'price', at)
    }
  }

  function judgeBilling(rows: Rows, say: Say): void {
    const lines = sum(
      rows('shipment_lines').filter(
        (row) => ['outbound', 'return'].includes(String(row.direction)) && roleOf(row.system) === 'wms',
      ),
      (row) => (row.direction === 'return' ? -base(row) : base(row)),
      rows('invoice_lines').filter((row) => row.order_type !== 'purchase'),
      (row) => (row.kind === 'invoice' ? base(row) : -base(row)),
    )
    for (const [key, { left, right, at }] of lines)
      if (left !== right) say(key, left > right ? 'not_billed' : 'overbilled', at)
  }

  function judgeReceipts(rows: Rows, say: Say): void {
    const ordered = rows('order_lines').filter((row) => row.order_type === 'purchase')
    const due = new Map(
      ordered.map((row) => [`${row.order_no}/${trim(row.line_no)}`, Date.parse(String(row.due_at))]),
    )
    const lines = sum(
      ordered.map((row) => ({ ...row, order_line_no: row.line_no as string }) as Kept),
      (row) => (row.status === 'cancelled' ? 0 : base(row)),
      rows('shipment_lines').filter((row) => row.direction === 'inbound'),
      base,
    )
    for (const [key, { left, right }] of lines)
      if (left !== right) say(key, left > right ? 'short' : 'over', due.get(key) ?? 0)
  }

  function sum(left: Kept[], ofLeft: (row: Kept) => number, right: Kept[], ofRight: (row: Kept) => number) {
    const lines = new Map<string, { left: number; right: number; at: number }>()
    const lineOf = (row: Kept) => {
      const key = `${row.order_no}/${trim(row.order_line_no)}`
      const line = lines.get(key) ?? { left: 0, right: 0, at: 0 }
      line.at = Math.max(line.at, row.at)
      lines.set(key, line)
      return line
    }
    for (const row of left) lineOf(row).left += ofLeft(row)
    for (const row of right) lineOf(row).right += ofRight(row)
    return lines
  }

  return { apply, judge }
}

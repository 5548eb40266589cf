/**
 * The entities Plumbline reconciles: what a system can say of the world. One declaration serves the contract of
 * incoming states, the mapping of files, and the tables in sql/schema (a test holds them against the engine).
 *
 * - `key`       part of the business key; leading zeros of all-digit keys do not count (`000010` = `10`)
 * - `code`      a short vocabulary: a status, a currency, a kind
 * - `text`      free text
 * - `decimal`   an exact number, at most 18 digits before and 6 after the point
 * - `quantity`  a decimal that is converted to the base unit by the `unit` beside it
 * - `moment`    a point in time
 */
export type ColumnType = 'key' | 'code' | 'text' | 'decimal' | 'quantity' | 'moment'
export type Column = { type: ColumnType; required?: boolean; values?: readonly string[] }
export type Entity = { title: string; key: readonly string[]; columns: Record<string, Column> }

const key = { type: 'key', required: true } as const
const optionalKey = { type: 'key' } as const
const code = { type: 'code' } as const
const text = { type: 'text' } as const
const decimal = { type: 'decimal' } as const
const quantity = { type: 'quantity', required: true } as const
const moment = { type: 'moment' } as const
const oneOf = (...values: string[]) => ({ type: 'code', required: true, values }) as const

export const entities = {
  inventory_positions: {
    title: 'Inventory position',
    key: ['location', 'item', 'batch', 'stock_type'],
    columns: {
      location: key,
      item: key,
      batch: optionalKey,
      stock_type: code,
      quantity,
      unit: code,
      unit_cost: decimal,
      currency: code,
    },
  },
  stock_movements: {
    title: 'Stock movement',
    key: ['movement_no'],
    columns: {
      movement_no: key,
      ref: key,
      location: key,
      item: key,
      batch: optionalKey,
      stock_type: code,
      movement_type: code,
      quantity,
      unit: code,
    },
  },
  order_lines: {
    title: 'Order line',
    key: ['order_type', 'order_no', 'line_no'],
    columns: {
      order_type: oneOf('sales', 'purchase'),
      order_no: key,
      line_no: key,
      item: optionalKey,
      quantity,
      unit: code,
      unit_price: decimal,
      currency: code,
      status: code,
      partner: text,
      due_at: moment,
    },
  },
  shipment_lines: {
    title: 'Shipment line',
    key: ['direction', 'shipment_no', 'line_no'],
    columns: {
      direction: oneOf('outbound', 'inbound', 'return'),
      shipment_no: key,
      line_no: key,
      order_no: key,
      order_line_no: key,
      item: optionalKey,
      batch: optionalKey,
      quantity,
      unit: code,
      posted_at: moment,
    },
  },
  invoice_lines: {
    title: 'Invoice line',
    key: ['invoice_no', 'line_no'],
    columns: {
      kind: oneOf('invoice', 'credit', 'cancellation'),
      invoice_no: key,
      line_no: key,
      order_no: key,
      order_line_no: key,
      item: optionalKey,
      quantity,
      unit: code,
      unit_price: decimal,
      currency: code,
      posted_at: moment,
    },
  },
  items: {
    title: 'Item',
    key: ['item'],
    columns: { item: key, name: text, base_unit: code, standard_cost: decimal, currency: code },
  },
  partners: {
    title: 'Partner',
    key: ['partner'],
    columns: { partner: key, name: text, role: code, country: code },
  },
} as const satisfies Record<string, Entity>

export type EntityName = keyof typeof entities
export const entityNames = Object.keys(entities) as EntityName[]
export const entityOf = (name: EntityName): Entity => entities[name]

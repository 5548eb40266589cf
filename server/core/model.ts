/**
 * The entities Plumbline reconciles: what a system can say of the world. One declaration serves the contract of
 * incoming states, the mapping of files, and the tables in sql/schema (a test holds them against the engine).
 *
 * - `key`       part of the business key; leading zeros of all-digit keys do not count (`000010` = `10`)
 * - `code`      a short vocabulary: a status, a currency, a kind
 * - `text`      free text
 * - `decimal`   an exact number, at most 18 digits before and 6 after the point
 * - `quantity`  a decimal that is converted to the base unit by the `unit` beside it
 * - `price`     a decimal that stays as it was stated, for so many base units as `price_factor` beside it says: those of
 *               its `price_unit`, else of the `unit`, times `price_per`. Divided into them it would be rounded.
 * - `moment`    a point in time
 */
export type ColumnType = 'key' | 'code' | 'text' | 'decimal' | 'quantity' | 'price' | 'moment'
export type Column = { type: ColumnType; required?: boolean; values?: readonly string[] }
export type Entity = { title: string; key: readonly string[]; columns: Record<string, Column> }

/** What stock types come to, whatever a system calls them; the estate's `codes` say which is which. */
export const stockTypes = ['unrestricted', 'quality', 'blocked', 'returns', 'in_transit'] as const
/** What the status of an order line comes to. */
export const lineStatuses = ['open', 'completed', 'cancelled', 'rejected'] as const

const key = { type: 'key', required: true } as const
const optionalKey = { type: 'key' } as const
const code = { type: 'code' } as const
const text = { type: 'text' } as const
const decimal = { type: 'decimal' } as const
const quantity = { type: 'quantity', required: true } as const
const optionalQuantity = { type: 'quantity' } as const
/** What a price is for, where it is not one of the `unit`: another unit, and how many of them (a price per 100). */
const price = {
  unit_price: { type: 'price' },
  price_unit: { type: 'code' },
  price_per: { type: 'decimal' },
} as const
const moment = { type: 'moment' } as const
/** What every master carries: what its system of record numbers the version, and from when it counts. */
const master = { master_version: optionalKey, effective_at: moment } as const
const oneOf = (...values: string[]) => ({ type: 'code', required: true, values }) as const

export const entities = {
  inventory_positions: {
    title: 'Inventory position',
    key: ['location', 'item', 'batch', 'owner', 'stock_type'],
    columns: {
      location: key,
      item: key,
      batch: optionalKey,
      // whose goods they are when not one's own: a supplier's on consignment
      owner: optionalKey,
      stock_type: code,
      quantity,
      unit: code,
      // of one base unit, whatever the unit of the quantity
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
      owner: optionalKey,
      stock_type: code,
      movement_type: code,
      quantity,
      unit: code,
      // the day it counts on in the books, when that is not the moment it happened
      posted_at: moment,
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
      // of a line that delivers something else than was ordered: what was
      substitute_for: optionalKey,
      quantity,
      unit: code,
      ...price,
      // of the whole line, beside its price
      charges: decimal,
      tax: decimal,
      currency: code,
      status: code,
      // how much of the line the system has set aside for it, and how much of it was cancelled
      allocated_quantity: optionalQuantity,
      cancelled_quantity: optionalQuantity,
      partner: optionalKey,
      due_at: moment,
    },
  },
  shipment_lines: {
    title: 'Shipment line',
    key: ['direction', 'shipment_no', 'line_no', 'serial'],
    columns: {
      direction: oneOf('outbound', 'inbound', 'return', 'transfer_out', 'transfer_in', 'transfer_loss'),
      // of a transfer that is issued: the plant it goes to
      to_plant: code,
      shipment_no: key,
      line_no: key,
      order_no: key,
      order_line_no: key,
      item: optionalKey,
      batch: optionalKey,
      // of goods that are numbered piece by piece: a row for each
      serial: optionalKey,
      quantity,
      unit: code,
      posted_at: moment,
    },
  },
  invoice_lines: {
    title: 'Invoice line',
    key: ['invoice_no', 'line_no'],
    columns: {
      // a price credit lowers what was billed for goods that stay delivered: it counts in values, not in quantities
      kind: oneOf('invoice', 'credit', 'cancellation', 'price_credit'),
      // whose order it bills: ours to a customer when nothing is said, a supplier's to us when it is purchase
      order_type: { type: 'code', values: ['sales', 'purchase'] },
      invoice_no: key,
      line_no: key,
      order_no: key,
      order_line_no: key,
      item: optionalKey,
      quantity,
      unit: code,
      ...price,
      charges: decimal,
      tax: decimal,
      currency: code,
      posted_at: moment,
    },
  },
  items: {
    title: 'Item',
    key: ['item'],
    columns: {
      item: key,
      name: text,
      base_unit: code,
      // the unit it is packed in, how many base units that is, and how it is handled: batch, serial, catch_weight, …
      pack_unit: code,
      pack_factor: decimal,
      flags: code,
      standard_cost: decimal,
      currency: code,
      ...master,
    },
  },
  partners: {
    title: 'Partner',
    key: ['partner'],
    columns: { partner: key, name: text, role: code, country: code, tax_id: text, flags: code, ...master },
  },
  prices: {
    title: 'Price',
    key: ['partner', 'item', 'valid_from', 'scale_from'],
    columns: {
      partner: key,
      item: key,
      // as the system writes it: part of the key, not a moment; from when a version counts is effective_at
      valid_from: optionalKey,
      // the quantity from which it counts, in the unit it is for
      scale_from: decimal,
      ...price,
      currency: code,
      ...master,
    },
  },
  routings: {
    title: 'Routing',
    key: ['item', 'routing', 'operation'],
    columns: {
      item: key,
      routing: optionalKey,
      operation: key,
      work_centre: code,
      setup_time: decimal,
      run_time: decimal,
      time_unit: code,
      ...master,
    },
  },
  // a consumer that does not take a version says so beside what it holds: its own record stays what it was
  master_rejections: {
    title: 'Master rejection',
    key: ['master', 'master_key', 'master_version'],
    columns: {
      master: oneOf('items', 'partners', 'prices', 'routings'),
      // the parts of the key with a slash between them
      master_key: key,
      master_version: key,
      reason: text,
    },
  },
} as const satisfies Record<string, Entity>

/** Whether values of a type are decimals. */
export const isNumber = (type: ColumnType): boolean => ['decimal', 'quantity', 'price'].includes(type)

/** Whether rows of an entity state a price, and so what it is for: `price_factor`. */
export const statesPrice = (entity: Entity): boolean =>
  Object.values(entity.columns).some(({ type }) => type === 'price')

export type EntityName = keyof typeof entities
export const entityNames = Object.keys(entities) as EntityName[]
export const entityOf = (name: EntityName): Entity => entities[name]
/** The entities whose versions are followed from their system of record to who uses them. */
export const masterNames = ['items', 'partners', 'prices', 'routings'] as const satisfies EntityName[]
export type MasterName = (typeof masterNames)[number]

import { customers, type Item, items, type Partner, partners, sold } from './catalogue.ts'
import type { StateRow } from './effects.ts'
import { costAt, money, type Plant, priceAt } from './plants.ts'
import type { Random } from './random.ts'

export type MasterKind = 'items' | 'partners' | 'prices'

/** A master record as the ERP keeps it for one plant. */
export type MasterRecord = { kind: MasterKind; key: string; version: number; row: StateRow }

/** What prices may be agreed for with a customer. */
export const agreedItems = (customer: Partner): Item[] =>
  [0, 1, 2].map((nth) => sold[(customer.name.length + nth * 7) % sold.length] as Item)

/** The masters a plant begins with: every item and partner, and prices agreed with some customers. */
export function openRecords(plant: Plant, random: Random): MasterRecord[] {
  const first = (kind: MasterKind, key: string, row: StateRow): MasterRecord => ({
    kind,
    key,
    version: 1,
    row: { ...row, master_version: '1' },
  })
  const agreed = customers.flatMap((customer) =>
    random.chance(0.4) ? agreedItems(customer).map((item) => ({ customer, item })) : [],
  )
  return [
    ...items.map((item) =>
      first('items', item.item, {
        item: item.item,
        name: item.name,
        base_unit: item.unit,
        ...(item.boxed ? { pack_unit: 'BOX', pack_factor: '12' } : {}),
        flags: handlingOf(item),
        standard_cost: money(costAt(plant, item)),
        currency: plant.currency,
      }),
    ),
    ...partners.map((partner, index) =>
      first('partners', partner.partner, {
        ...partner,
        tax_id: `${partner.country}${811_907_980 + index * 1_013}`,
        flags: partner.role === 'customer' ? 'credit_checked' : 'approved',
      }),
    ),
    ...agreed.map(({ customer, item }) =>
      first('prices', `${customer.partner}/${item.item}/2026-01-01`, {
        partner: customer.partner,
        item: item.item,
        valid_from: '2026-01-01',
        // what comes in boxes has its price per hundred
        unit_price: money(priceAt(plant, item) * (item.boxed ? 100 : 1)),
        currency: plant.currency,
        price_unit: item.unit,
        ...(item.boxed ? { price_per: '100' } : {}),
      }),
    ),
  ]
}

/** How an item is handled, as the flags of its record. */
const handlingOf = ({ kind, batch, cost }: Item): string =>
  [
    kind === 'made' ? 'pallet' : kind === 'spare' ? 'shelf' : 'rack',
    ...(batch === '' ? [] : ['batch', 'hazardous']),
    ...(kind === 'made' && cost > 300 ? ['serial'] : []),
  ].join(' ')

/**
 * The next version of a record: a price a few percent off, an item to be inspected or of another revision, a name written
 * differently. What an item costs stands for the year.
 */
export function changeRecord(record: MasterRecord, random: Random): void {
  record.version++
  const { row } = record
  const change = 1 + (random.next() - 0.45) * 0.09
  const moved = (text: string) => money(Math.max(1, Math.round(Number(text) * 100 * change)))
  if (record.kind === 'items' && random.chance(0.35)) row.flags = toggled(String(row.flags), inspection)
  else if (record.kind === 'items') row.name = toggled(String(row.name), revision)
  else if (record.kind === 'prices') row.unit_price = moved(String(row.unit_price))
  else row.name = toggled(String(row.name), accounts)
  row.master_version = String(record.version)
}

const accounts = ', Accounts'
const revision = ', rev. B'
const inspection = ' inspect'
const toggled = (text: string, ending: string) =>
  text.endsWith(ending) ? text.slice(0, -ending.length) : text + ending

/** Why a consumer does not take a version, as its own log says it. */
export const reasonOf = (kind: MasterKind, random: Random): string =>
  random.pick(
    {
      items: ['Base unit is in use by open tasks', 'Item is locked by a stock count'],
      partners: ['Name is longer than 20 characters', 'Duplicate of an existing account'],
      prices: ['Price is below the margin floor', 'Currency of the price book differs'],
    }[kind],
  )

import type { Item } from './catalogue.ts'
import type { Effect, Move } from './effects.ts'
import type { FaultBook } from './faults.ts'
import type { Plant } from './plants.ts'
import type { Random } from './random.ts'
import type { Trace } from './traces.ts'
import type { Windows } from './windows.ts'

/** What the parts of the simulated company share while they plan what will happen. */
export type Sim = {
  plants: Plant[]
  faults: FaultBook
  windows: Windows
  /** What is on stock or on its way, less what is promised; decides what to make and buy. */
  planned: PlannedStock
  /** Until when a batch of an item is in inspection, by plant and item. */
  inspectedUntil: Map<string, number>
  /** Plans an effect; returns the id its event will have. */
  emit(effect: Effect): string
  /** Says whom a business key concerns; every event about it names the partner. */
  concern(key: string, partner: string): void
  trace(plant: Plant, flow: string, key: string, step: string): Trace
  /** The next document number of a series. */
  number(name: keyof typeof series): number
}

/** Where the number ranges begin. */
export const series = {
  order: 80_001,
  delivery: 80_041_001,
  invoice: 90_012_001,
  purchase: 4_500_101,
  receipt: 50_020_001,
  production: 1_000_501,
  count: 100_000_401,
  transfer: 60_003_001,
  inspection: 30_000_201,
  bill: 5_105_600_101,
  plant_transfer: 4_900_050_001,
  loss: 100_700_001,
  sample: 70_000_301,
  damage: 31_000_101,
}

export type PlannedStock = {
  get(plant: string, item: string): number
  add(plant: string, item: string, quantity: number): void
}

export const orderToCash = 'order_to_cash'
export const procureToStock = 'procure_to_stock'

/** A hand-off's time in ms: lognormal around the median, never above `most` seconds, so that graces hold. */
export const delayOf = (random: Random, median: number, most: number, sigma = 0.62): number =>
  Math.round(Math.min(Math.max(random.lognormal(median, sigma), 1.2), most) * 1000)

/** How the plant's WMS spells the unit of an item. */
export const wmsUnit = (plant: Plant, item: Item): string => (item.unit === 'PCE' ? plant.piece : item.unit)

export const positionKey = (location: string, item: Item): string =>
  [location, item.item, item.batch].filter((part) => part !== '').join('/')

/** The key of a document's movements of an item. */
export const movementKey = (ref: string, item: Item): string => `${ref}/${item.item}`

export const moveOf = (
  ref: string,
  item: Item,
  quantity: number,
  kind: string,
  location = item.home,
): Move => ({
  ref,
  location,
  item: item.item,
  batch: item.batch,
  quantity,
  kind,
})

/** The ERP writes line numbers with leading zeros, the others do not. */
export const erpLine = (line: number): string => String(line).padStart(6, '0')

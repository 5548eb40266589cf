import type { Estate } from '../core/estate.ts'
import type { Item } from './catalogue.ts'
import { hour } from './effects.ts'

/** A plant as the simulation needs it: the estate's facts and how it behaves. */
export type Plant = {
  plant: string
  wms: string
  currency: string
  /** what a euro is worth here */
  perEuro: number
  /** its part of all orders */
  share: number
  /** how its WMS spells a piece */
  piece: string
  /** medians of its hand-offs in seconds */
  sync: number
  release: number
  posting: number
  /** which layout of the shipment message its WMS sends */
  shipments: 1 | 2
  /** whether its WMS leaves carriers to be typed in */
  entersCarriers: boolean
  /** how busy an hour is; the mean of a working day is 1 */
  busy(at: number): number
}

const manners: Record<
  string,
  { share: number; piece: string; sync: number; release: number; posting: number }
> = {
  HAM: { share: 0.33, piece: 'ST', sync: 9, release: 14, posting: 24 },
  BRN: { share: 0.18, piece: 'PCE', sync: 8, release: 12, posting: 21 },
  WRO: { share: 0.14, piece: 'EA', sync: 13, release: 11, posting: 18 },
  SHF: { share: 0.11, piece: 'EA', sync: 7, release: 9, posting: 20 },
  MTY: { share: 0.13, piece: 'PC', sync: 10, release: 13, posting: 26 },
  SUZ: { share: 0.11, piece: 'PC', sync: 11, release: 19, posting: 28 },
}

/** The plants of the estate that have a WMS of their own. */
export function describePlants(estate: Estate): Plant[] {
  return estate.plants.map(({ plant, currency, time_zone, shifts }) => {
    const manner = manners[plant] ?? { share: 0.1, piece: 'PCE', sync: 10, release: 12, posting: 24 }
    return {
      ...manner,
      // the one WMS that was not updated when the layout changed
      shipments: plant === 'SUZ' ? 1 : 2,
      entersCarriers: plant === 'MTY',
      plant,
      currency,
      wms: estate.systemsOf('wms', plant)[0]?.system ?? '',
      perEuro: Number(estate.rateOf(estate.currency)) / Number(estate.rateOf(currency)),
      busy: measureBusy(time_zone, shifts),
    }
  })
}

const nightShare = 0.4
const outside = 0.08
const weekend = 0.35

/** From the plant's shifts in its own time: full in a shift, less in a night shift, little outside and at weekends. */
function measureBusy(timeZone: string, shifts: { from: string; to: string }[]): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  const byHour = Array.from({ length: 24 }, (_, local) => {
    const shift = shifts.find(({ from, to }) => {
      const [start, end] = [Number(from.slice(0, 2)), Number(to.slice(0, 2))]
      return start < end ? local >= start && local < end : local >= start || local < end
    })
    if (!shift) return outside
    return Number(shift.from.slice(0, 2)) >= 20 ? nightShare : 1
  })
  const mean = byHour.reduce((sum, factor) => sum + factor, 0) / 24
  return (at) => {
    const parts = format.formatToParts(at)
    const local = Number(parts.find((part) => part.type === 'hour')?.value)
    const day = parts.find((part) => part.type === 'weekday')?.value
    return ((byHour[local] ?? 1) / mean) * (day === 'Sat' || day === 'Sun' ? weekend : 1)
  }
}

/** Hour slices are whole hours of UTC. */
export const sliceOf = (at: number): number => Math.floor(at / hour)

/** Standard cost in the plant's currency, in hundredths. */
export const costAt = (plant: Plant, item: Item): number => Math.round(item.cost * plant.perEuro * 100)

/** List price in the plant's currency, in hundredths: cost and margin, rounded as price lists are. */
export const priceAt = (plant: Plant, item: Item): number => {
  const price = item.cost * plant.perEuro * 1.46
  const step = price > 100 ? 1 : price > 10 ? 0.1 : 0.05
  return Math.round(Math.round(price / step) * step * 100)
}

/** A price of a base unit as it is stated for another: a box holds twelve. */
export const priceIn = (unit: string, hundredths: number): string =>
  money(unit === 'BOX' ? hundredths * 12 : hundredths)

/** Hundredths as decimal text. */
export const money = (hundredths: number): string => {
  const sign = hundredths < 0 ? '-' : ''
  const whole = Math.abs(hundredths)
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`
}

import { itemOf, items } from './catalogue.ts'
import { type Effect, hour, iso, type Move, type StateRow, type States } from './effects.ts'
import { costAt, money, type Plant } from './plants.ts'
import { wmsUnit } from './sim.ts'

type Position = { location: string; item: string; batch: string; stock: string; quantity: number }

/** What each system has on its books: every movement gives the absolute position that follows, with a rising version. */
export type Books = {
  /** The states of the effect with its stock documents and the positions after them. */
  post(effect: Effect, sequence: number): States | undefined
  quantity(system: string, plant: string, location: string, item: string): number
}

/** Opens the books with the opening stock of every plant in its ERP and WMS. */
export function openBooks(plants: Plant[], opening: (plant: Plant, item: string) => number): Books {
  const plantOf = new Map(plants.map((plant) => [plant.plant, plant]))
  const books = new Map<string, Map<string, Position>>()
  for (const plant of plants)
    for (const system of ['erp', plant.wms])
      books.set(
        `${system} ${plant.plant}`,
        new Map(
          items.map(({ item, home, batch }) => [
            `${home} ${item} ${batch} ${usable}`,
            { location: home, item, batch, stock: usable, quantity: opening(plant, item) },
          ]),
        ),
      )
  const countedAt = rememberFirst()
  let version = 0
  const describe = (plant: Plant, system: string, position: Position, at: number): StateRow => {
    const item = itemOf.get(position.item)
    if (!item) throw new Error(`no item ${position.item}`)
    const row: StateRow = {
      location: position.location,
      item: position.item,
      batch: position.batch,
      stock_type: position.stock,
      quantity: String(position.quantity),
      unit: system === 'erp' ? item.unit : wmsUnit(plant, item),
      version: nextVersion(at),
    }
    if (system === 'erp')
      Object.assign(row, { unit_cost: money(costAt(plant, item)), currency: plant.currency })
    return row
  }
  // milliseconds leave room for a thousand changes each
  const nextVersion = (at: number) => {
    version = Math.max(version + 1, Math.round(at) * 1_000)
    return version
  }
  return {
    quantity: (system, plant, location, item) =>
      books.get(`${system} ${plant}`)?.get(`${location} ${item} ${itemOf.get(item)?.batch ?? ''} ${usable}`)
        ?.quantity ?? 0,
    post: (effect, sequence) => {
      const plant = plantOf.get(effect.plant) as Plant
      const book = books.get(`${effect.system} ${effect.plant}`)
      if (effect.type === openingType && book) {
        const positions = [...book.values()].map((position) =>
          describe(plant, effect.system, position, effect.at),
        )
        return { inventory_positions: positions }
      }
      if (!effect.moves || !book) return effect.states
      const touched = new Set<Position>()
      for (const move of effect.moves) if (move.only !== 'document') touched.add(apply(book, move))
      const written = effect.moves.filter((move) => move.only !== 'position')
      const describeWritten = (move: Move, index: number) =>
        describeMove(
          plant,
          effect,
          move,
          `${sequence}-${index + 1}`,
          move.countsAt ?? countedAt(`${effect.plant} ${move.ref}`, effect.at),
        )
      return {
        ...effect.states,
        ...(written.length === 0 ? {} : { stock_movements: written.map(describeWritten) }),
        inventory_positions: [...touched].map((position) =>
          describe(plant, effect.system, position, effect.at),
        ),
      }
    },
  }
}

export const openingType = 'stock.opened.v1'
/** The type of stock that is free to use. */
const usable = 'unrestricted'

function apply(
  book: Map<string, Position>,
  { location, item, batch, stock = usable, quantity }: Move,
): Position {
  const key = `${location} ${item} ${batch} ${stock}`
  let position = book.get(key)
  if (!position) {
    position = { location, item, batch, stock, quantity: 0 }
    book.set(key, position)
  }
  position.quantity += quantity
  return position
}

/** When a document first moved anything: what is posted of it later, or put right, counts on that day. */
function rememberFirst(): (document: string, at: number) => number {
  const first = new Map<string, number>()
  return (document, at) => {
    const known = first.get(document)
    if (known !== undefined) return known
    first.set(document, at)
    // in the order they came: the oldest go
    for (const [old, since] of first) {
      if (since > at - longestCorrection) break
      first.delete(old)
    }
    return at
  }
}

/** Nothing is put right later than that. */
const longestCorrection = 30 * 24 * hour

function describeMove(plant: Plant, effect: Effect, move: Move, number: string, countedAt: number): StateRow {
  const item = itemOf.get(move.item)
  return {
    movement_no: `${effect.system === 'erp' ? 'M' : 'T'}${number}`,
    ref: move.ref,
    location: move.location,
    item: move.item,
    batch: move.batch,
    stock_type: move.stock ?? usable,
    movement_type: move.kind,
    quantity: String(move.quantity),
    unit: item ? (effect.system === 'erp' ? item.unit : wmsUnit(plant, item)) : '',
    posted_at: iso(countedAt),
  }
}

export const openingFacts = (plant: Plant, at: number) => ({ plant: plant.plant, as_of: iso(at) })

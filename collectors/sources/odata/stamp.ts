import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import { SourceError } from '../pull/failure.ts'
import { pathOf } from './fit.ts'
import { valueAt } from './pages.ts'
import { cursorValue, type Zones } from './values.ts'

/** Where an item carries its cursor: seen by nobody who lists its fields. */
export const stampField = '$cursor'

type Item = Record<string, unknown>

/** Puts on each item how new it is, as an instant, a number or text; and watches whether they come in that order. */
export type Stamp = {
  field: string
  put(item: Item): Item
  isEmpty(item: Item): boolean
  isSorted(): boolean
}

/**
 * Makes the stamp of one fetch.
 * @param latest asked for when it is needed: a moment that no stamp is later than, of what does not come in the
 *   cursor's order. What changed since may have been read before it did; the next fetch must not go on behind it.
 */
export function createStamp(source: OdataSourceConfig, zones: Zones, latest?: () => number): Stamp {
  const { cursor } = source
  const field = pathOf(cursor?.field ?? '')
  const read = (item: Item, path: string) => {
    const value = valueAt(item, path)
    return value === null || value === undefined || value === '' ? undefined : value
  }
  let isSorted = cursor !== undefined
  let last = ''
  return {
    field,
    isSorted: () => isSorted,
    isEmpty: (item) => read(item, field) === undefined,
    put: (item) => {
      if (!cursor) return item
      const value = read(item, field) ?? (cursor.or && read(item, cursor.or))
      if (value === undefined || typeof value === 'object')
        throw new SourceError('field_missing', `An item has no "${field}", by which the source is followed`, {
          mend: 'Name a field that counts where it is empty as cursor.or, another cursor, or read it as a snapshot',
        })
      const stamp = cursorValue(value, zones)
      // whose order a service sorts text by is its own
      if (cursor.type === 'moment' && last !== '' && Date.parse(stamp) < Date.parse(last)) isSorted = false
      if (cursor.type === 'number' && last !== '' && Number(stamp) < Number(last)) isSorted = false
      last = stamp
      const most = cursor.type === 'moment' && latest ? latest() : Number.POSITIVE_INFINITY
      return putStamp(item, Date.parse(stamp) > most ? new Date(most).toISOString() : stamp)
    },
  }
}

export function putStamp(item: Item, value: string): Item {
  return Object.defineProperty(item, stampField, { value, enumerable: false })
}

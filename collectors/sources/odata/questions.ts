import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import { type Fitted, pathOf } from './fit.ts'
import { writeLiteral, type Zones } from './values.ts'

/** One question of which all pages are wanted. */
export type Question = {
  /** the path of the field that items are ordered by, and pages go on by */
  field: string
  type: string
  where: string[]
  /** only items of which the cursor's field is empty are wanted of the answer: the others are asked for by it */
  isForEmpty: boolean
}

/** Before every moment that a system has stamped; asked for where what has no stamp is asked for by itself. */
const beginning = '1970-01-01T00:00:00Z'

/**
 * What is newer than a cursor ('' = everything), in the order of the cursor, so that each page is a place to go on
 * from. What has only the second field is asked for first: stamped meanwhile, it comes again rather than never.
 */
export function askNewer(source: OdataSourceConfig, fitted: Fitted, zones: Zones, since: string): Question[] {
  const { cursor } = source
  if (!cursor || !fitted.cursor)
    return [{ field: fitted.key[0] as string, type: fitted.keyType, where: [], isForEmpty: false }]
  const main = { field: pathOf(cursor.field), type: fitted.cursor.type }
  const or = cursor.or && fitted.or ? { field: cursor.or, type: fitted.or.type } : undefined
  const from = since || (or ? beginning : '')
  const ask = (by: { field: string; type: string }, isForEmpty: boolean): Question => ({
    ...by,
    where: from === '' ? [] : [`${by.field} ge ${writeLiteral(fitted.version, by.type, from, zones)}`],
    isForEmpty,
  })
  return [...(or ? [ask(or, true)] : []), ask(main, false)]
}

/**
 * Everything from the cursor's beginning on, in the order of the key: what changes meanwhile does not move in it. Only a
 * cursor that is no moment is kept to, since nobody can say what it was when the fetch began.
 */
export function askAll(source: OdataSourceConfig, fitted: Fitted, zones: Zones): Question[] {
  if (source.mode === 'delta' && source.cursor && source.cursor.type !== 'moment')
    return askNewer(source, fitted, zones, source.cursor.initial ?? '')
  const byKey = { field: fitted.key[0] as string, type: fitted.keyType }
  const from = source.mode === 'delta' ? source.cursor?.initial : undefined
  if (from === undefined) return [{ ...byKey, where: [], isForEmpty: false }]
  return askNewer(source, fitted, zones, from).map((question) => ({ ...question, ...byKey }))
}

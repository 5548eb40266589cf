import type { FixedConfig } from '../../../server/core/estate-files-schema.ts'
import type { Binder } from './binder.ts'
import type { Shape } from './records.ts'

type Place = NonNullable<FixedConfig['columns']>[string]

/** What lines of fixed width hold, by the estate alone: a column of another type is named `TYPE.column`. */
export function fixedShape(fixed: FixedConfig): Shape {
  const names = listPlaces(fixed).map(({ name }) => name)
  return { width: names.length, names, headerLines: fixed.skip, hasLongRecords: false }
}

/** Every column of a row in the order of its cells; `type` where it is of the last line of another type. */
function listPlaces(fixed: FixedConfig): { name: string; place: Place; type?: string }[] {
  const of = (columns: Record<string, Place> | undefined) => Object.entries(columns ?? {})
  if (fixed.columns) return of(fixed.columns).map(([name, place]) => ({ name, place }))
  const { item = '', records = {} } = fixed
  return [
    ...of(records[item]).map(([name, place]) => ({ name, place })),
    ...Object.entries(records)
      .filter(([type]) => type !== item)
      .flatMap(([type, columns]) =>
        of(columns).map(([name, place]) => ({ name: `${type}.${name}`, place, type })),
      ),
  ]
}

/** The rows of lines of fixed width, with their cells; a line that ends sooner has nothing in the rest. */
export function selectFixed(fixed: FixedConfig, records: string, faults: string, binder: Binder): string {
  const places = listPlaces(fixed)
  if (!fixed.type) {
    const cells = places.map(({ place }) => readPlace(place, binder))
    return `SELECT row, raw, [${cells.join(', ')}] AS cells, ${faults} AS faults FROM (${records})`
  }
  const { start, length } = fixed.type
  const kind = `trimBoth(substringUTF8(raw, ${start}, ${length}))`
  const cells = places.map(({ place, type }) => {
    const value = readPlace(place, binder)
    return type === undefined
      ? value
      : `argMaxIf(${value}, row, line_type = ${binder.text(type)}) OVER (ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`
  })
  return `SELECT row, raw, cells, faults
FROM (SELECT row, raw, line_type, [${cells.join(', ')}] AS cells, ${faults} AS faults FROM (SELECT row, raw, ${kind} AS line_type FROM (${records})))
WHERE line_type = ${binder.text(fixed.item as string)}`
}

/** Positions count characters, whatever the encoding; what the engine gets is UTF-8. */
function readPlace({ start, length, trim, decimals }: Place, binder: Binder): string {
  const text = `substringUTF8(raw, ${start}, ${length})`
  const cell = trim === 'both' ? `trimBoth(${text})` : trim === 'end' ? `trimRight(${text})` : text
  if (decimals === undefined) return cell
  const zeros = `replaceRegexpOne(${cell}, '^([+-]?)([0-9])', ${binder.text(`\\1${'0'.repeat(decimals)}\\2`)})`
  return `replaceRegexpOne(${zeros}, ${binder.text(`^([+-]?[0-9]+)([0-9]{${decimals}})([+-]?)$`)}, '\\\\1.\\\\2\\\\3')`
}

import type { Estate } from '../server/core/estate.ts'
import { listRates } from '../server/core/rates.ts'
import { trimZeros } from '../server/core/units.ts'
import { readPlaceholders } from '../sql/files.ts'
import type { Params } from '../sql/store.ts'

/**
 * Words of the estate that a check's SQL may use, made into SQL over bound values:
 *
 * - `mapped(column)`           what a system's code stands for here; a code that is not mapped stays as it is
 * - `explained(column)`        the same where the estate explains codes of that column at all, and nothing where it does not
 * - `unit_name(column)`        the estate's name of a unit, whatever its spelling
 * - `period(moment)`           the plant's own calendar month, `2026-01`
 * - `day(moment)`              the plant's own day, `2026-01-31`
 * - `rounding(left, right)`    what quantities in units that do not divide, such as 0.333333, leave over
 * - `worth(currency, moment)`  the worth of one unit in the reporting currency on the day of the moment
 *
 * Without an estate, or where it says nothing, a word is the plain column.
 */
export function expandWords(sql: string, estate: Estate | undefined): string {
  const zones = estate ? zonesOf(estate) : []
  const isExplained = (column: string) => estate?.codes.some((each) => each.column === column)
  return sql
    .replace(/\bexplained\((\w+)\)/g, (_, column: string) =>
      isExplained(column) ? `mapped(${column})` : "''",
    )
    .replace(/\bmapped\((\w+)\)/g, (_, column: string) =>
      isExplained(column)
        ? `transform(concat(toString(system), '\\n', toString(${column})), {${column}_codes:Array(String)}, {${column}_meanings:Array(String)}, toString(${column}))`
        : column,
    )
    .replace(/\bunit_name\((\w+)\)/g, (_, column: string) =>
      estate && estate.units.length > 0
        ? `transform(toString(${column}), {unit_spellings:Array(String)}, {unit_names:Array(String)}, toString(${column}))`
        : column,
    )
    .replace(/\bperiod\((\w+)\)/g, (_, moment: string) => localSql(moment, '%Y-%m', zones))
    .replace(/\bday\((\w+)\)/g, (_, moment: string) => localSql(moment, '%Y-%m-%d', zones))
    .replace(
      /\brounding\((\w+), (\w+)\)/g,
      (_, left: string, right: string) =>
        `least(CAST(greatest(abs(${left}), abs(${right})) / 100000 AS Decimal(38, 6)), toDecimal128('0.01', 6))`,
    )
    .replace(/\bworth\((\w+), (\w+)\)/g, (_, currency: string, moment: string) =>
      estate ? worthSql(currency, moment) : `toDecimal64('1', 9)`,
    )
}

/** A moment as the plant's clock shows it. SQL over the values of `bindWords`. */
function localSql(moment: string, format: string, zones: string[]): string {
  const plain = `formatDateTime(${moment}, '${format}')`
  const local = zones.map(
    (_, index) =>
      `plant IN {zone_${index}_plants:Array(String)}, formatDateTime(${moment}, '${format}', {zone_${index}:String})`,
  )
  return local.length > 0 ? `multiIf(${local.join(', ')}, ${plain})` : plain
}

/** The rate of a currency on the day of a moment: the newest that is not later. SQL over the values of `listRates`. */
export const worthSql = (currency: string, moment: string) =>
  `toDecimal64({rates:Array(String)}[arrayLastIndex((c, d) -> c IN (toString(${currency}), '*') AND d <= toDate(${moment}), {currencies:Array(String)}, {rate_days:Array(Date)})], 9)`

/** The values that statements with these words are bound to; only those they name. */
export function bindWords(sql: string[], estate: Estate): Params {
  const values: Params = {
    unit_spellings: estate.units.flatMap(({ unit, aliases }) => [unit, ...aliases]),
    unit_names: estate.units.flatMap(({ unit, aliases }) => [unit, ...aliases.map(() => unit)]),
    ...listRates(estate),
  }
  for (const column of new Set(estate.codes.map((each) => each.column)))
    Object.assign(values, listCodes(estate, column))
  zonesOf(estate).forEach((zone, index) => {
    values[`zone_${index}`] = zone
    values[`zone_${index}_plants`] = estate.plants
      .filter((plant) => plant.time_zone === zone)
      .map((plant) => plant.plant)
  })
  const named = new Set(sql.flatMap((text) => [...readPlaceholders(text).keys()]))
  return Object.fromEntries(Object.entries(values).filter(([name]) => named.has(name)))
}

/** What the codes of a column stand for: `<column>_codes`, each with its system, and `<column>_meanings`. */
export function listCodes(estate: Estate, column: string): Record<string, string[]> {
  const pairs = estate.codes
    .filter((each) => each.column === column)
    .flatMap(({ system, values: meanings }) =>
      Object.entries(meanings).map(([code, meaning]) => ({
        code: `${system}\n${normalised(column, code)}`,
        meaning,
      })),
    )
  return {
    [`${column}_codes`]: pairs.map(({ code }) => code),
    [`${column}_meanings`]: pairs.map(({ meaning }) => meaning),
  }
}

const zonesOf = (estate: Estate) => [...new Set(estate.plants.map((plant) => plant.time_zone))]

/** Keys lose leading zeros when they come in; what is written of them in the estate loses them too. */
const normalised = (column: string, code: string) =>
  column === 'location' || column === 'item' ? trimZeros(code) : code

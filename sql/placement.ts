/**
 * Where the rows of a table live on a cluster.
 *   by: an expression  sharded: each row on one shard, told by this expression
 *   by: undefined      everywhere: each node has all rows
 */
export type Placement = { by: string | undefined }
export type Places = ReadonlyMap<string, Placement>

/** They have a plant in their key, but they are few and read with everything. */
const small = new Set(['estate_masters', 'releases', 'runs'])

export const created = /CREATE TABLE IF NOT EXISTS (\w+)/
const fed = /CREATE MATERIALIZED VIEW IF NOT EXISTS \w+ \/\*on cluster\*\/ TO (\w+) AS[\s\S]*?\bFROM (\w+)/
const everywhere: Placement = { by: undefined }

/**
 * The place of every table that statements of the schema make, decided from the statements themselves, so that a table
 * that is new has its place by being there. Sharded, by the plant, is what tells its rows apart by their plant (the plant
 * is a part of the sorting key, or it is a Null table that has one): what two systems say of one plant lies together, and
 * so do all versions of a row. Sharded, too, is what a view fills from such a table, on the shard where that one is.
 * All else is everywhere, and so are the small ones named above.
 * @throws Error for a view that carries rows from a table of everywhere into one that is sharded: each would come twice
 */
export function placeTables(statements: readonly string[]): Places {
  const places = new Map<string, Placement>()
  const keys = new Map<string, string>()
  for (const sql of statements) {
    const table = created.exec(sql)?.[1]
    if (!table) continue
    keys.set(table, keyOf(sql))
    const [, like] = /EMPTY AS\s+SELECT[\s\S]*\bFROM (\w+)/.exec(sql) ?? []
    places.set(table, like ? (places.get(like) ?? everywhere) : placeOf(table, sql))
  }
  for (const sql of statements) {
    const [, to = '', from = ''] = fed.exec(sql) ?? []
    const isTo = places.get(to)?.by !== undefined
    if (places.get(from)?.by === undefined) {
      if (isTo) throw new Error(`${to} is sharded, but filled by a view on ${from}, which is everywhere`)
    } else if (!isTo)
      places.set(to, { by: hasPlant(to, statements) ? byPlant : `cityHash64(${keys.get(to)})` })
  }
  return places
}

const byPlant = 'cityHash64(plant)'
const plantColumn = /^\s*plant LowCardinality\(String\)|^\s*plant String/m
const keyOf = (sql: string) => /ORDER BY \(?([^\n]*?)\)?\s*$/m.exec(sql)?.[1] ?? ''

function placeOf(table: string, sql: string): Placement {
  if (small.has(table)) return everywhere
  const isByPlant = /ENGINE = Null/.test(sql) ? /\bplant\b/.test(sql) : /\bplant\b/.test(keyOf(sql))
  return isByPlant ? { by: byPlant } : everywhere
}

function hasPlant(table: string, statements: readonly string[]): boolean {
  const made = statements.find((sql) => created.exec(sql)?.[1] === table) ?? ''
  return plantColumn.test(made)
}

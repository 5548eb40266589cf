import type { Store } from '../../sql/store.ts'
import { quoteName } from '../../sql/subject-columns.ts'
import type { SubjectParams } from '../../sql/subjects.ts'
import type { Place } from './tables.ts'

const pageRows = 2_000
/** Hashes by which somebody signs in are nothing to give out, not even to them. */
const secrets = `replaceRegexpAll(body, '"(password|code_hash|hash)":"[^"]*"', '"\\\\1":"(not given out)"')`

/** Every row that speaks of a subject, table by table, as it lies there; identifiers in hex. */
export async function* exportPlaces(
  store: Store,
  places: readonly Place[],
  params: SubjectParams,
): AsyncGenerator<{ table: string; row: object }> {
  for (const { table, where, shape } of places) {
    const shown = [
      ...shape.bytes.map(({ name, isList }) =>
        isList
          ? `arrayMap(id -> lower(hex(id)), ${quoteName(name)}) AS ${quoteName(name)}`
          : `lower(hex(${quoteName(name)})) AS ${quoteName(name)}`,
      ),
      ...(table === 'access_steps' ? [`${secrets} AS body`] : []),
    ]
    const columns = shown.length > 0 ? `* REPLACE (${shown.join(', ')})` : '*'
    for (let offset = 0; ; offset += pageRows) {
      // told apart by all they hold: the place of a row is the same from page to page
      const rows = await store.rows<object>(
        `SELECT ${columns} FROM (SELECT * FROM ${table} WHERE ${where} ORDER BY cityHash64(*) LIMIT ${pageRows} OFFSET ${offset})`,
        params,
        { lane: 'pull', isSecret: true },
      )
      for (const row of rows) yield { table, row }
      if (rows.length < pageRows) break
    }
  }
}

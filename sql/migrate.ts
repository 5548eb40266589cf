import { createHash } from 'node:crypto'
import { PlumblineError } from '../server/core/errors.ts'
import { clusterStatements } from './cluster.ts'
import { entityStatements } from './entity-tables.ts'
import { carriedStructure, eventsStructure, stagedColumns } from './events-structure.ts'
import { readSqlFolder } from './files.ts'
import { fillAdded } from './fill-added.ts'
import type { Store } from './store.ts'

/**
 * Brings the schema up: numbered files in order, the entities' tables after the files below 0100. Every statement is
 * idempotent, so running it twice, from two places at once, or after a crash, is safe. An embedded store that has come
 * through all of them is left alone; of a cluster any node may be new.
 * @param schemas that this one only adds to, by their digests, the oldest first
 * @throws PlumblineError `schema_newer` when a later version has brought the store on, `schema_other` when it was made with
 *   any other schema: tables that exist are not changed
 */
export async function migrate(store: Store, schemas = schemasBefore): Promise<void> {
  const { statements, digest } = readSchema()
  const found = await readFound(store, digest, schemas)
  if (found === 'same' && store.engine === 'chdb') return
  const own = store.cluster ? clusterStatements(statements, store.cluster.name) : statements
  for (const statement of own) await store.command(statement, {}, { lane: 'load' })
  if (found === 'before') await fillAdded(store)
  await noteMade(store, digest, schemas)
}

/**
 * Notes that the store has this schema, after those that it only adds to, in their order: by that whoever knows one of
 * those, and not this one, sees that it is newer.
 */
async function noteMade(store: Store, digest: string, schemas: readonly string[]): Promise<void> {
  const noted = new Set(
    (await store.rows<{ digest: string }>('SELECT DISTINCT digest FROM schema_made')).map(
      (row) => row.digest,
    ),
  )
  const [last] = await store.rows<{ at: string }>(
    'SELECT toString(toUnixTimestamp64Milli(max(made_at))) AS at FROM schema_made',
  )
  const before = schemas
    .map((each, place) => ({ digest: each, made_at: new Date(place + 1).toISOString() }))
    .filter((row) => !noted.has(row.digest))
  // clocks of places differ; the order must not
  const now = Math.max(Date.now(), noted.has(digest) ? 0 : Number(last?.at ?? 0) + 1)
  await store.insert('schema_made', [...before, { digest, made_at: new Date(now).toISOString() }], {
    lane: 'load',
  })
}

/** In stores from when states came by events_in, it is as wide as the staged lines are: every load would pay for it. */
const narrowed = `ALTER TABLE events_in /*on cluster*/ ${stagedColumns.map((name) => `DROP COLUMN IF EXISTS ${name}`).join(', ')}`

/** The statements of the schema in their order, and the digest that says which schema a store has. */
export function readSchema(): { statements: string[]; digest: string } {
  const files = [...readSqlFolder('schema')].map(([name, sql]) => ({
    name,
    sql: sql
      .replace('/*events_structure*/', eventsStructure)
      .replace('/*carried_structure*/', carriedStructure),
  }))
  const before = files.filter((file) => file.name < '0100').map((file) => file.sql)
  const after = files.filter((file) => file.name >= '0100').map((file) => file.sql)
  const statements = [...before, ...entityStatements(), narrowed, ...after]
  const digest = createHash('sha256')
    .update(statements.map((sql) => sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ')).join(';'))
    .digest('hex')
  return { statements, digest }
}

/**
 * Schemas that this one only adds to, by their digests: tables, columns, indexes and projections; what it takes away, it
 * takes away itself, and holds nothing. Their stores are brought up as they are, and what was added is filled
 * (sql/fill-added.ts). Whoever changes a table otherwise empties this list.
 */
const schemasBefore: readonly string[] = [
  // states came into their logs by views on events_in
  '5227b4fd2ddb4b4d7e33ec68a7d22d337c26db0feb35ec33e4248e8d159048ba',
  // nothing was noted of what is no longer kept
  'c271f85d997b1f4c3b8208d031ea1105d5574c7f22e14056eb8aef0a5a4b02bb',
  // one process did everything
  '4f9535cbdea63090f207b79f159f9c3e449a50ca289e8cc710bcfa04cc7cd564',
  // the newest runs were looked for among all
  'e8aaf239aa63a06a4aba89773e09634020da77cb6064f40936f279a34a7d6b72',
  // nobody could ask for what is kept of them
  'd59826b33ee1d3051eaf8863b133cf103f26c99af0ff34004159f0f15f3c0211',
]

/**
 * An older store would keep its tables and lack what the new statements expect of them, one insert at a time; a newer one
 * has tables that this version knows nothing of.
 * @returns whether this very schema has been brought up to its end, or one that it only adds to, or none
 */
async function readFound(
  store: Store,
  digest: string,
  schemas: readonly string[],
): Promise<'same' | 'before' | 'none'> {
  const [tables] = await store.rows<{ made: boolean; old: boolean }>(
    `SELECT toBool(countIf(name = 'schema_made') > 0) AS made, toBool(countIf(name = 'loads') > 0) AS old
     FROM system.tables WHERE database = currentDatabase()`,
  )
  const noted = tables?.made
    ? await store.rows<{ digest: string }>(
        'SELECT digest FROM schema_made GROUP BY digest ORDER BY max(made_at) DESC',
      )
    : []
  const newest = noted[0]?.digest
  if (newest === digest) return 'same'
  if (newest !== undefined && schemas.includes(newest)) return 'before'
  // nothing was noted yet: a store of long ago, or a first start that did not get to its end
  if (newest === undefined && (tables?.made || !tables?.old)) return 'none'
  if (noted.some((row) => row.digest === digest))
    throw new PlumblineError(
      'schema_newer',
      'The store was brought up by a newer version of Plumbline; this one would not fill what that one has added',
      { where: 'PLUMBLINE_DATA', mend: 'Start the newer version, or this one on a backup from before.' },
    )
  throw new PlumblineError('schema_other', 'The store was made by a version of Plumbline with other tables', {
    where: 'PLUMBLINE_DATA',
    mend: 'Start this version on another folder (or database), or go on with the version that made it.',
  })
}

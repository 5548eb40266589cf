import { entityStatements } from './entity-tables.ts'
import { eventsStructure } from './events-structure.ts'
import { readSqlFolder } from './files.ts'
import type { Store } from './store.ts'

/**
 * Brings the schema up: numbered files in order, the entities' tables after the files below 0100 (their views read
 * events_in). Every statement is idempotent, so running it twice, or after a crash, is safe.
 */
export async function migrate(store: Store): Promise<void> {
  const files = [...readSqlFolder('schema')].map(([name, sql]) => ({
    name,
    sql: sql.replace('/*events_structure*/', eventsStructure),
  }))
  const before = files.filter((file) => file.name < '0100').map((file) => file.sql)
  const after = files.filter((file) => file.name >= '0100').map((file) => file.sql)
  for (const statement of [...before, ...entityStatements(), ...after])
    await store.command(statement, {}, { lane: 'load' })
}

import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClickHouse } from '../../sql/engine.ts'
import { migrate, readSchema } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'
import { startClickHouse } from './clickhouse.ts'

/**
 * Opens a store in a folder, with the whole schema and nothing in it. The first to ask makes the tables and leaves a copy
 * to all others that run with it: a hundred of them take seconds to make and no time to copy.
 *
 * In server mode (`PLUMBLINE_TEST_ENGINE=server`) the folder's store is reached over HTTP, as a ClickHouse server is: a
 * stand-in of its own in the folder, or a database of its own on the server that `CLICKHOUSE_URL` names.
 */
export async function openMigrated(dataFolder: string): Promise<Store> {
  const isServer = process.env.PLUMBLINE_TEST_ENGINE === 'server'
  if (isServer && process.env.CLICKHOUSE_URL) return openDatabase(process.env.CLICKHOUSE_URL, dataFolder)
  if (!existsSync(made())) await makeTables(made())
  copyMade(dataFolder)
  const server = isServer ? await startClickHouse(dataFolder) : undefined
  const store = await openStore({ clickhouseUrl: server?.url, dataFolder })
  await migrate(store)
  return server ? closeWith(store, () => server.stop()) : store
}

/** A database for a folder, on a server for tests: it is left there, since a test may close its store and open it again. */
async function openDatabase(url: string, dataFolder: string): Promise<Store> {
  const cluster = process.env.PLUMBLINE_CLUSTER
  const database = `plumbline_test_${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`
  const server = await openClickHouse(url)
  await server.command(
    `CREATE DATABASE IF NOT EXISTS ${database} ${cluster ? `ON CLUSTER '${cluster}'` : ''}`,
  )
  await server.close()
  const store = await openStore({
    clickhouseUrl: Object.assign(new URL(url), { pathname: `/${database}` }).href,
    cluster,
    dataFolder,
  })
  await migrate(store)
  return store
}

function closeWith(store: Store, more: () => Promise<void> | void): Store {
  const close = store.close.bind(store)
  store.close = async () => {
    await close()
    await more()
  }
  return store
}

// tables of another schema are other tables
const made = () => join(tmpdir(), `plumbline-made-${readSchema().digest.slice(0, 12)}`)

/** Gives a data folder the tables, where somebody has made them already; a folder that has a store keeps it. */
export function copyMade(dataFolder: string): void {
  if (existsSync(made()) && !existsSync(join(dataFolder, 'engine')))
    cpSync(made(), dataFolder, { recursive: true, verbatimSymlinks: true })
}

async function makeTables(folder: string): Promise<void> {
  const own = mkdtempSync(`${folder}-`)
  const store = await openStore({ dataFolder: own })
  await migrate(store)
  await store.close()
  try {
    renameSync(own, folder)
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    // another test file was faster
    if (!existsSync(folder)) throw error
  }
}

/** A store of its own with the whole schema and nothing in it; closing it leaves nothing behind. */
export async function openEmptyStore(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-empty-'))
  return closeWith(await openMigrated(folder), () => rmSync(folder, { recursive: true, force: true }))
}

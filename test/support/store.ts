import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, readSchema } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'

/**
 * Opens a store in a folder, with the whole schema and nothing in it. The first to ask makes the tables and leaves a copy
 * to all others that run with it: a hundred of them take seconds to make and no time to copy.
 */
export async function openMigrated(dataFolder: string): Promise<Store> {
  if (!existsSync(made())) await makeTables(made())
  copyMade(dataFolder)
  const store = await openStore({ dataFolder })
  await migrate(store)
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
  const store = await openMigrated(folder)
  const close = store.close.bind(store)
  store.close = async () => {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
  return store
}

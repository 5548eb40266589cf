import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openChdb, openClickHouse } from './engine.ts'
import type { Store } from './store.ts'

/** Opens the engine the settings name: a ClickHouse server by its address, else the embedded one in the data folder. */
export async function openStore(options: {
  clickhouseUrl?: string | undefined
  dataFolder: string
}): Promise<Store> {
  if (options.clickhouseUrl) return openClickHouse(options.clickhouseUrl)
  const folder = join(options.dataFolder, 'engine')
  mkdirSync(folder, { recursive: true })
  return openChdb(folder)
}

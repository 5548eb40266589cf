import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readSchema } from '../../sql/migrate.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { quotePath, withEngine } from './engine.ts'
import { type Manifest, manifestName, readFiles, readTables } from './manifest.ts'

/**
 * Writes everything there is to a folder that is not there yet: the store, what is acknowledged and waits in the spool,
 * and the estate. The product is stopped meanwhile: its folder is of one process. The key that cookies are signed with is
 * no part of it: whoever can read a backup must not be able to sign in.
 * @throws PlumblineError `backup_refused` with what is in the way; nothing is left of a backup that failed
 */
export async function makeBackup(settings: Settings, target: string | undefined): Promise<Manifest> {
  if (!target)
    throw new PlumblineError('usage', 'backup needs the folder to write to, which is not there yet')
  const folder = resolve(target)
  refuseBackup(settings, folder)
  // under another name until it is whole
  const growing = `${folder}.growing`
  try {
    const manifest = await writeAll(settings, growing)
    await rename(growing, folder)
    return manifest
  } catch (error) {
    await rm(growing, { recursive: true, force: true })
    throw error
  }
}

async function writeAll(settings: Settings, growing: string): Promise<Manifest> {
  await mkdir(growing, { recursive: true })
  const spool = join(settings.dataFolder, 'spool')
  const made = await withEngine(settings.dataFolder, async (store) => {
    // the folder is ours by now: nothing is loaded beside us
    await refuseHalfLoads(spool)
    // what is counted afterwards is what was written: nothing is merged, or too old, in between
    await store.command('SYSTEM STOP MERGES')
    await store.rows(`BACKUP DATABASE default TO File(${quotePath(join(growing, 'engine'))})`)
    const [engine] = await store.rows<{ version: string }>('SELECT version() AS version')
    return { tables: await readTables(store), engine: engine?.version ?? '' }
  })
  if (existsSync(spool)) await cp(spool, join(growing, 'spool'), { recursive: true })
  if (settings.estatePath) await cp(settings.estatePath, join(growing, 'estate.yaml'))
  const manifest: Manifest = {
    format: 1,
    made_at: new Date().toISOString(),
    schema: readSchema().digest,
    ...made,
    files: await readFiles(growing),
  }
  await writeFile(join(growing, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  return manifest
}

function refuse(what: string, where: string, mend: string): never {
  throw new PlumblineError('backup_refused', what, { where, mend })
}

/** By what a load has already said the engine knows its repetition, and a restored engine would not. */
async function refuseHalfLoads(spool: string): Promise<void> {
  const left = existsSync(spool) ? await readdir(spool, { recursive: true }) : []
  const loading = left.find((name) => name.endsWith('.loading'))
  if (loading)
    refuse(
      `The product was ended in the middle of a load (${loading})`,
      spool,
      'Start it and stop it once (SIGTERM): it finishes what it had begun.',
    )
}

function refuseBackup(settings: Settings, folder: string): void {
  if (settings.clickhouseUrl)
    refuse(
      'The store is on a ClickHouse server, whose own BACKUP sees all of it while it goes on',
      'CLICKHOUSE_URL',
      "Run there: BACKUP DATABASE plumbline TO S3('https://…', 'key', 'secret'); README.md says what goes with it.",
    )
  if (!existsSync(join(settings.dataFolder, 'engine')))
    refuse(`There is no store in ${settings.dataFolder}`, 'PLUMBLINE_DATA', 'Name the folder of the product.')
  if (existsSync(folder)) refuse(`${folder} is there already`, folder, 'Name a folder that is not there yet.')
  if (existsSync(`${folder}.growing`))
    refuse(
      `${folder}.growing is there: a backup is being made, or was broken off`,
      folder,
      'Remove it when no backup is being made, or name another folder.',
    )
}

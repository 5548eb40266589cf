import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PlumblineError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { withEngine } from './engine.ts'
import { type Manifest, readTables } from './manifest.ts'
import { growingAt, openPlace, refuse } from './place.ts'
import { engineOf, finishBackup, refuseHalfLoads, writeEngine } from './write.ts'

/**
 * Writes everything there is to a folder that is not there yet, or to a prefix of a bucket that has nothing: the store, what
 * is acknowledged and waits in the spool, and the estate. The product is stopped meanwhile: its folder is of one process.
 * The key that cookies are signed with is no part of it: whoever can read a backup must not be able to sign in.
 * @throws PlumblineError `backup_refused` with what is in the way; nothing that looks whole is left of a backup that failed
 */
export async function makeBackup(settings: Settings, target: string | undefined): Promise<Manifest> {
  if (!target)
    throw new PlumblineError(
      'usage',
      'backup needs the folder to write to, which is not there yet, or s3://bucket/prefix',
    )
  const place = openPlace(target)
  // under another name until it is whole; for a bucket beside the store
  const growing = target.startsWith('s3://') ? backingUpIn(settings.dataFolder) : growingAt(resolve(target))
  try {
    refuseStore(settings)
    await place.expectFree()
    return await writeAll(settings, growing, (manifest) => place.take(growing, manifest))
  } finally {
    await place.close()
  }
}

/** Where a backup of a data folder lies until it was taken over. */
export const backingUpIn = (dataFolder: string) => join(dataFolder, 'backing-up')

async function writeAll(
  settings: Settings,
  growing: string,
  take: (manifest: Manifest) => Promise<void>,
): Promise<Manifest> {
  const spool = join(settings.dataFolder, 'spool')
  return withEngine(settings.dataFolder, async (store) => {
    // the folder is ours by now: nothing is loaded beside us, and what lies here is of nobody who is still at it
    try {
      refuseHalfLoads(spool, existsSync(spool) ? await readdir(spool, { recursive: true }) : [])
      await rm(growing, { recursive: true, force: true })
      await mkdir(growing, { recursive: true })
      // what is counted afterwards is what was written: nothing is merged, or too old, in between
      await store.command('SYSTEM STOP MERGES')
      await writeEngine(store, growing)
      const made = { tables: await readTables(store), engine: await engineOf(store), at: new Date() }
      if (existsSync(spool)) await cp(spool, join(growing, 'spool'), { recursive: true })
      const manifest = await finishBackup(growing, settings.estatePath, made)
      await take(manifest)
      return manifest
    } finally {
      // taken over by now, or not whole
      await rm(growing, { recursive: true, force: true })
    }
  })
}

function refuseStore(settings: Settings): void {
  if (settings.clickhouseUrl)
    refuse(
      'The store is on a ClickHouse server, whose own BACKUP sees all of it while it goes on',
      'CLICKHOUSE_URL',
      "Run there: BACKUP DATABASE plumbline TO S3('https://…', 'key', 'secret'); README.md says what goes with it.",
    )
  if (!existsSync(join(settings.dataFolder, 'engine')))
    refuse(`There is no store in ${settings.dataFolder}`, 'PLUMBLINE_DATA', 'Name the folder of the product.')
}

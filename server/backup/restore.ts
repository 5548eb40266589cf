import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlumblineError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { quotePath, withEngine } from './engine.ts'
import { type Manifest, readManifest, readTables } from './manifest.ts'
import { openPlace } from './place.ts'
import { clearUnfinished, findHeld, growingOf, isUnfinished, restored } from './unfinished.ts'

/**
 * Makes the data folder, which has no store yet, what it was when a backup was made: every file of it is read before, and
 * every table compared with what it held after. The estate that was in force lies in the backup as estate.yaml.
 * @throws PlumblineError `restore_refused` or `backup_broken`; the data folder is then as it was
 */
export async function restoreBackup(settings: Settings, source: string | undefined): Promise<Manifest> {
  if (!source)
    throw new PlumblineError('usage', 'restore needs the folder of a backup, or s3://bucket/prefix')
  const { dataFolder } = settings
  if (settings.clickhouseUrl)
    throw new PlumblineError(
      'restore_refused',
      'The store is on a ClickHouse server, which restores its own',
      {
        where: 'CLICKHOUSE_URL',
        mend: "Run there: RESTORE DATABASE plumbline FROM S3('https://…', 'key', 'secret').",
      },
    )
  // of a restore that was ended the spool may be in its place, without a store that it belongs to
  const held = isUnfinished(dataFolder) ? undefined : findHeld(dataFolder)
  if (held)
    throw new PlumblineError('restore_refused', `There is something in ${held} already`, {
      where: 'PLUMBLINE_DATA',
      mend: 'Name a folder that is not there yet, and start the product on it afterwards.',
    })
  const place = openPlace(source)
  // beside where it belongs until it is whole: what was broken off is no store that a product would start on
  const growing = growingOf(dataFolder)
  try {
    await clearUnfinished(dataFolder)
    await mkdir(growing, { recursive: true })
    const folder = await place.fetch(join(growing, 'fetched'))
    const manifest = await readManifest(folder)
    if (existsSync(join(folder, 'spool')))
      await cp(join(folder, 'spool'), join(growing, 'spool'), { recursive: true })
    await withEngine(growing, async (store) => {
      const restore = (how: string) =>
        store.rows(`RESTORE DATABASE default FROM File(${quotePath(join(folder, 'engine'))}) SETTINGS ${how}`)
      // tables first: rows that have become too old since then go by merges, and are to be compared before
      await restore('structure_only = 1')
      await store.command('SYSTEM STOP MERGES')
      await restore('allow_non_empty_tables = 0')
      expectSame(manifest, await readTables(store))
    })
    for (const name of restored) await rm(join(dataFolder, name), { recursive: true, force: true })
    // the store last: without it nothing starts as if all were there
    for (const name of restored)
      if (existsSync(join(growing, name))) await rename(join(growing, name), join(dataFolder, name))
    return manifest
  } finally {
    await clearUnfinished(dataFolder)
    await place.close()
  }
}

function expectSame({ tables }: Manifest, found: Manifest['tables']): void {
  const other = new Map(found.map((each) => [each.table, each]))
  const differing = tables.filter(
    ({ table, rows, hash }) =>
      other.get(table)?.rows !== rows || (hash !== '' && other.get(table)?.hash !== hash),
  )
  if (differing.length > 0 || found.length !== tables.length)
    throw new PlumblineError(
      'backup_broken',
      `What was restored is not what was backed up: ${differing.map(({ table }) => table).join(', ') || 'other tables'}`,
      { mend: 'Restore another backup; the data folder is as it was.' },
    )
}

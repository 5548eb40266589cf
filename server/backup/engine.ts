import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openChdb } from '../../sql/engine.ts'
import { type Store, StoreError } from '../../sql/store.ts'
import { PlumblineError } from '../core/errors.ts'

/**
 * Opens the engine of a data folder so that it may write and read backups, works with it, and closes it.
 * @throws PlumblineError `store_closed` when another process holds the folder
 */
export async function withEngine<Result>(
  dataFolder: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const settings = mkdtempSync(join(tmpdir(), 'plumbline-backup-'))
  try {
    const store = await openChdb(join(dataFolder, 'engine'), allowBackups(settings))
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    if (error instanceof StoreError && error.statement === 'open')
      throw new PlumblineError('store_closed', `The store cannot be opened: ${error.message}`, {
        where: 'PLUMBLINE_DATA',
        mend: `Another process may hold ${dataFolder}: stop it first. It keeps what it acknowledged, and senders try again.`,
      })
    throw error
  } finally {
    rmSync(settings, { recursive: true, force: true })
  }
}

/** Arguments by which the engine may write and read backups, wherever we say; their file is put into a folder. */
export function allowBackups(folder: string): string[] {
  const config = join(folder, 'engine.xml')
  // the path is ours to choose: no statement of anybody else gets to this engine
  writeFileSync(config, '<clickhouse><backups><allowed_path>/</allowed_path></backups></clickhouse>')
  return [`--config-file=${config}`]
}

/** A path as the engine's text literal: `BACKUP` takes no values. */
export const quotePath = (path: string) => `'${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

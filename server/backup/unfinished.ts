import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlumblineError } from '../core/errors.ts'

/** Where a data folder is made whole, inside of it. */
export const growingOf = (dataFolder: string) => join(dataFolder, 'restoring')
/** What a restore makes; the store is put into its place last. */
export const restored = ['spool', 'engine'] as const

const isEmpty = (path: string) => !existsSync(path) || readdirSync(path).length === 0

/** Whether a restore into this folder was ended before it was whole: the store is not in its place. */
export const isUnfinished = (dataFolder: string): boolean =>
  existsSync(growingOf(dataFolder)) && isEmpty(join(dataFolder, 'engine'))

/** Removes what a restore that was ended, or failed, has left; of one that is whole only where it grew. */
export async function clearUnfinished(dataFolder: string): Promise<void> {
  if (isUnfinished(dataFolder))
    for (const name of restored) await rm(join(dataFolder, name), { recursive: true, force: true })
  await rm(growingOf(dataFolder), { recursive: true, force: true })
}

/** The first part of a data folder that something is in already. */
export const findHeld = (dataFolder: string): string | undefined =>
  restored.map((name) => join(dataFolder, name)).find((path) => !isEmpty(path))

/**
 * Lets nothing start on what a restore has left behind: an empty store would be made there, and look as if all were well.
 * @throws PlumblineError `restore_unfinished`
 */
export function expectRestored(dataFolder: string): void {
  if (!isUnfinished(dataFolder)) return
  throw new PlumblineError(
    'restore_unfinished',
    `A restore into ${dataFolder} was ended before it was whole`,
    {
      where: 'PLUMBLINE_DATA',
      mend: `Run it again: plumbline restore. Or remove ${growingOf(dataFolder)} to begin with an empty store.`,
    },
  )
}

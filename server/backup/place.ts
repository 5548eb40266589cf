import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PlumblineError } from '../core/errors.ts'
import { openBucketPlace } from './bucket.ts'
import { type Manifest, manifestName } from './manifest.ts'

/** Where a backup is, or is to be: a folder, or a prefix of a bucket. */
export type Place = {
  /** What people know it by */
  name: string
  /** @throws PlumblineError `backup_refused` when something is there already, or was begun there */
  expectFree(): Promise<void>
  /** Takes over what lies in a folder, which is of this machine and whole; its manifest last. The folder is gone afterwards. */
  take(folder: string, manifest: Manifest): Promise<void>
  /**
   * The folder that a backup lies in; of a bucket all is fetched into `scratch`.
   * @throws PlumblineError `backup_broken` when there is no whole one
   */
  fetch(scratch: string): Promise<string>
  /** What lies right below, by its name, and whether it is a whole backup. */
  list(): Promise<{ name: string; isWhole: boolean }[]>
  /** Removes one of those; its manifest first, so that none is ever found in part. */
  remove(name: string): Promise<void>
  /** The place of one of those, there or not. */
  below(name: string): Place
  close(): Promise<void>
}

/**
 * Opens a place by how it is written: `s3://bucket/prefix`, with what else is needed from the environment, or a folder.
 * @throws PlumblineError `usage` when it is neither
 */
export function openPlace(written: string, env: NodeJS.ProcessEnv = process.env): Place {
  return written.startsWith('s3://') ? openBucketPlace(written, env) : openFolderPlace(resolve(written))
}

/** Where something grows until it is whole. */
export const growingAt = (folder: string) => `${folder}.growing`

function openFolderPlace(folder: string): Place {
  return {
    name: folder,
    expectFree: async () => {
      if (existsSync(folder))
        refuse(`${folder} is there already`, folder, 'Name a folder that is not there yet.')
      if (existsSync(growingAt(folder)))
        refuse(
          `${growingAt(folder)} is there: a backup is being made, or was broken off`,
          folder,
          'Remove it when no backup is being made, or name another folder.',
        )
    },
    take: async (from) => {
      await mkdir(dirname(folder), { recursive: true })
      await rename(from, folder).catch(async (error) => {
        // another disk
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
        await cp(from, growingAt(folder), { recursive: true })
        await rename(growingAt(folder), folder)
        await rm(from, { recursive: true, force: true })
      })
    },
    fetch: async () => folder,
    list: async () => {
      const entries = existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : []
      return entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => ({
          name,
          isWhole: !name.endsWith(growingAt('')) && existsSync(join(folder, name, manifestName)),
        }))
    },
    remove: async (name) => {
      await rm(join(folder, name, manifestName), { force: true })
      await rm(join(folder, name), { recursive: true, force: true })
    },
    below: (name) => openFolderPlace(join(folder, name)),
    close: async () => undefined,
  }
}

/** @throws PlumblineError `backup_refused` */
export function refuse(what: string, where: string, mend: string): never {
  throw new PlumblineError('backup_refused', what, { where, mend, status: 409 })
}

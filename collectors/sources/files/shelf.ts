import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { FilesSourceConfig } from '../../../server/core/estate-schema.ts'
import type { Tally } from '../pull/tally.ts'
import { lookAt, type SeenFile } from '../rows/file.ts'

/** Where files lie: a folder, or a bucket. Paths are below it, with slashes. */
export type Shelf = {
  /** What people know it by */
  name: string
  /** Whether what is listed is whole, so that nothing need be looked at twice */
  isWhole: boolean
  /** Everything whose path is wanted. @throws when it can't be listed */
  list(isWanted: (path: string) => boolean): Promise<SeenFile[]>
  look(path: string): Promise<SeenFile | undefined>
  /** Puts the bytes where they can be read by path; `close` when done. @throws when they can't be had as they were seen */
  open(file: SeenFile): Promise<{ fullPath: string; close(): Promise<void> }>
  remove(path: string): Promise<void>
  /** Never over what is there. */
  move(path: string, to: string): Promise<void>
  close(): Promise<void>
}

/** Where a poll under way counts what it costs, and where it may put what it fetches. */
export type ShelfContext = { tally(): Tally; scratch: string }

/** A folder of this machine, or one that is mounted. */
export function openFolder(source: FilesSourceConfig): Shelf {
  const folder = source.folder as string
  return {
    name: folder,
    isWhole: false,
    list: async (isWanted) => {
      const entries = await readdir(folder, { withFileTypes: true, recursive: source.recursive })
      const paths = entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      const files = await Promise.all(paths.filter(isWanted).map((path) => lookAt(folder, path)))
      return files.filter((file) => file !== undefined)
    },
    look: (path) => lookAt(folder, path),
    open: async (file) => ({ fullPath: file.fullPath, close: async () => undefined }),
    remove: (path) => unlink(join(folder, path)),
    move: async (path, to) => {
      const [from, target] = [join(folder, path), join(folder, to)]
      await mkdir(dirname(target), { recursive: true })
      if (await stat(target).catch(() => undefined)) throw new Error(`${to} is there already`)
      await rename(from, target).catch(async (error) => {
        // another disk
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
        await copyFile(from, target, constants.COPYFILE_EXCL)
        await unlink(from)
      })
    },
    close: async () => undefined,
  }
}

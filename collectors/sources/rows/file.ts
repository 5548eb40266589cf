import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file as it stood when it was looked at; `tag` is what a bucket calls this content of it. */
export type SeenFile = { path: string; fullPath: string; bytes: number; modifiedAt: Date; tag?: string }

/** Why a file is not read: shown as it is to people. It loads nothing and closes nothing. */
export class UnreadableFileError extends Error {
  /** whether the same file may be readable a little later, with nothing changed by anybody */
  readonly mayPass: boolean
  constructor(message: string, mayPass = false) {
    super(message)
    this.name = 'UnreadableFileError'
    this.mayPass = mayPass
  }
}

/** A file's size and time; undefined when it is gone, or no file. */
export async function lookAt(folder: string, path: string): Promise<SeenFile | undefined> {
  const fullPath = join(folder, path)
  const found = await stat(fullPath).catch(() => undefined)
  return found?.isFile()
    ? { path, fullPath, bytes: found.size, modifiedAt: new Date(Math.floor(found.mtimeMs)) }
    : undefined
}

export const isSame = (a: SeenFile, b: SeenFile | undefined): boolean =>
  b !== undefined &&
  a.bytes === b.bytes &&
  a.modifiedAt.getTime() === b.modifiedAt.getTime() &&
  a.tag === b.tag

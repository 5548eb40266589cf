import type { FilesSourceConfig } from '../../../server/core/estate-schema.ts'
import { isSame, type SeenFile } from '../rows/file.ts'
import { toFolder } from './look.ts'
import type { Shelf } from './shelf.ts'

/**
 * Does with files what the source says, once all of them is in the store; a process that died in between does it at its
 * next poll. A file that has changed since it was read stays, and is read again.
 */
export async function tidy(
  source: FilesSourceConfig,
  shelf: Shelf,
  file: SeenFile,
  marker: SeenFile | undefined,
): Promise<void> {
  if (source.after === 'keep' || !isSame(file, await shelf.look(file.path))) return
  // the marker last: without its file it says nothing
  for (const each of [file, ...(marker ? [marker] : [])]) {
    if (source.after === 'delete') await shelf.remove(each.path)
    else await moveTo(shelf, each, toFolder(source.after.move))
  }
}

/** Under its own name; where that is taken, with the moment of its content before its ending. */
async function moveTo(shelf: Shelf, file: SeenFile, folder: string): Promise<void> {
  const free = await shelf.look(folder + file.path)
  const stamp = file.modifiedAt.toISOString().replace(/[:.]/g, '-')
  const stamped = file.path.replace(/((?:\.[^./]*)?)$/, `.${stamp}$1`)
  await shelf.move(file.path, folder + (free ? stamped : file.path))
}

import { join } from 'node:path'
import type { FilesSourceConfig } from '../../../server/core/estate-schema.ts'
import type { SourceContext } from '../index.ts'
import { SourceError } from '../pull/failure.ts'
import { type Piece, startPiece } from '../pull/piece.ts'
import { compileRecords } from '../pull/reshape.ts'
import { type SeenFile, UnreadableFileError } from '../rows/file.ts'
import { judgeInterchanges, noteInterchanges, type Read } from './edi/ledger.ts'
import { readInterchanges } from './edi/read.ts'
import { scanInterchanges } from './edi/scan.ts'
import { readElements } from './xml.ts'

/** What a file became that the engine can't read itself: lines of JSON. */
export type Lines = {
  path: string
  rows: number
  /** Notes under the load what is known of the file beside its rows */
  note(loadSeq: string): Promise<void>
  remove(): Promise<void>
}

/** So many records are put through an expression, and written, at once. */
const batch = 500

/** Writes a file as lines of JSON, holding a part of it at a time; undefined of what the engine reads itself. */
export async function convert(
  file: SeenFile,
  source: FilesSourceConfig,
  context: SourceContext,
  rules: string,
): Promise<Lines | undefined> {
  const { format } = source
  if (format !== 'xml' && format !== 'x12' && format !== 'edifact') return undefined
  const piece = await startPiece(join(context.folder, `${source.source}.lines.jsonl`))
  try {
    let note = async (_: string) => {}
    if (format === 'xml') await write(piece, readElements(file.fullPath, source.item), source)
    else note = await writeInterchanges(piece, file, source, format, context, rules)
    await piece.end()
    return { path: piece.path, rows: piece.rows, note, remove: () => piece.remove() }
  } catch (error) {
    await piece.remove()
    // of an expression that fails in this file, others are not told
    throw error instanceof SourceError ? new UnreadableFileError(error.message) : error
  }
}

async function write(
  piece: Piece,
  items: AsyncIterable<unknown>,
  { records: expression }: FilesSourceConfig,
): Promise<void> {
  const records = compileRecords(expression)
  let held: unknown[] = []
  for await (const item of items) {
    held.push(item)
    if (held.length < batch) continue
    await piece.add(await records(held))
    held = []
  }
  await piece.add(await records(held))
}

/** Twice through the file: what came before is known only once an interchange is at its end. */
async function writeInterchanges(
  piece: Piece,
  file: SeenFile,
  source: FilesSourceConfig,
  standard: 'x12' | 'edifact',
  { store, log }: SourceContext,
  rules: string,
): Promise<Lines['note']> {
  const { edi, encoding } = source
  const mailbox = {
    ...{ store, source: source.source, system: source.system, standard, rules },
    ...{ path: file.path, at: file.modifiedAt, remember: edi.remember },
  }
  const judged = await judgeInterchanges(mailbox, await scanInterchanges(file.fullPath, standard, encoding))
  const found: Read[] = []
  await write(piece, readInterchanges(file.fullPath, standard, encoding, judged, edi.messages, found), source)
  for (const { control, sender, outcome, earlier, deviations } of found)
    if (outcome !== 'taken' || deviations.length > 0)
      log.warn(
        { source: source.source, path: file.path, sender, control, outcome, earlier, deviations },
        'an interchange is not as it should be',
      )
  return (loadSeq) => noteInterchanges(mailbox, found, loadSeq)
}

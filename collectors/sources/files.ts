import { describeError } from '../../server/core/errors.ts'
import type { FilesSourceConfig } from '../../server/core/estate-schema.ts'
import { StoreError } from '../../sql/store.ts'
import { tidy } from './files/after.ts'
import { openBucket } from './files/bucket.ts'
import { convert } from './files/convert.ts'
import { type Found, findUnsettled, listFiles, readLines, readShape, scanFile } from './files/look.ts'
import { openFolder, type Shelf } from './files/shelf.ts'
import type { SourceAdapter, SourceContext } from './index.ts'
import { SourceError } from './pull/failure.ts'
import { newTally } from './pull/tally.ts'
import { writeWatermark } from './pull/watermark.ts'
import { isSame, type SeenFile, UnreadableFileError } from './rows/file.ts'
import { checkColumns, loadRows, stageFile } from './rows/load.ts'
import { hashRules, type Memory, needsReading, openMemory } from './rows/memory.ts'
import type { RowRules } from './rows/rules.ts'
import type { Sample } from './rows/sample.ts'

type Work = { source: FilesSourceConfig; context: SourceContext; shelf: Shelf; memory: Memory; rules: string }

/**
 * Files in a folder or a bucket, mapped to states and events by the estate alone. What has been read is remembered in
 * `readings`; a file that can't be read stays visible there and holds the watermark back.
 */
export const adapter: SourceAdapter<'files'> = {
  kind: 'files',
  open(source, context) {
    let counts = newTally()
    const shelf = source.bucket
      ? openBucket(source, { tally: () => counts, scratch: context.folder })
      : openFolder(source)
    let memory: Promise<Memory> | undefined
    return {
      source: source.source,
      everyMs: source.poll,
      poll: async (tally) => {
        counts = tally
        memory ??= openMemory(context.store, source)
        const opened = await memory.catch((error) => {
          memory = undefined
          throw error
        })
        const rules = hashRules(context.estate, source)
        return pollShelf({ source, context, shelf, memory: opened, rules })
      },
      sample: (tally) => {
        counts = tally
        return takeSample(source, context, shelf)
      },
      close: () => shelf.close(),
    }
  },
}

const sampleRows = 200

/** The first lines of the newest file, or what it is made into. */
async function takeSample(source: FilesSourceConfig, context: SourceContext, shelf: Shelf): Promise<Sample> {
  const file = (await listFiles(source, shelf)).files.at(-1)
  if (!file) throw new UnreadableFileError(`no file in ${shelf.name} is called ${source.pattern}`)
  const opened = await shelf.open(file)
  const local = { ...file, fullPath: opened.fullPath }
  try {
    const { hasLongRecords } = await scanFile(local, source)
    const shape = await readShape(local, source, hasLongRecords)
    checkColumns(source, shape)
    const made = await convert(local, source, context, '')
    const rules: RowRules = made ? { ...source, format: 'jsonl', encoding: 'utf-8' } : source
    const lines = await readLines(made?.path ?? local.fullPath, rules, sampleRows)
    await made?.remove()
    return { what: file.path, rules, shape, lines }
  } finally {
    await opened.close()
  }
}

/** Looks at what there is once, reads what is new or changed, and says up to when the source is complete. */
async function pollShelf(work: Work): Promise<boolean> {
  const { source, context, shelf, memory, rules } = work
  const lookedAt = new Date()
  const found = await lookAround(work)
  if (!found) return true
  const { files } = found
  const open = files.filter((file) => needsReading(file, memory.last(file.path), rules))
  const unsettled = await findUnsettled(source, shelf, open, context.settleMs)
  for (const file of open) {
    try {
      expectWhole(file, found, unsettled)
      await readFile(file, work)
    } catch (error) {
      await noteFailure(file, work, error)
      // a service that does not answer will not do so for the next one
      if (error instanceof SourceError) throw error
      context.log.warn(
        { source: source.source, path: file.path, error: describeError(error) },
        'a file was not read',
      )
    }
  }
  const isTaken = (file: SeenFile) => memory.last(file.path)?.outcome === 'ok'
  if (source.after !== 'keep') await tidyAll(work, found, files.filter(isTaken))
  if (files.every(isTaken) && memory.good().length > 0) {
    const newest = Math.max(...memory.good().map((reading) => Date.parse(reading.modified_at)))
    const at = source.watermark === 'polled' ? lookedAt : new Date(newest)
    await writeWatermark(context, source, memory.plants, at)
  }
  return open.length > 0
}

/** The files there are; a place that can't be listed is a failure of the source, shown under its name. */
async function lookAround(work: Work): Promise<Found | undefined> {
  const { source, shelf, memory } = work
  const place: SeenFile = { path: shelf.name, fullPath: shelf.name, bytes: 0, modifiedAt: new Date(0) }
  const last = memory.last(place.path)
  try {
    const found = await listFiles(source, shelf)
    if (last?.outcome === 'failed')
      await memory.note({ ...last, outcome: 'ok', reason: '', read_at: new Date().toISOString() })
    return found
  } catch (error) {
    await noteFailure(place, work, error)
    if (error instanceof SourceError) throw error
    return undefined
  }
}

/** @throws UnreadableFileError while somebody may still be writing it */
function expectWhole(file: SeenFile, found: Found, unsettled: Set<string>): void {
  const marker = found.markerOf(file)
  if (marker && !marker.seen) throw new UnreadableFileError(`waits for ${marker.path}`, true)
  // that of the file before, whose name this one has
  if (marker?.seen && marker.seen.modifiedAt < file.modifiedAt)
    throw new UnreadableFileError(`waits for ${marker.path}, which is older than it`, true)
  if (unsettled.has(file.path)) throw new UnreadableFileError('is still being written', true)
}

async function readFile(file: SeenFile, work: Work): Promise<void> {
  if (file.bytes === 0) throw new UnreadableFileError('is empty')
  const opened = await work.shelf.open(file)
  try {
    await readOpened(file, { ...file, fullPath: opened.fullPath }, work)
  } finally {
    await opened.close()
  }
}

async function readOpened(
  file: SeenFile,
  local: SeenFile,
  { source, context, shelf, memory, rules }: Work,
): Promise<void> {
  const { content, hasLongRecords } = await scanFile(local, source)
  const fingerprint = `${rules}-${content}`
  const last = memory.last(file.path)
  if (last?.outcome === 'ok' && last.fingerprint === fingerprint) {
    const now = { read_at: new Date().toISOString(), modified_at: file.modifiedAt.toISOString() }
    return memory.note({ ...last, ...now, bytes: file.bytes, tag: file.tag ?? '' })
  }
  const shape = await readShape(local, source, hasLongRecords)
  checkColumns(source, shape)
  const lines = await convert(local, source, context, rules)
  try {
    const rowsOf: RowRules = lines ? { ...source, format: 'jsonl', encoding: 'utf-8' } : source
    const job = {
      ...context,
      source: rowsOf,
      memory,
      file,
      shape,
      fingerprint,
      stage: async (loadSeq: string) => {
        const staged = lines ? { ...local, fullPath: lines.path } : local
        if (!lines || lines.rows > 0) await stageFile({ ...context, source: rowsOf, file: staged }, loadSeq)
        await lines?.note(loadSeq)
        if (!shelf.isWhole && !isSame(file, await shelf.look(file.path)))
          throw new UnreadableFileError('was changed while it was read', true)
      },
    }
    await context.queue.submit({
      kind: 'file',
      source: source.source,
      name: file.path,
      bytes: file.bytes,
      run: (loadSeq) => loadRows(job, loadSeq),
    })
  } finally {
    await lines?.remove()
  }
}

/** What can't be tidied away is told, and tried again at the next poll; that it was read stays true. */
async function tidyAll({ source, shelf, context }: Work, found: Found, files: SeenFile[]): Promise<void> {
  for (const file of files)
    await tidy(source, shelf, file, found.markerOf(file)?.seen).catch((error) =>
      context.log.warn(
        { source: source.source, path: file.path, error: describeError(error) },
        'a file that was read could not be moved or deleted',
      ),
    )
}

/** Keeps a failure where people look for it. What only the engine refused is tried again at the next poll. */
async function noteFailure(file: SeenFile, { memory, rules }: Work, error: unknown): Promise<void> {
  const isFinal = error instanceof UnreadableFileError && !error.mayPass
  const said = describeError(error)
  await memory.note({
    path: file.path,
    fingerprint: `${rules}-`,
    cursor: '',
    modified_at: file.modifiedAt.toISOString(),
    tag: file.tag ?? '',
    read_at: new Date().toISOString(),
    bytes: file.bytes,
    rows: 0,
    rejected: 0,
    plant_rows: {},
    plant_rejected: {},
    outcome: 'failed',
    reason: error instanceof StoreError ? said.replace(/ \[in .*$/, '') : said,
    load_seq: '0',
    mayPass: !isFinal,
  })
}

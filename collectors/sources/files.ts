import { describeError } from '../../server/core/errors.ts'
import type { FilesSourceConfig } from '../../server/core/estate-schema.ts'
import { StoreError } from '../../sql/store.ts'
import { findUnsettled, listFiles, readLines, readShape, scanFile } from './files/look.ts'
import type { SourceAdapter, SourceContext } from './index.ts'
import { writeWatermark } from './pull/watermark.ts'
import { isSame, lookAt, type SeenFile, UnreadableFileError } from './rows/file.ts'
import { checkColumns, loadRows, stageFile } from './rows/load.ts'
import { hashRules, type Memory, needsReading, openMemory } from './rows/memory.ts'
import type { Sample } from './rows/sample.ts'

/**
 * Files in a folder: CSV, TSV, JSON lines, Parquet, mapped to states and events by the estate alone. What has been read
 * is remembered in `readings`; a file that can't be read stays visible there and holds the watermark back.
 */
export const adapter: SourceAdapter<'files'> = {
  kind: 'files',
  open(source, context) {
    let memory: Promise<Memory> | undefined
    return {
      source: source.source,
      everyMs: source.poll,
      poll: async () => {
        memory ??= openMemory(context.store, source)
        const opened = await memory.catch((error) => {
          memory = undefined
          throw error
        })
        return pollFolder(source, context, opened)
      },
      sample: () => takeSample(source),
    }
  },
}

const sampleRows = 200

/** The first lines of the newest file. */
async function takeSample(source: FilesSourceConfig): Promise<Sample> {
  const file = (await listFiles(source)).at(-1)
  if (!file) throw new UnreadableFileError(`no file in ${source.folder} is called ${source.pattern}`)
  const { hasLongRecords } = await scanFile(file, source)
  const shape = await readShape(file, source, hasLongRecords)
  checkColumns(source, shape)
  return { what: file.path, rules: source, shape, lines: await readLines(file, source, sampleRows) }
}

/** Looks at the folder once, reads what is new or changed, and says up to when the source is complete. */
async function pollFolder(
  source: FilesSourceConfig,
  context: SourceContext,
  memory: Memory,
): Promise<boolean> {
  const lookedAt = new Date()
  const rules = hashRules(context.estate, source)
  const files = await lookAtFolder(source, rules, memory)
  if (!files) return true
  const open = files.filter((file) => needsReading(file, memory.last(file.path), rules))
  const unsettled = await findUnsettled(source, open, context.settleMs)
  for (const file of open) {
    try {
      if (unsettled.has(file.path)) throw new UnreadableFileError('is still being written', true)
      await readFile(file, source, context, memory, rules)
    } catch (error) {
      await noteFailure(file, rules, memory, error)
      context.log.warn(
        { source: source.source, path: file.path, error: describeError(error) },
        'a file was not read',
      )
    }
  }
  const isComplete = files.every((file) => memory.last(file.path)?.outcome === 'ok')
  if (isComplete && memory.good().length > 0) {
    const newest = Math.max(...memory.good().map((reading) => Date.parse(reading.modified_at)))
    const at = source.watermark === 'polled' ? lookedAt : new Date(newest)
    await writeWatermark(context, source, memory.plants, at)
  }
  return open.length > 0
}

/** The files there are; a folder that can't be listed is a failure of the source, shown under the folder's name. */
async function lookAtFolder(
  source: FilesSourceConfig,
  rules: string,
  memory: Memory,
): Promise<SeenFile[] | undefined> {
  const folder: SeenFile = { path: source.folder, fullPath: source.folder, bytes: 0, modifiedAt: new Date(0) }
  const last = memory.last(folder.path)
  try {
    const files = await listFiles(source)
    if (last?.outcome === 'failed')
      await memory.note({ ...last, outcome: 'ok', reason: '', read_at: new Date().toISOString() })
    return files
  } catch (error) {
    await noteFailure(folder, rules, memory, error)
    return undefined
  }
}

async function readFile(
  file: SeenFile,
  source: FilesSourceConfig,
  context: SourceContext,
  memory: Memory,
  rules: string,
): Promise<void> {
  if (file.bytes === 0) throw new UnreadableFileError('is empty')
  const { content, hasLongRecords } = await scanFile(file, source)
  const fingerprint = `${rules}-${content}`
  const last = memory.last(file.path)
  if (last?.outcome === 'ok' && last.fingerprint === fingerprint) {
    const now = { read_at: new Date().toISOString(), modified_at: file.modifiedAt.toISOString() }
    return memory.note({ ...last, ...now, bytes: file.bytes })
  }
  const shape = await readShape(file, source, hasLongRecords)
  checkColumns(source, shape)
  const job = {
    ...context,
    source,
    memory,
    file,
    shape,
    fingerprint,
    stage: async (loadSeq: string) => {
      await stageFile({ ...context, source, file }, loadSeq)
      if (!isSame(file, await lookAt(source.folder, file.path)))
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
}

/** Keeps a failure where people look for it. What only the engine refused is tried again at the next poll. */
async function noteFailure(file: SeenFile, rules: string, memory: Memory, error: unknown): Promise<void> {
  const isFinal = error instanceof UnreadableFileError && !error.mayPass
  const said = describeError(error)
  await memory.note({
    path: file.path,
    fingerprint: `${rules}-`,
    cursor: '',
    modified_at: file.modifiedAt.toISOString(),
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

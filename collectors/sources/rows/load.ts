import { createHash } from 'node:crypto'
import type { Estate } from '../../../server/core/estate.ts'
import type { Store } from '../../../sql/store.ts'
import { createBinder } from './binder.ts'
import { type SeenFile, UnreadableFileError } from './file.ts'
import { compileMapping, type Mapping } from './mapping.ts'
import type { Memory, Reading } from './memory.ts'
import { hasCells, isDelimited, type Shape, stagingOf } from './records.ts'
import type { RowRules } from './rules.ts'
import {
  insertEvents,
  insertQuarantine,
  insertStates,
  insertTombstones,
  surveyStatement,
  withoutRepeats,
} from './statements.ts'
import { findColumn, listColumns } from './texts.ts'

/** Rows on their way into the store: a file, or what was fetched from a source. */
export type RowsJob = {
  estate: Estate
  source: RowRules
  store: Store
  memory: Memory
  /** What is read, by the name that people know it by; where it lies; how large and how old it is */
  file: SeenFile
  shape: Shape
  fingerprint: string
  /** From where the source goes on once this is in; '' where there is no such place */
  cursor?: string
  /** Of a delta: states as they came in since then are no news when they come again */
  knownSince?: Date
  /** Whether rows of which none can be taken go to quarantine, rather than being a failure of the whole */
  takesAny?: boolean
  /** Puts the rows into `file_rows` under the load number; of a file its lines when absent */
  stage?: (loadSeq: string) => Promise<void>
  /** The number under which the rows are in `file_rows` already, before their load */
  staged?: string
}

type Survey = {
  rows: number
  rejected: number
  firstRow: string
  firstReasons: string[]
  plants: string[]
  plantRows: Record<string, string>
  plantRejected: Record<string, string>
  repeats: number[]
}

/**
 * Loads rows under a load number: the engine stages them, maps them, and carries them into the tables. Nothing of it
 * counts before the load is committed, so a kill at any point leaves what was there before.
 * @returns how many rows there were, and how many of them could not be taken
 * @throws UnreadableFileError when what is read can't be taken as a whole
 */
export async function loadRows(
  job: RowsJob,
  loadSeq: string,
): Promise<Pick<Reading, 'rows' | 'rejected' | 'plant_rows'>> {
  const { store } = job
  try {
    if (job.staged === undefined) await (job.stage ? job.stage(loadSeq) : stageFile(job, loadSeq))
    return await carryRows(job, loadSeq)
  } finally {
    // the number is ours and nothing but digits; the engine takes no parameter here
    const staged = BigInt(job.staged ?? loadSeq)
    await store.command(`ALTER TABLE file_rows DROP PARTITION ${staged}`, {}, { lane: 'load' })
  }
}

/** Stages the lines of a file. @throws UnreadableFileError where the engine can't name it */
export async function stageFile(
  { store, source, file }: Pick<RowsJob, 'store' | 'source' | 'file'>,
  loadSeq: string,
): Promise<void> {
  // the engine would read these as a pattern of several files
  if (/[*?{}]/.test(file.fullPath))
    throw new UnreadableFileError(
      'has one of * ? { } in its name or folder, which the engine reads as a pattern',
    )
  const staging = stagingOf(source)
  const params = { ...staging.params, load_seq: loadSeq }
  await store.insertFile({ ...staging, params, path: file.fullPath, token: `file-${loadSeq}` })
}

async function carryRows(job: RowsJob, loadSeq: string) {
  const { estate, source, store, memory, file, shape, fingerprint, cursor = '', knownSince } = job
  const binder = createBinder()
  const receivedAt = new Date()
  let mapping = compileMapping(estate, source, shape, binder)
  const params = {
    ...binder.params,
    load_seq: loadSeq,
    staged: job.staged ?? loadSeq,
    version: memory.nextVersion(Math.floor(Number(loadSeq) / 1000)),
    source: source.source,
    system: source.system,
    path: file.path,
    modified_at: file.modifiedAt,
    received_at: receivedAt,
    ...(knownSince && { known_since: knownSince }),
    latest: new Date(receivedAt.getTime() + estate.allowed_skew),
    fingerprint: createHash('sha256')
      .update(`${fingerprint} ${file.modifiedAt.toISOString()}`)
      .digest('hex')
      .slice(0, 16),
  }
  const run = (sql: string) => store.command(sql, params, { lane: 'load' })
  const survey = async (of: Mapping) =>
    readSurvey(await store.rows(surveyStatement(of), params, { lane: 'load' }))

  let found = await survey(mapping)
  if (found.rows === 0 && !source.header && isDelimited(source))
    throw new UnreadableFileError('holds no rows')
  const repeats = found.repeats.some((count) => count > 0)
  if (repeats) {
    mapping = withoutRepeats(mapping, source)
    if (source.mode === 'snapshot') found = await survey(mapping)
  }
  if (found.rows > 0 && found.rejected === found.rows && !job.takesAny)
    throw new UnreadableFileError(
      `none of its ${found.rows} rows can be taken; line ${found.firstRow}: ${found.firstReasons.join('; ')}`,
    )

  for (const index of mapping.states.keys())
    await run(insertStates(mapping, index, source, { repeats, isKnown: knownSince !== undefined }))
  for (const event of mapping.events) await run(insertEvents(mapping, event))
  const isWhole = found.rejected === 0
  if (source.mode === 'snapshot' && isWhole)
    for (const index of mapping.states.keys()) await run(insertTombstones(mapping, index, source))
  if (!isWhole) await run(insertQuarantine(mapping, job.cursor !== undefined))
  for (const plant of found.plants) memory.plants.add(plant)
  await memory.note({
    path: file.path,
    fingerprint,
    cursor,
    modified_at: file.modifiedAt.toISOString(),
    tag: file.tag ?? '',
    read_at: receivedAt.toISOString(),
    bytes: file.bytes,
    rows: found.rows,
    rejected: found.rejected,
    plant_rows: found.plantRows,
    plant_rejected: found.plantRejected,
    outcome: 'ok',
    reason: isWhole
      ? ''
      : `${found.rejected} of ${found.rows} rows could not be taken and are in quarantine${source.mode === 'snapshot' ? '; nothing was deleted, since what this file lacks may be among them' : ''}`,
    load_seq: loadSeq,
    mayPass: false,
  })
  return { rows: found.rows, rejected: found.rejected, plant_rows: found.plantRows }
}

function readSurvey(rows: Record<string, unknown>[]): Survey {
  const row = rows[0] as Record<string, string & string[] & Record<string, string>>
  return {
    rows: Number(row.rows),
    rejected: Number(row.rejected),
    firstRow: String(row.first_row),
    firstReasons: row.first_reasons as string[],
    plants: row.plants as string[],
    plantRows: row.plant_rows as Record<string, string>,
    plantRejected: row.plant_rejected as Record<string, string>,
    repeats: (row.repeats as string[]).map(Number),
  }
}

/** @throws UnreadableFileError naming the columns that the rules read and the file does not have */
export function checkColumns(source: RowRules, shape: Shape): void {
  if (!hasCells(source)) return
  const absent = listColumns(source).filter((column) => findColumn(shape, column) === 0)
  if (absent.length === 0) return
  const has = source.format === 'fixed' || source.header ? shape.names.join(', ') : `${shape.width} columns`
  throw new UnreadableFileError(
    `lacks ${absent.map((name) => `the column "${name}"`).join(' and ')}; it has ${has}`,
  )
}

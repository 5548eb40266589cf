import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { CursorConfig, PullConfig } from '../../../server/core/estate-pull-schema.ts'
import type { OpenSource, SourceContext } from '../index.ts'
import type { Notices } from '../push/notices.ts'
import { loadRows } from '../rows/load.ts'
import { hashRules, type Memory, openMemory } from '../rows/memory.ts'
import { noShape } from '../rows/records.ts'
import { type RowRules, rulesOfLines } from '../rows/rules.ts'
import type { Sample } from '../rows/sample.ts'
import { followNewest, type Newest, parseMoment, startOf, zoneDoubt } from './cursor.ts'
import { SourceError } from './failure.ts'
import type { Fetcher, Page, Taken } from './fetcher.ts'
import { type Piece, startPiece } from './piece.ts'
import { compileRecords } from './reshape.ts'
import type { Tally } from './tally.ts'
import { writeWatermark } from './watermark.ts'

/** A piece is loaded once it holds so much, where the fetch may go on from there. */
const pieceRows = 50_000
const pieceBytes = 32 * 2 ** 20
const dayMs = 86_400_000

/** One poll, while it goes on. */
export type Pull = {
  source: PullConfig & { kind: string }
  cursor: CursorConfig | undefined
  context: SourceContext
  fetcher: Fetcher | Taker
  memory: Memory
  rules: string
  tally: Tally
  startedAt: Date
}

/** What an adapter does whose records go into the store without passing through us. */
export type Taker = Pick<Fetcher, 'what' | 'close'> & {
  /** Takes what there is from what was kept on, or all, and puts it into the store by `takePiece`. */
  take(pull: Pull, kept: string, isWhole: boolean): Promise<Taken>
  /** The first rows there are, as lines of JSON; to be looked at, and kept nowhere */
  sample(context: SourceContext, tally: Tally): Promise<string[]>
}

/**
 * A source of records, whatever it is asked by: each poll fetches what is new, page by page, and puts it into the store
 * in pieces, each with the cursor from which the next goes on. The cursor moves only with what it covers, in one load;
 * a snapshot counts only when it is whole.
 */
export function openPull(
  source: PullConfig & { kind: string },
  cursor: CursorConfig | undefined,
  context: SourceContext,
  open: (tally: () => Tally) => Fetcher | Taker,
): OpenSource {
  let tally: Tally
  let fetcher: Fetcher | Taker | undefined
  let memory: Memory | undefined
  const begin = async (counts: Tally): Promise<Pull> => {
    tally = counts
    fetcher ??= open(() => tally)
    memory ??= await openMemory(context.store, rowRules(source))
    const rules = hashSettings(context, source)
    return { source, cursor, context, fetcher, memory, rules, tally, startedAt: new Date() }
  }
  /** What was noted of a load that was not committed does not count: it is read from the store again. */
  const onceMore = (work: () => Promise<boolean>): Promise<boolean> =>
    work().catch((error) => {
      memory = undefined
      throw error
    })
  return {
    source: source.source,
    everyMs: source.poll,
    poll: (counts) =>
      onceMore(async () => {
        const pull = await begin(counts)
        const { push } = context
        // keys first: whoever told of them knows that they are new
        const isAny = push && 'one' in pull.fetcher ? await takeNotices(pull, push.notices) : false
        return (await pollOnce(pull)) || isAny
      }),
    fetchKeys: (counts) =>
      onceMore(async () => {
        const pull = await begin(counts)
        return context.push ? takeNotices(pull, context.push.notices) : false
      }),
    sample: async (counts) => {
      tally = counts
      fetcher ??= open(() => tally)
      if ('take' in fetcher) {
        const lines = await fetcher.sample(context, counts)
        return { what: fetcher.what, rules: rowRules(source), shape: noShape, lines }
      }
      return takeSample(source, cursor, fetcher)
    },
    close: async () => fetcher?.close(),
  }
}

/** The first page there is, in its records. */
async function takeSample(
  source: PullConfig,
  cursor: CursorConfig | undefined,
  fetcher: Fetcher,
): Promise<Sample> {
  const records = compileRecords(source.records)
  let items: readonly unknown[] = []
  for await (const page of fetcher.fetch(cursor?.initial ?? '', false)) {
    items = page.items
    if (items.length > 0) break
  }
  if (cursor) followNewest(cursor, '').see(items)
  const lines = (await records(items)).map((record) => JSON.stringify(record))
  return {
    what: fetcher.what,
    rules: rowRules(source),
    shape: noShape,
    lines,
    ...(source.records && { raw: items.map((item) => JSON.stringify(item)) }),
  }
}

/** Failures that speak of one key, and not of its source */
const perKey = new Set(['refused', 'forbidden', 'not_json', 'not_xml', 'expression_failed', 'key_unfit'])
/** So many keys are fetched before they are loaded together. */
const keysAtOnce = 200

/** Fetches the keys that somebody told us have changed, each once however often it was named. */
async function takeNotices(pull: Pull, notices: Notices): Promise<boolean> {
  const { source, fetcher } = pull
  const one = 'take' in fetcher ? undefined : fetcher.one?.bind(fetcher)
  if (!one) return false
  const records = compileRecords(source.records)
  let isAny = false
  for (;;) {
    const keys = notices.waiting(source.source).slice(0, keysAtOnce)
    if (keys.length === 0) return isAny
    // one that is named again while it is fetched is fetched again
    const counts = notices.counts(source.source, keys)
    const piece = await startPiece(`${piecePath(pull)}.keys`)
    try {
      for (const key of keys)
        try {
          await addPage(pull, piece, { items: await one(key), isSafe: true }, records, undefined)
        } catch (error) {
          // who answers nobody is asked again; one key that can't be had must not keep the others waiting
          if (!(error instanceof SourceError && perKey.has(error.code))) throw error
          await quarantineKey(pull, key, error)
        }
      if (piece.rows > 0) await takePiece(pull, piece, { mode: 'delta', cursor: '', kept: '', isByKey: true })
    } finally {
      await piece.remove()
    }
    await notices.done(source.source, counts)
    isAny = true
  }
}

export const rowRules = (source: PullConfig, mode = source.mode): RowRules => rulesOfLines(source, mode)

/** What decides which records there are and what they become: when it changes, all is fetched again. */
function hashSettings({ estate }: SourceContext, source: PullConfig & { kind: string }): string {
  const {
    poll: _,
    stale_after: __,
    limits: ___,
    auth: ____,
    tls: _____,
    watermark: ______,
    ...asked
  } = source
  return createHash('sha256')
    .update(`${JSON.stringify(asked)} ${hashRules(estate, rowRules(source))}`)
    .digest('hex')
    .slice(0, 12)
}

async function pollOnce(pull: Pull): Promise<boolean> {
  const { source, context, memory, fetcher, tally, startedAt } = pull
  const last = memory.last(fetcher.what)
  const isSame = last?.fingerprint.startsWith(`${pull.rules}-`) ?? false
  const kept = isSame ? (last?.cursor ?? '') : ''
  const isWhole = source.mode === 'snapshot' || isFullDue(pull, isSame)
  const found =
    'take' in fetcher
      ? await fetcher.take(pull, kept, isWhole)
      : await (isWhole ? takeWhole : takeDelta)(pull, fetcher, kept)
  if (memory.plants.size > 0) {
    // a clock that is behind has stamped nothing later than itself
    const asked = new Date(startedAt.getTime() + Math.min(0, tally.skew_ms ?? 0))
    const newest = Date.parse(found.newest)
    const at = source.watermark === 'newest' && !Number.isNaN(newest) ? new Date(newest) : asked
    await writeWatermark(context, source, memory.plants, at)
  }
  return found.rows > 0
}

const wholeOf = (what: string) => `${what}, whole`

/** Of a source that tells changes only, everything is fetched so often besides; the first fetch of all has it anyway. */
function isFullDue({ source, memory, fetcher, startedAt }: Pull, isSame: boolean): boolean {
  if (source.full === undefined) return false
  const last = memory.last(wholeOf(fetcher.what))
  return !isSame || !last || startedAt.getTime() - Date.parse(last.read_at) >= source.full
}

/** Keeps a key that was named and can't be fetched, with the reason. */
async function quarantineKey(
  { source, context, tally }: Pull,
  key: string,
  error: SourceError,
): Promise<void> {
  tally.rejected++
  const row = {
    received_at: new Date().toISOString(),
    source: source.source,
    kind: 'delivery',
    system: source.system,
    plant: source.plant?.const ?? '',
    message_id: key,
    position: 'by key',
    reasons: [error.message],
    codes: ['delivery.unfetched'],
    body: JSON.stringify({ key }),
  }
  await context.store.insert('quarantine', [row], { lane: 'load' })
}

/** What has changed: each piece counts as soon as it is in. */
async function takeDelta(pull: Pull, fetcher: Fetcher, kept: string): Promise<Taken> {
  const { source, cursor } = pull
  const from = cursor ? startOf(cursor, kept) : ''
  const newest = cursor ? followNewest(cursor, kept) : undefined
  const records = compileRecords(source.records)
  let rows = 0
  let piece = await startPiece(piecePath(pull))
  const hand = async () => {
    const held = piece
    rows += held.rows
    if (held.rows > 0) await takePiece(pull, held, { mode: 'delta', cursor: newest?.value() ?? '', kept })
    piece = await startPiece(piecePath(pull))
  }
  try {
    for await (const page of fetcher.fetch(from, false)) {
      await addPage(pull, piece, page, records, newest)
      if (page.isSafe && (piece.rows >= pieceRows || piece.bytes >= pieceBytes)) await hand()
    }
    await hand()
  } finally {
    await piece.remove()
  }
  return { rows, newest: newest?.value() ?? '' }
}

/** Everything there is: it counts when it is whole, and deletes what it lacks. */
async function takeWhole(pull: Pull, fetcher: Fetcher, kept: string): Promise<Taken> {
  const { source, cursor, memory } = pull
  const newest = cursor ? followNewest(cursor, kept) : undefined
  const records = compileRecords(source.records)
  const piece = await startPiece(piecePath(pull))
  try {
    let items = 0
    for await (const page of fetcher.fetch(cursor?.initial ?? '', true)) {
      items += page.items.length
      await addPage(pull, piece, page, records, newest)
    }
    const total = fetcher.total?.()
    if (total !== undefined && total !== items)
      throw new SourceError(
        'snapshot_torn',
        `It gave ${items} of ${total} items, so that what is missing can't be told from what is gone`,
        {
          mend: 'It is fetched again at the next poll',
        },
      )
    const had = memory.good().some((reading) => reading.rows > reading.rejected)
    if (piece.rows === 0 && had && total !== 0)
      throw new SourceError('snapshot_empty', 'It gave nothing at all, where it had something before', {
        mend: 'Where all of it is truly gone, name `total` in its settings, so that an answer can say so',
      })
    if (piece.rows > 0 || had)
      await takePiece(pull, piece, { mode: 'snapshot', cursor: newest?.value() ?? '', kept })
    return { rows: piece.rows, newest: newest?.value() ?? '' }
  } finally {
    await piece.remove()
  }
}

async function addPage(
  { tally }: Pull,
  piece: Piece,
  page: Page,
  records: (items: readonly unknown[]) => Promise<unknown[]>,
  newest: Newest | undefined,
): Promise<void> {
  newest?.see(page.items)
  const made = await records(page.items)
  tally.rows += made.length
  await piece.add(made)
}

/** One piece goes into the store, and with it the cursor: both, or neither. */
export async function takePiece(
  pull: Pull,
  piece: Pick<Piece, 'path' | 'bytes' | 'end'> & { staged?: string },
  {
    mode,
    cursor,
    kept,
    isByKey = false,
  }: { mode: RowRules['mode']; cursor: string; kept: string; isByKey?: boolean },
): Promise<void> {
  const { source, context, fetcher, memory, rules, startedAt } = pull
  const content = await piece.end()
  const isFull = mode === 'snapshot' && source.mode === 'delta'
  const path = isByKey ? `${fetcher.what}, by key` : isFull ? wholeOf(fetcher.what) : fetcher.what
  const file = { path, fullPath: piece.path, bytes: piece.bytes, modifiedAt: startedAt }
  const from = pull.cursor && parseMoment(kept) - zoneDoubt(kept)
  const job = {
    ...context,
    source: rowRules(source, mode),
    memory,
    file,
    shape: noShape,
    fingerprint: `${rules}-${content}`,
    cursor,
    // what is fetched a second time has come in after it was stamped, by a clock that may be ahead
    ...(mode === 'delta' &&
      (isByKey || from !== undefined) && {
        knownSince: isByKey ? new Date(startedAt.getTime() - dayMs) : knownSince(pull, from as number),
      }),
    ...(piece.staged !== undefined && { staged: piece.staged }),
    // a mapping that fits nothing at all is found at the first fetch; later what does not fit must not stop the rest
    takesAny: kept !== '' || isByKey,
  }
  const taken = await context.queue.submit({
    kind: 'pull',
    source: source.source,
    name: path,
    bytes: piece.bytes,
    run: async (loadSeq) => {
      const counts = await loadRows(job, loadSeq)
      if (isFull) await noteCursor(pull, loadSeq, job.fingerprint, cursor)
      return counts
    },
  })
  pull.tally.rejected += taken.rejected
}

/** A state that is fetched again was received after its stamp, less what the source's clock is ahead. */
const knownSince = ({ cursor, tally }: Pull, from: number): Date =>
  cursor?.type === 'moment' && !Number.isNaN(from)
    ? new Date(from - cursor.overlap - Math.max(0, tally.skew_ms ?? 0) - 60_000)
    : new Date(0)

/** A fetch of everything leaves the cursor where what changes goes on from. */
const noteCursor = (pull: Pull, load_seq: string, fingerprint: string, cursor: string): Promise<void> =>
  pull.memory.note({
    path: pull.fetcher.what,
    fingerprint,
    cursor,
    modified_at: pull.startedAt.toISOString(),
    read_at: new Date().toISOString(),
    bytes: 0,
    rows: 0,
    rejected: 0,
    plant_rows: {},
    plant_rejected: {},
    outcome: 'ok',
    reason: '',
    load_seq,
    mayPass: false,
  })

const piecePath = ({ source, context }: Pull) => join(context.folder, `${source.source}.jsonl`)

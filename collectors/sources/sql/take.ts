import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { startOf } from '../pull/cursor.ts'
import { readJson } from '../pull/exact.ts'
import { SourceError } from '../pull/failure.ts'
import type { Taken } from '../pull/fetcher.ts'
import { type Pull, rowRules, type Taker, takePiece } from '../pull/pull.ts'
import { listColumns } from '../rows/texts.ts'
import { columnsOfPaths, placeOf, type Range, type Shape, shapeOf, writePage, writeWhole } from './dialect.ts'
import type { EngineDatabase } from './engine.ts'
import type { EngineDialect } from './engine-dialect.ts'
import { whatOf } from './place.ts'
import { measureSkew } from './skew.ts'
import { dropAbandoned, dropStaged, lookAtStaged, nextStaged } from './staging.ts'

/** So many rows are looked at when a source is only tried. */
const sampleRows = 200

/** Takes rows of a database into the store by the engine alone. They wait in its staging, not in a load, while they come. */
export function createSqlTaker(
  source: SqlSourceConfig,
  dialect: EngineDialect,
  database: EngineDatabase,
): Taker {
  const read = columnsOfPaths(listColumns(rowRules(source)))
  let isSwept = false
  return {
    what: whatOf(source),
    take: async (pull, kept, isWhole) => {
      if (!isSwept) await dropAbandoned(pull.context.store)
      isSwept = true
      const askedAt = Date.now()
      const stand = await dialect.learn(source, database.ask)
      pull.tally.skew_ms = measureSkew(Date.parse(stand.now), askedAt, Date.now())
      const shape = shapeOf(dialect, source, read, stand.columns)
      if (stand.lacksCursor && !isWhole)
        throw new SourceError(
          'cursor_missing',
          `There are rows without a "${source.cursor?.field}", by which the source is followed`,
          { mend: 'Name a column that every row has, or make it so in a query' },
        )
      const take = isWhole ? takeWhole : takeDelta
      return take({ pull, source, dialect, database, shape, kept })
    },
    sample: async ({ store }) => {
      const stand = await dialect.learn(source, database.ask)
      const shape = shapeOf(dialect, source, read, stand.columns)
      const staged = nextStaged()
      try {
        const whole = writeWhole(dialect, source, shape, source.cursor?.initial ?? '').sql
        await database.stage(`${whole} ${dialect.limit(sampleRows)}`, staged)
        const rows = await store.rows<{ raw: string }>(
          'SELECT raw FROM file_rows WHERE load_seq = {staged:UInt64} ORDER BY row',
          { staged },
        )
        return rows.map(({ raw }) => raw)
      } finally {
        await dropStaged(store, staged)
      }
    },
    close: () => database.close(),
  }
}

type Taking = {
  pull: Pull
  source: SqlSourceConfig
  dialect: EngineDialect
  database: EngineDatabase
  shape: Shape
  kept: string
}

/** What has changed, page by page behind the last row of the one before; each page counts as soon as it is in. */
async function takeDelta(taking: Taking): Promise<Taken> {
  const { pull, source, dialect, database, shape, kept } = taking
  let range: Range = { from: startOf(source.cursor as never, kept) }
  let newest = kept
  let rows = 0
  for (let pages = 1; ; pages++) {
    if (pages > source.limits.max_requests)
      throw new SourceError('too_many_pages', `It has more after ${source.limits.max_requests} pages`, {
        mend: 'Raise page_rows, or limits.max_requests',
      })
    const staged = nextStaged()
    try {
      const { sql } = writePage(dialect, source, shape, range)
      const found = await database.stage(sql, staged)
      if (found.rows === 0) break
      const { content, last } = await lookAtStaged(pull.context.store, staged)
      const place = placeOf(shape, readJson(last) as Record<string, unknown>)
      newest = place[0] as string
      await take(taking, { ...found, staged, content, mode: 'delta', cursor: newest })
      rows += found.rows
      if (found.rows < source.page_rows) break
      range = { after: place }
    } finally {
      await dropStaged(pull.context.store, staged)
    }
  }
  return { rows, newest: newestMoment(shape, dialect, newest) }
}

/** Everything, by one statement: it is as of one moment, and deletes what it lacks. */
async function takeWhole(taking: Taking): Promise<Taken> {
  const { pull, source, dialect, database, shape, kept } = taking
  // before the rows: what comes in between is fetched again rather than never
  const [top] = shape.cursor
    ? await database.ask.rows<{ value: string | null }>(dialect.greatest(source, shape.cursor))
    : []
  const newest = top?.value ?? kept
  const staged = nextStaged()
  try {
    const from = source.cursor?.initial ?? ''
    const found = await database.stage(writeWhole(dialect, source, shape, from).sql, staged)
    const had = pull.memory.good().some((reading) => reading.rows > reading.rejected)
    if (found.rows === 0 && had && !source.may_be_empty)
      throw new SourceError('snapshot_empty', 'It has no rows at all, where it had some before', {
        mend: 'Say `may_be_empty: true` where that is so: then all of it is deleted here',
      })
    if (found.rows > 0 || had) {
      const { content } = await lookAtStaged(pull.context.store, staged)
      await take(taking, { ...found, staged, content, mode: 'snapshot', cursor: newest })
    }
    return { rows: found.rows, newest: newestMoment(shape, dialect, newest) }
  } finally {
    await dropStaged(pull.context.store, staged)
  }
}

async function take(
  { pull, kept }: Taking,
  piece: { staged: string; content: string; rows: number; bytes: number } & {
    mode: 'delta' | 'snapshot'
    cursor: string
  },
): Promise<void> {
  const { staged, content, rows, bytes, mode, cursor } = piece
  pull.tally.rows += rows
  await takePiece(pull, { path: '', bytes, end: async () => content, staged }, { mode, cursor, kept })
}

/** The moment up to which it was read; none where the column's times name no zone. */
const newestMoment = (shape: Shape, dialect: EngineDialect, newest: string): string =>
  shape.cursor && dialect.momentOf(shape.cursor.type) === 'zoned' ? newest : ''

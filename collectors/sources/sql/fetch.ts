import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Fetcher, Page } from '../pull/fetcher.ts'
import { rowRules } from '../pull/pull.ts'
import type { Tally } from '../pull/tally.ts'
import { listColumns } from '../rows/texts.ts'
import {
  columnsOfPaths,
  type Dialect,
  placeOf,
  type Range,
  type Shape,
  type SqlStatement,
  shapeOf,
  writeFrom,
  writePage,
  writeWhole,
} from './dialect.ts'
import type { Driver, Session } from './drivers.ts'
import { whatOf } from './place.ts'
import { describeRefusal } from './refusals.ts'
import { type Request, traceRequest } from './request.ts'
import { measureSkew } from './skew.ts'

/** Asks a database by its driver: rows come no faster than they are taken, and go through us one batch at a time. */
export function createDriverFetcher(
  source: SqlSourceConfig,
  driver: Driver,
  tally: () => Tally,
  spend: () => void,
): Fetcher {
  const { dialect } = driver
  const read = columnsOfPaths(listColumns(rowRules(source)))
  const request: Request = { source, tally, spend }
  let open: Session | undefined

  /** Waits no longer for an answer than the source says; then the session is ended, and what was asked with it. */
  const limited = async <Result>(work: Promise<Result>): Promise<Result> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        void open?.close().catch(() => undefined)
        reject(
          new SourceError('timed_out', `${source.host} did not answer within ${source.limits.timeout} ms`, {
            mend: 'See that cursor and key have an index there, ask for fewer rows by page_rows, or raise limits.timeout',
          }),
        )
      }, source.limits.timeout)
    })
    try {
      return await Promise.race([work, late])
    } catch (error) {
      throw describeRefusal(source, error)
    } finally {
      clearTimeout(timer)
    }
  }

  const learn = async (session: Session, isWhole: boolean): Promise<Shape> => {
    const columns = await limited(session.columns(`SELECT q.* ${writeFrom(dialect, source, ['1 = 0'])}`))
    const shape = shapeOf(dialect, source, read, columns)
    const askedAt = Date.now()
    const [row] = await gather(limited, session, {
      sql: driver.look(lacking(dialect, source, shape)),
      binds: [],
    })
    tally().skew_ms = measureSkew(Date.parse(row?.now ?? ''), askedAt, Date.now())
    if (row?.lacking === '1' && !isWhole)
      throw new SourceError(
        'cursor_missing',
        `There are rows without a "${source.cursor?.field}", by which the source is followed`,
        { mend: 'Name a column that every row has, or make it so in a query' },
      )
    return shape
  }

  return {
    what: whatOf(source),
    async *fetch(from, isWhole) {
      const session = await traceRequest(request, 'look', () => limited(driver.connect()))
      open = session
      try {
        const shape = await traceRequest(request, 'look', () => learn(session, isWhole))
        if (isWhole) yield* stream(writeWhole(dialect, source, shape, from), session, false)
        else yield* pages(session, shape, from)
      } finally {
        open = undefined
        await session.close().catch(() => undefined)
      }
    },
    close: async () => {
      await open?.close().catch(() => undefined)
    },
  }

  /** Page behind page, each sorted, so that a fetch that breaks off goes on from where it was. */
  async function* pages(session: Session, shape: Shape, from: string): AsyncIterable<Page> {
    let range: Range = { from }
    for (let count = 1; ; count++) {
      if (count > source.limits.max_requests)
        throw new SourceError('too_many_pages', `It has more after ${source.limits.max_requests} pages`, {
          mend: 'Raise page_rows, or limits.max_requests',
        })
      let rows = 0
      let last: Record<string, unknown> | undefined
      for await (const page of stream(writePage(dialect, source, shape, range), session, true)) {
        rows += page.items.length
        last = page.items.at(-1) as Record<string, unknown>
        yield page
      }
      if (rows < source.page_rows || !last) return
      range = { after: placeOf(shape, last) }
    }
  }

  /** The rows of one statement. The span is of the first answer: how fast the rest comes is ours to say. */
  async function* stream(statement: SqlStatement, session: Session, isSafe: boolean): AsyncIterable<Page> {
    const batches = session.rows(statement)[Symbol.asyncIterator]()
    let next = await traceRequest(request, 'fetch', async (count) => {
      const first = await limited(batches.next())
      count(first.done ? 0 : first.value.length, 0)
      return first
    })
    while (!next.done) {
      tally().bytes += sizeOf(next.value)
      yield { items: next.value, isSafe }
      next = await limited(batches.next())
    }
  }
}

/** Whether there are rows that a delta would never fetch. */
function lacking(dialect: Dialect, source: SqlSourceConfig, { cursor }: Shape): string {
  if (!cursor) return '1 = 0'
  return `EXISTS (SELECT 1 ${writeFrom(dialect, source, [`q.${dialect.quote(cursor.name)} IS NULL`])})`
}

async function gather(
  limited: <Result>(work: Promise<Result>) => Promise<Result>,
  session: Session,
  statement: SqlStatement,
) {
  const all = []
  const batches = session.rows(statement)[Symbol.asyncIterator]()
  for (let next = await limited(batches.next()); !next.done; next = await limited(batches.next()))
    all.push(...next.value)
  return all
}

const sizeOf = (rows: Record<string, string | null>[]): number =>
  rows.reduce((sum, row) => sum + Object.values(row).reduce((size, text) => size + (text?.length ?? 0), 0), 0)

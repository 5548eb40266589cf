import { randomBytes } from 'node:crypto'
import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import type { Params, Store } from '../../../sql/store.ts'
import { readNeeded } from '../http/auth.ts'
import { SourceError } from '../pull/failure.ts'
import type { Tally } from '../pull/tally.ts'
import type { SqlColumn } from './dialect.ts'
import type { Ask, EngineDialect } from './engine-dialect.ts'
import { portOf } from './place.ts'
import { describeRefusal } from './refusals.ts'
import { type Request, traceRequest } from './request.ts'
import { dropStaged, stagedRows } from './staging.ts'

/** A database that the engine asks for us. */
export type EngineDatabase = {
  ask: Ask
  /** Puts the rows of a SELECT into `file_rows` under a number, in their order; resolves with how many there are */
  stage(select: string, staged: string): Promise<{ rows: number; bytes: number }>
  /** Ends what is under way */
  close(): Promise<void>
}

/** One thread and small blocks: rows keep their order, and memory holds few of them. */
const staging = {
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 65_536,
  min_insert_block_size_rows: 65_536,
  min_insert_block_size_bytes: 32 * 2 ** 20,
}
/** So long an ended statement may take to end, before its session is left to it. */
const graceMs = 5_000

/**
 * Opens the way to a database through the engine's table function. User, password and all else are bound: the text of a
 * statement has none of them.
 * @throws SourceError `secret_missing` when a variable that its settings name is not set
 */
export function openEngineDatabase(
  dialect: EngineDialect,
  source: SqlSourceConfig,
  store: Store,
  tally: () => Tally,
  spend: () => void,
  env: NodeJS.ProcessEnv = process.env,
): EngineDatabase {
  const { timeout } = source.limits
  const access: Params = {
    db_address: `${source.host}:${portOf(source)}`,
    db_name: source.database,
    db_user: source.user ?? readNeeded(env, source.user_from as string),
    db_password: readNeeded(env, source.password_from),
  }
  const from = dialect.call(timeout)
  const options = { lane: 'pull', isSecret: true, settings: dialect.settings(timeout) } as const
  const underWay = new Set<() => void>()

  /** Runs a statement that ends when it has shown nothing new for as long as an answer may take. */
  const limited = async <Result>(
    query: string,
    run: (params: Params) => Promise<Result>,
    progress: () => Promise<number> = async () => 0,
  ): Promise<Result> => {
    const mark = `plumbline ${randomBytes(8).toString('hex')}`
    const marked = dialect.cancel ? `/* ${mark} */ ${query}` : query
    let seen = 0
    let isOver = false
    let stopped: SourceError | undefined
    let timer: NodeJS.Timeout | undefined
    let end: (reason: SourceError) => void = () => undefined
    const ended = new Promise<never>((_resolve, reject) => {
      end = (reason) => {
        if (isOver) return
        isOver = true
        stopped = reason
        if (dialect.cancel) void cancel(dialect.cancel(mark))
        // what was cancelled says so itself, and gives its session back; what hangs is left alone
        setTimeout(() => reject(reason), dialect.cancel ? graceMs : 0).unref()
      }
    })
    const watch = () => {
      timer = setTimeout(async () => {
        const now = await progress().catch(() => seen)
        if (isOver) return
        if (now === seen)
          return end(
            new SourceError('timed_out', `${source.host} did not answer within ${timeout} ms`, {
              mend: 'See that cursor and key have an index there, ask for fewer rows by page_rows, or raise limits.timeout',
            }),
          )
        seen = now
        watch()
      }, timeout)
    }
    const stop = () => end(new SourceError('stopped', 'Plumbline is being stopped'))
    underWay.add(stop)
    watch()
    ended.catch(() => undefined)
    try {
      return await Promise.race([run({ ...access, db_query: marked }), ended])
    } catch (error) {
      throw stopped ?? describeRefusal(source, error)
    } finally {
      isOver = true
      clearTimeout(timer)
      underWay.delete(stop)
    }
  }
  const cancel = (sql: string) =>
    store
      .rows(`SELECT * FROM ${from}`, { ...access, db_query: sql }, { ...options, lane: 'read' })
      .catch(() => undefined)
  const request: Request = { source, tally, spend }

  return {
    ask: {
      rows: <Row>(sql: string) =>
        traceRequest(request, 'look', (count) =>
          limited(sql, async (params) => {
            const rows = await store.rows<Row>(`SELECT * FROM ${from}`, params, options)
            count(rows.length, 0)
            return rows
          }),
        ),
      describe: (sql) =>
        traceRequest(request, 'look', () =>
          limited(sql, (params) => store.rows<SqlColumn>(`DESCRIBE TABLE ${from}`, params, options)),
        ),
    },
    stage: (select, staged) =>
      traceRequest(request, 'fetch', async (count) => {
        const insert = `INSERT INTO file_rows (load_seq, row, raw) SELECT {staged:UInt64}, rowNumberInAllBlocks() + 1, ${dialect.raw} FROM ${from}`
        const stand = () => stagedRows(store, staged)
        let inserting: Promise<void> = Promise.resolve()
        const insertRows = (params: Params) => {
          inserting = store.command(
            insert,
            { ...params, staged },
            { ...options, settings: { ...options.settings, ...staging } },
          )
          return inserting
        }
        try {
          await limited(dialect.wrap(select), insertRows, async () => (await stand()).rows)
        } catch (error) {
          // what came of it must not stand beside what another try brings, nor stay when it ends after all
          const dropped = inserting.catch(() => undefined).then(() => dropStaged(store, staged))
          if (error instanceof SourceError && error.code === 'not_answered') await dropped
          else dropped.catch(() => undefined)
          throw error
        }
        const found = await stand()
        count(found.rows, found.bytes)
        return found
      }),
    close: async () => {
      for (const stop of underWay) stop()
    },
  }
}

import { randomUUID } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { isOfRequest } from '../server/core/log.ts'
import { yieldToEventLoop } from './engine-priority.ts'
import { type Fence, fenceParams, fenceSettings, fenceStatement, statementsOf } from './fence.ts'
import { readPlaceholders, readSqlFolder } from './files.ts'
import { createPool, type Pool } from './pool.ts'
import type { QueryName, QueryParams, QueryRow } from './queries.gen.ts'
import { isolateSession, readDefaults } from './session.ts'
import {
  type AskOptions,
  type FileLoad,
  type Lane,
  type Params,
  type ParamValue,
  type Settings,
  type Store,
  StoreError,
} from './store.ts'
import { leaveOutUnset, readGuards } from './unset-filters.ts'

/** What both engines are told, so that a row looks the same from either: exact numbers as text, times as ISO in UTC. */
const settings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_named_tuples_as_objects: 1,
  output_format_decimal_trailing_zeros: 0,
  date_time_output_format: 'iso',
  date_time_input_format: 'best_effort',
  session_timezone: 'UTC',
  async_insert: 0,
  // a joined row that is absent is NULL-free but distinguishable: defaults, as the checks expect
  join_use_nulls: 0,
} as const

/**
 * How many of each run beside each other in the embedded engine. A page asks several questions at once: asked beside
 * each other, they have the greater part of the cores while a load runs, measured.
 */
const sessions = { read: 8, load: 1, spans: 2, judge: 1, pull: 2 } as const satisfies Record<Lane, number>
/**
 * How the embedded engine takes what is asked and judged, other than loads. To compile an expression pays where the same
 * one goes over many rows again and again, as loads do: what is asked differs from statement to statement, and its few
 * rows are done before the compiler is (a sixth of the CPU, measured). And what is read lies in the machine's memory: to
 * hand each small read to another thread takes longer than the read (fifty cases from anywhere: 15 → 7 ms). So it is with
 * the few rows of an answer, which threads would write beside each other.
 */
const asking = {
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  compile_sort_description: 0,
  local_filesystem_read_method: 'pread',
  output_format_parallel_formatting: 0,
} as const
/**
 * The embedded engine does not seek conditions that follow from others: in a check's statement that takes a quarter of
 * the time until its first row, and nothing is read faster for it.
 */
const understanding = { optimize_and_compare_chain: 0 } as const
/** A person reads on for a moment between two questions. */
const readPauseMs = 500

/**
 * Opens the embedded engine on a folder. One process at a time may hold the folder.
 * @param args of the engine's own, as its command line takes them
 * @throws StoreError when another process holds it
 */
export async function openChdb(path: string, args: string[] = []): Promise<Store> {
  const { createChdbConnection } = await import('chdb/connection')
  // the driver gives the engine arguments by its own sessions alone; whoever opens the folder first decides
  const session = args.length > 0 ? await openSession(path, args) : undefined
  const connect = () => createClient({ connection: createChdbConnection({ path }) as never })
  const lanes = Object.entries(sessions).map(
    ([lane, count]) => [lane as Lane, Array.from({ length: count }, connect)] as const,
  )
  const clients = lanes.flatMap(([, own]) => own)
  const pools = Object.fromEntries(lanes.map(([lane, own]) => [lane, createPool(own)])) as Record<
    Lane,
    Pool<ClickHouseClient>
  >
  let reads = 0
  let lastRead = 0
  const isRead = () => reads > 0 || Date.now() - lastRead < readPauseMs
  try {
    const defaults = await readDefaults(clients[0] as ClickHouseClient)
    for (const [lane, own] of lanes)
      for (const client of own)
        isolateSession(client, defaults, {
          ...settings,
          ...understanding,
          ...(lane === 'read' || lane === 'judge' ? asking : {}),
        })
  } catch (error) {
    throw new StoreError('open', error)
  }
  const read = async <Result>(work: () => Promise<Result>) => {
    reads++
    try {
      return await work()
    } finally {
      reads--
      lastRead = Date.now()
    }
  }
  const use = <Result>(lane: Lane, work: (client: ClickHouseClient) => Promise<Result>) =>
    // what runs on a schedule reads as well, and nobody waits for it
    lane === 'read' && isOfRequest() ? read(() => pools.read.use(work)) : pools[lane].use(work)
  const store = buildStore('chdb', {
    use,
    isRead,
    insertFile: (load) =>
      use(load.lane ?? 'load', async (client) => {
        await client.command({
          query: insertStatement(
            load,
            'file({load_path:String}, {load_format:String}, {load_structure:String})',
          ),
          query_params: encodeParams({
            ...load.params,
            load_path: load.path,
            load_format: load.format,
            load_structure: load.structure,
          }),
          clickhouse_settings: {
            ...load.settings,
            // by path: from text the engine would leave a copy in the working folder
            ...(load.protobuf ? { format_schema: `${load.protobuf.path}:${load.protobuf.message}` } : {}),
            insert_deduplication_token: load.token,
          } as never,
        })
      }),
    close: async () => {
      for (const client of clients) await client.close()
      session?.close()
    },
  })
  await store.rows('SELECT 1')
  yieldToEventLoop()
  return store
}

/**
 * Opens a ClickHouse server by its address, e.g. `http://user:password@host:8123/database`.
 * @param more settings of every statement
 */
export async function openClickHouse(url: string, more: Settings = {}): Promise<Store> {
  const client = createClient({
    // what fails is thrown, and told by whoever asked
    log: { level: ClickHouseLogLevel.OFF },
    url,
    clickhouse_settings: { ...settings, ...more } as never,
    request_timeout: 120_000,
  })
  const insertStream = async (
    statement: string,
    format: string,
    { values, params, settings, fence }: Streamed,
  ): Promise<void> => {
    try {
      const { stream } = await client.exec({
        query: `${fence ? fenceStatement(statement) : statement} FORMAT ${format}`,
        query_params: encodeParams({ ...params, ...(fence && fenceParams(fence)) }),
        values,
        clickhouse_settings: settings as never,
        ...idOf(fence),
      })
      // the connection is free for the next load only once its answer was read; an insert that went well says nothing
      const said = await text(stream)
      if (said.trim() !== '') throw new Error(said)
    } finally {
      values.destroy()
    }
  }
  const store = buildStore('clickhouse', {
    use: (_lane, work) => work(client),
    // a server shares itself out
    isRead: () => false,
    insertFile: (load) =>
      insertStream(insertStatement(load, 'input({load_structure:String})'), load.format, {
        values: createReadStream(load.path),
        params: { ...load.params, load_structure: load.structure },
        settings: {
          ...load.settings,
          ...(load.protobuf
            ? {
                format_schema_source: 'string',
                format_schema_message_name: load.protobuf.message,
                format_schema: readFileSync(load.protobuf.path, 'utf8'),
              }
            : {}),
          insert_deduplication_token: load.token,
        },
        fence: load.fence,
      }),
    insertRows: async (table, rows, { token, settings = {}, fence }) => {
      const columns = pickColumns(await columnsOf(table), rows)
      const names = columns.map(({ name }) => name).join(', ')
      await insertStream(
        `INSERT INTO ${table} (${names}) SELECT ${names} FROM input({rows_structure:String})`,
        'JSONEachRow',
        {
          values: Readable.from(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`),
          params: { rows_structure: columns.map(({ name, type }) => `${name} ${type}`).join(', ') },
          settings: { ...settings, ...(token ? { insert_deduplication_token: token } : {}) },
          fence,
        },
      )
    },
    close: () => client.close(),
  })
  const columns = new Map<string, Promise<Column[]>>()
  const columnsOf = (table: string): Promise<Column[]> => {
    const known =
      columns.get(table) ??
      store.rows<Column>(
        "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS') ORDER BY position",
        { table },
      )
    columns.set(table, known)
    known.catch(() => columns.delete(table))
    return known
  }
  await store.rows('SELECT 1')
  return store
}

async function openSession(path: string, connectionArgs: string[]): Promise<{ close(): void }> {
  const { Session } = await import('chdb')
  try {
    return new Session(path, { connectionArgs })
  } catch (error) {
    throw new StoreError('open', error)
  }
}

const insertStatement = ({ table, select = '*', from = (file) => file }: FileLoad, file: string) =>
  `INSERT INTO ${table} SELECT ${select} FROM ${from(file)}`

type Column = { name: string; type: string }
type Streamed = {
  values: Readable
  params: Params
  settings: Settings
  fence: Fence | undefined
}

/** Those of a table's columns that the rows say anything of; the others get what the table gives them. */
function pickColumns(all: readonly Column[], rows: readonly object[]): Column[] {
  const said = new Set(rows.flatMap((row) => Object.keys(row)))
  return all.filter(({ name }) => said.has(name))
}

/** Names a statement by the lease it is written under. */
const idOf = (fence: Fence | undefined) =>
  fence ? { query_id: `${statementsOf(fence.lease)}${fence.epoch}-${randomUUID()}` } : {}

type Sessions = {
  use<Result>(lane: Lane, work: (client: ClickHouseClient) => Promise<Result>): Promise<Result>
  insertFile(load: FileLoad): Promise<void>
  /** Inserts rows that count only while nobody has taken a lease over; the embedded engine has one process, and no leases */
  insertRows?(
    table: string,
    rows: readonly object[],
    options: { token?: string; settings?: Settings; fence: Fence },
  ): Promise<void>
  isRead(): boolean
  close(): Promise<void>
}

function buildStore(engine: Store['engine'], sessions: Sessions): Store {
  const queries = readSqlFolder('queries')
  const guards = new Map([...queries].map(([name, sql]) => [name, readGuards(sql)]))
  const run = async <Result>(
    statement: string,
    lane: Lane,
    work: (client: ClickHouseClient) => Promise<Result>,
  ) => {
    try {
      return await sessions.use(lane, work)
    } catch (error) {
      throw new StoreError(statement, error)
    }
  }
  const wayOf = ({ isSecret }: AskOptions) =>
    engine === 'clickhouse' && isSecret ? { use_multipart_params: true } : {}
  const rows = <Row>(sql: string, params: Params = {}, options: AskOptions = {}) =>
    run(sql, options.lane ?? 'read', async (client) => {
      const result = await client.query({
        query: sql,
        query_params: encodeParams(params),
        format: 'JSONEachRow',
        clickhouse_settings: options.settings as never,
        ...wayOf(options),
      })
      return parseRows<Row>(await result.text())
    })
  return {
    engine,
    rows,
    query: <Name extends QueryName>(name: Name, params: QueryParams[Name], options?: AskOptions) => {
      const sql = queries.get(name)
      if (!sql) throw new StoreError(name, 'there is no such query file')
      for (const placeholder of readPlaceholders(sql).keys())
        if (!(placeholder in (params as Params)))
          throw new StoreError(name, `parameter ${placeholder} is missing`)
      return rows<QueryRow[Name]>(
        leaveOutUnset(guards.get(name) ?? [], params as Params),
        params as Params,
        options,
      )
    },
    command: (sql, params = {}, { fence, ...options } = {}) =>
      run(sql, options.lane ?? 'judge', async (client) => {
        await client.command({
          query: fence ? fenceStatement(sql) : sql,
          query_params: encodeParams({ ...params, ...(fence && fenceParams(fence)) }),
          clickhouse_settings: { ...options.settings, ...(fence && fenceSettings) } as never,
          ...wayOf(options),
          ...idOf(fence),
        })
      }),
    insert: (table, values, { fence, ...options } = {}) =>
      values.length === 0
        ? Promise.resolve()
        : run(`INSERT INTO ${table}`, options.lane ?? 'judge', async (client) => {
            if (fence) {
              if (!sessions.insertRows) throw new Error('the embedded engine has no leases')
              return sessions.insertRows(table, values, { ...options, fence })
            }
            await client.insert({
              table,
              values: values as unknown[],
              format: 'JSONEachRow',
              clickhouse_settings: {
                ...options.settings,
                ...(options.token ? { insert_deduplication_token: options.token } : {}),
              } as never,
            })
          }),
    insertFile: (load) =>
      sessions.insertFile(load).catch((error) => {
        throw new StoreError(`load ${load.path} into ${load.table}`, error)
      }),
    isRead: sessions.isRead,
    close: sessions.close,
  }
}

/** Rows of JSONEachRow, a line each: the client's own way, by streams, takes longer than most of our statements do. */
const parseRows = <Row>(text: string): Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)

function encodeParams(params: Params): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, encodeParam(value)]))
}

/** The driver writes a Date in whole seconds; ours keeps the milliseconds. */
function encodeParam(value: ParamValue): unknown {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '')
  if (Array.isArray(value)) return value.map(encodeParam)
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encodeParam(inner)]))
  return value
}

import type { Cluster } from './cluster.ts'
import type { Fence } from './fence.ts'
import type { QueryName, QueryParams, QueryRow } from './queries.gen.ts'

/** A value bound to a `{name:Type}` placeholder; a Date is bound as UTC with milliseconds. */
export type ParamValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | ParamValue[]
  | { [key: string]: ParamValue }
export type Params = Record<string, ParamValue>
export type Settings = Record<string, string | number>

/**
 * Which of the engine's sessions does the work. A session of the embedded engine runs one query at a time, so the
 * pages never wait behind a load or a check.
 */
export type Lane = 'read' | 'load' | 'spans' | 'judge' | 'pull'

export type AskOptions = {
  lane?: Lane
  settings?: Settings
  /** Whether a value is a secret: it then stands in no address, which a server writes to its log */
  isSecret?: boolean
  /** Of what is written: it counts only while nobody has taken this lease over; a server's */
  fence?: Fence
}

/** One file handed to the engine, which parses and inserts it as one unit: all of it or nothing. */
export type FileLoad = {
  path: string
  /** The engine's name of the format, e.g. JSONEachRow */
  format: string
  /** Columns of the file: `name Type, …` */
  structure: string
  /** Table the rows go to */
  table: string
  /** What is selected from the file; default every column, then `load_seq` */
  select?: string
  /** What is selected from, made of the file; default the file itself */
  from?: (file: string) => string
  params?: Params
  settings?: Settings
  /** For format Protobuf: the schema's file and the message that a record is */
  protobuf?: { path: string; message: string }
  /** The session that loads it; default `load` */
  lane?: Lane
  /** Loads with the same token happen once, also after a crash between the insert and our note of it */
  token: string
  /** It counts only while nobody has taken this lease over; a server's */
  fence?: Fence
}

/**
 * The one way to the engine. Two engines stand behind it: chDB in process, and a ClickHouse server.
 * Every method rejects with a StoreError that names the statement.
 */
export interface Store {
  readonly engine: 'chdb' | 'clickhouse'
  /** Of a server that is a node of one: its cluster, over which the tables are spread. */
  readonly cluster?: Cluster
  /** Runs the query file of that name with its typed parameters. */
  query<Name extends QueryName>(
    name: Name,
    params: QueryParams[Name],
    options?: AskOptions,
  ): Promise<QueryRow[Name][]>
  /** Runs SQL that a caller has put together, such as a check. Values are bound, never pasted. */
  rows<Row>(sql: string, params?: Params, options?: AskOptions): Promise<Row[]>
  /** Runs a statement that returns nothing. */
  command(sql: string, params?: Params, options?: AskOptions): Promise<void>
  /** Inserts a batch of rows as one unit. */
  insert(
    table: string,
    rows: readonly object[],
    options?: { token?: string; lane?: Lane; settings?: Settings; fence?: Fence },
  ): Promise<void>
  /** Lets the engine read and insert a file. */
  insertFile(load: FileLoad): Promise<void>
  /** Whether somebody reads now, or did a moment ago, from an engine that shares our cores. */
  isRead(): boolean
  close(): Promise<void>
}

/** A statement the engine refused, or could not run. */
export class StoreError extends Error {
  readonly statement: string
  /** The engine's own code, e.g. 60 = unknown table; 0 where there is none */
  readonly code: number
  constructor(statement: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause)
    super(
      `${message.replace(/\s+/g, ' ').slice(0, 1000)} [in ${statement.replace(/\s+/g, ' ').slice(0, 120)}]`,
      { cause },
    )
    this.name = 'StoreError'
    this.statement = statement
    this.code = Number(
      (cause as { code?: string | number } | undefined)?.code ?? /Code: (\d+)/.exec(message)?.[1] ?? 0,
    )
  }
}

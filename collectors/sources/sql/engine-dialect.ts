import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import type { Settings } from '../../../sql/store.ts'
import type { Dialect, SqlColumn } from './dialect.ts'

/** Asks a database for a few rows, or which columns a SELECT has in the engine's words. */
export type Ask = {
  rows<Row>(sql: string): Promise<Row[]>
  describe(sql: string): Promise<SqlColumn[]>
}

/** How things stand in a database before a fetch. */
export type Stand = {
  columns: SqlColumn[]
  /** Its own clock */
  now: string
  /** Whether there are rows without a value in the cursor's column: they would never be fetched */
  lacksCursor: boolean
}

/** A database that the engine itself asks, by a table function: its rows never pass through us. */
export type EngineDialect = Dialect & {
  /** The table function, with placeholders for all that it takes: no password is in the text of a statement */
  call(timeoutMs: number): string
  settings(timeoutMs: number): Settings
  /** What is put around a SELECT, and how the engine makes a line of JSON of each row of the answer */
  wrap(select: string): string
  raw: string
  learn(source: SqlSourceConfig, ask: Ask): Promise<Stand>
  /** The greatest value of the cursor that there is */
  greatest(source: SqlSourceConfig, cursor: SqlColumn): string
  /** The statement that ends another one, by the mark it carries; none where there is no such statement */
  cancel?(mark: string): string
}

/** Seconds, at least one, since that is what engine and drivers count in. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))

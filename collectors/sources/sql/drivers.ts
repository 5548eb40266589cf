import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { readNeeded } from '../http/auth.ts'
import type { Dialect, SqlColumn, SqlStatement } from './dialect.ts'
import { oracle } from './oracle.ts'
import { portOf } from './place.ts'
import { openOracle } from './session-oracle.ts'
import { openSqlServer } from './session-sqlserver.ts'
import { sqlserver } from './sqlserver.ts'

/** A row as a driver gives it: texts, as the statement has made them. */
export type Row = Record<string, string | null>

/** A session that only reads. */
export type Session = {
  /** The columns of a SELECT, whether it has rows or none */
  columns(sql: string): Promise<SqlColumn[]>
  /** Its rows in batches, and no faster than they are taken */
  rows(statement: SqlStatement): AsyncIterable<Row[]>
  close(): Promise<void>
}

/** How a database is asked by its driver, which is loaded when it is first needed. */
export type Driver = {
  dialect: Dialect
  /** A SELECT of the database's clock as `now`, and of a condition as `lacking` (1 or 0) */
  look(condition: string): string
  connect(): Promise<Session>
}

/** Who signs in where. */
export type Access = {
  host: string
  port: number
  database: string
  user: string
  password: string
  /** Whether the server has to prove who it is, and by whose word; by those the machine trusts when there is none */
  tls: { ca: string | undefined } | undefined
  timeoutMs: number
}

/**
 * The driver of a source.
 * @throws SourceError `secret_missing` when a variable that its settings name is not set
 */
export function openDriver(source: SqlSourceConfig, env: NodeJS.ProcessEnv = process.env): Driver {
  const access: Access = {
    host: source.host,
    port: portOf(source),
    database: source.database,
    user: source.user ?? readNeeded(env, source.user_from as string),
    password: readNeeded(env, source.password_from),
    tls: source.tls && { ca: source.tls.ca_from && readNeeded(env, source.tls.ca_from) },
    timeoutMs: source.limits.timeout,
  }
  if (source.dialect === 'oracle')
    return {
      dialect: oracle,
      look: (condition) =>
        `SELECT TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), 'YYYY-MM-DD"T"HH24:MI:SS.FF3"Z"') AS "now", CASE WHEN ${condition} THEN '1' ELSE '0' END AS "lacking" FROM dual`,
      connect: () => openOracle(access),
    }
  return {
    dialect: sqlserver,
    look: (condition) =>
      `SELECT CONVERT(varchar(40), SYSUTCDATETIME(), 126) + 'Z' AS [now], CASE WHEN ${condition} THEN '1' ELSE '0' END AS [lacking]`,
    connect: () => openSqlServer(access),
  }
}

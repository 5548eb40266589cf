import type { SourceAdapter } from './index.ts'
import { openPull } from './pull/pull.ts'
import { openDriver } from './sql/drivers.ts'
import { openEngineDatabase } from './sql/engine.ts'
import { readyEnvironment } from './sql/environment.ts'
import { createDriverFetcher } from './sql/fetch.ts'
import { mysql } from './sql/mysql.ts'
import { postgresql } from './sql/postgresql.ts'
import { createSqlTaker } from './sql/take.ts'

/**
 * Tables, views and queries of a database. PostgreSQL and MySQL are asked by the engine itself, so that no row passes
 * through us; SQL Server and Oracle by their drivers, row by row.
 */
export const adapter: SourceAdapter<'sql'> = {
  kind: 'sql',
  open: (source, context) =>
    openPull(source, source.cursor, context, (tally) => {
      const spend = () => context.spend(source.source, source.limits.per_day)
      if (source.dialect === 'sqlserver' || source.dialect === 'oracle')
        return createDriverFetcher(source, openDriver(source), tally, spend)
      if (source.dialect === 'postgresql') readyEnvironment(source, context)
      const dialect = source.dialect === 'postgresql' ? postgresql : mysql
      return createSqlTaker(source, dialect, openEngineDatabase(dialect, source, context.store, tally, spend))
    }),
}

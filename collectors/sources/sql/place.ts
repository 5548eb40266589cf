import { type SqlSourceConfig, sqlPorts } from '../../../server/core/estate-sql-schema.ts'

export const portOf = (source: SqlSourceConfig): number => source.port ?? sqlPorts[source.dialect]

/** What is fetched, in people's words. */
export const whatOf = (source: SqlSourceConfig): string => source.table ?? 'query'

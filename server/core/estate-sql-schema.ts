import { z } from 'zod'
import { words } from './estate-parts.ts'
import { cursor, pullShape, variable } from './estate-pull-schema.ts'

/** A piece of SQL that the site writes. One statement, so that nothing stands behind what we put around it. */
const statement = z
  .string('SQL')
  .min(1, 'SQL that is not empty')
  .max(20_000, 'at most 20,000 characters')
  .refine((text) => !text.includes(';'), 'one statement, without a semicolon')

const host = z
  .string('the name of a host')
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'the name or IPv4 address of a host')

/** The databases that can be asked, and the port at which each listens unless it is told otherwise. */
export const sqlPorts = { postgresql: 5432, mysql: 3306, sqlserver: 1433, oracle: 1521 } as const
export type SqlDialect = keyof typeof sqlPorts

export const sqlSource = z.strictObject({
  ...pullShape,
  kind: z.literal('sql'),
  dialect: z.enum(Object.keys(sqlPorts) as [SqlDialect, ...SqlDialect[]]).describe('mysql is MariaDB too'),
  host,
  port: z.int().min(1).max(65_535).optional().describe('That of the dialect when absent'),
  database: words.describe('Its name; of Oracle the name of the service'),
  schema: words.optional().describe('Where the table is; where the user looks by itself when absent'),
  user: words.optional(),
  user_from: variable.optional().describe('The variable in which its name stands, instead of user'),
  password_from: variable.describe(
    'The variable that holds the password, or with _FILE the path of its file',
  ),
  table: words.optional().describe('A table or a view'),
  columns: z
    .array(words)
    .min(1)
    .optional()
    .describe('Of a table: the columns that are fetched; all when absent'),
  where: statement.optional().describe('Of a table: which rows are fetched, in the words of the database'),
  query: statement
    .optional()
    .describe('A SELECT, instead of a table; it becomes a subquery, so it sorts and limits nothing'),
  cursor: cursor
    .extend({ field: words.describe('The column that says how new a row is, such as changed_at') })
    .optional(),
  key: z
    .array(words)
    .max(8)
    .default([])
    .describe('The columns that tell one row from another: by them a fetch goes on among rows of one moment'),
  may_be_empty: z
    .boolean()
    .default(false)
    .describe('Whether it is believed to have no rows any more: all that came from it is then deleted'),
  page_rows: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(50_000)
    .describe('mode delta: so many rows are fetched at once, and are one load'),
})

export type SqlSourceConfig = z.infer<typeof sqlSource>

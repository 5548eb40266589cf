import { parse } from 'yaml'
import { z } from 'zod'
import type { CauseInfo } from '../server/core/cause-info.ts'
import { PlumblineError } from '../server/core/errors.ts'
import { readSqlFolder } from '../sql/files.ts'

const header = z.strictObject({
  title: z.string().max(60),
  description: z.string(),
  explains: z.union([z.literal('all'), z.array(z.string()).min(1)]),
  advice: z.string(),
})

/** A cause with the SQL that seeks it: a row per case it fits, with number, score (0 to 1), evidence and shared. */
export type Cause = CauseInfo & { sql: string }

/**
 * Every cause in sql/causes.
 * @throws PlumblineError `cause_invalid`, naming the file and what is wrong in its header
 */
export const loadCauses = (): Cause[] =>
  [...readSqlFolder('causes')].map(([name, text]) => parseCauseFile(name, text))

/** Splits a cause file into its header (YAML in the leading comment) and its SQL. */
export function parseCauseFile(cause: string, text: string): Cause {
  const match = /^\/\*\n([\s\S]*?)\n\*\/\n([\s\S]+)$/.exec(text)
  const parsed = match ? header.safeParse(parse(match[1] as string)) : undefined
  if (!match || !parsed?.success) {
    const reason = parsed?.error?.issues
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ')
    throw new PlumblineError(
      'cause_invalid',
      `sql/causes/${cause}.sql has no valid header: ${reason ?? 'it must start with a comment that holds YAML'}`,
      { where: `sql/causes/${cause}.sql` },
    )
  }
  return { cause, ...parsed.data, sql: (match[2] as string).trim() }
}

/** Those that may explain a difference of one of the classes. */
export const causesOf = (causes: readonly Cause[], classes: string[]): Cause[] =>
  causes.filter(({ explains }) => explains === 'all' || explains.some((name) => classes.includes(name)))

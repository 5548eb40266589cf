import { createHash } from 'node:crypto'
import cron from 'node-cron'
import { parse } from 'yaml'
import { z } from 'zod'
import type { CheckInfo } from '../server/core/check-info.ts'
import { parseDuration } from '../server/core/duration.ts'
import { PlumblineError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { type EntityName, entityNames } from '../server/core/model.ts'
import { readSqlFolder } from '../sql/files.ts'

const header = z.strictObject({
  title: z.string(),
  /** one word, for narrow columns */
  short: z.string().max(12),
  description: z.string(),
  /** roles of systems: what is right minus left is the difference */
  left: z.string(),
  right: z.string(),
  /** whose word counts */
  record: z.string(),
  flow: z.string(),
  /** cron with seconds */
  schedule: z.string(),
  grace: z
    .string()
    .transform((text, context) => parseDuration(text) ?? context.addIssue('expected a duration') ?? z.NEVER),
  tolerance: z.string(),
  materiality: z.string(),
  /** what its value is counted under on the overview */
  measure: z.enum(['inventory', 'orders', 'invoices', 'receipts']),
  classes: z.record(z.string(), z.string()),
  /** which states explain a key, and how the key is made from their columns */
  evidence: z
    .array(z.strictObject({ entity: z.enum(entityNames as [EntityName, ...EntityName[]]), key: z.string() }))
    .min(1),
})

/** A check as it runs here: what every room may know of it, and its SQL. */
export type Check = CheckInfo & { sql: string }

/**
 * The checks the estate asks for, read from sql/checks.
 * @throws PlumblineError `check_unknown`, `check_invalid` or `schedule_invalid`, naming the file and the mend
 */
export function loadChecks(estate: Estate): Check[] {
  const files = readSqlFolder('checks')
  return estate.checks.map((config, index) => {
    const text = files.get(config.check)
    if (text === undefined)
      throw new PlumblineError(
        'check_unknown',
        `checks[${index}].check: "${config.check}" is not a check; expected one of ${[...files.keys()].join(', ')}`,
        {
          where: `checks[${index}].check`,
          mend: 'Mend the name, or add the file sql/checks/<name>.sql.',
        },
      )
    const file = parseCheckFile(config.check, text)
    const schedule = config.schedule ?? file.schedule
    if (!cron.validate(schedule))
      throw new PlumblineError(
        'schedule_invalid',
        `checks[${index}].schedule: "${schedule}" does not fit; expected a cron expression`,
        {
          where: `checks[${index}].schedule`,
          mend: 'Write five or six fields, seconds first when six: "*/15 * * * * *".',
        },
      )
    return withRule({
      ...file,
      schedule,
      grace: config.grace ?? file.grace,
      tolerance: config.tolerance ?? file.tolerance,
      materiality: config.materiality ?? file.materiality,
      flow: config.flow ?? (estate.flowOf.has(file.flow) ? file.flow : ''),
      team: config.team,
    })
  })
}

/** Splits a check file into its header (YAML in the leading comment) and its SQL. */
export function parseCheckFile(check: string, text: string): Omit<Check, 'team' | 'rule'> {
  const match = /^\/\*\n([\s\S]*?)\n\*\/\n([\s\S]+)$/.exec(text)
  const parsed = match ? header.safeParse(parse(match[1] as string)) : undefined
  if (!match || !parsed?.success) {
    const reason = parsed?.error?.issues
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ')
    throw new PlumblineError(
      'check_invalid',
      `sql/checks/${check}.sql has no valid header: ${reason ?? 'it must start with a comment that holds YAML'}`,
      {
        where: `sql/checks/${check}.sql`,
      },
    )
  }
  return { check, ...parsed.data, sql: (match[2] as string).trim() }
}

function withRule(check: Omit<Check, 'rule'>): Check {
  const meaning = [
    check.sql.replace(/--.*$/gm, '').replace(/\s+/g, ' '),
    check.left,
    check.right,
    check.grace,
    check.tolerance,
  ]
  return { ...check, rule: createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 12) }
}

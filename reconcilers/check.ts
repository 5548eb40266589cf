import { createHash } from 'node:crypto'
import cron from 'node-cron'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Bridge, CheckInfo, Read } from '../server/core/check-info.ts'
import { parseDuration } from '../server/core/duration.ts'
import { PlumblineError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { type EntityName, entityNames, entityOf, statesPrice } from '../server/core/model.ts'
import { readSqlFolder } from '../sql/files.ts'
import { bindWords, expandWords } from './check-words.ts'

const entity = z.enum(entityNames as [EntityName, ...EntityName[]])

/** SQL over the columns of the entity; what is left out is the column of that name, or nothing. */
const read = z.strictObject({
  entity,
  /** a note counts on neither side: it tells a price, a unit or the like */
  side: z.enum(['left', 'right', 'note']),
  plant: z.string().default('plant'),
  /** whose states; default the role of the side */
  role: z.string().optional(),
  where: z.string().default('1'),
  key: z.array(z.string()).min(1),
  quantity: z.string().default('0'),
  price: z.string().default('0'),
  price_factor: z.string().optional(),
  state: z.string().default("''"),
  item: z.string().optional(),
  order_no: z.string().optional(),
  unit: z.string().optional(),
  currency: z.string().optional(),
  changed_at: z.string().default('occurred_at'),
})

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
  /** cron with seconds: when what was touched is compared, and when every key is */
  schedule: z.string(),
  full: z.string().default('45 52 * * * *'),
  grace: z
    .string()
    .transform((text, context) => parseDuration(text) ?? context.addIssue('expected a duration') ?? z.NEVER),
  tolerance: z.string(),
  tolerance_amount: z.string().default('0'),
  tolerance_percent: z.string().default('0'),
  materiality: z.string(),
  /** what its value is counted under on the overview */
  measure: z.enum(['inventory', 'orders', 'invoices', 'receipts']),
  classes: z.record(z.string(), z.string()),
  severity: z.record(z.string(), z.enum(['low', 'medium', 'high', 'critical'])).default({}),
  counted_by: z.record(z.string(), z.string()).default({}),
  depends: z
    .array(z.strictObject({ entity, on: z.record(z.string(), z.enum(['item', 'order_no', 'unit'])) }))
    .default([]),
  ages: z.boolean().default(false),
  /** how severe a case is goes by its amount times the days begun since */
  daily: z.boolean().default(false),
  may_be_silent: z.boolean().default(false),
  matching: z.enum(['lines', 'sums', 'states', 'all']),
  /** how many last characters of the key's first part may differ for keys to lie together; none when left out */
  near: z.number().int().min(0).max(20).optional(),
  reads: z.array(read).min(2),
  /** contributions whose keys are looked at even where both sides agree: SQL over `quantity`, `price` and `state` */
  suspect: z.string().optional(),
  bridge: z
    .strictObject({ entity, ref: z.string(), key: z.array(z.string()).min(1), quantity: z.string() })
    .optional(),
})

/** A check as it runs here: what every room may know of it, and its SQL. */
export type Check = CheckInfo & { sql: string }
type CheckFile = Omit<Check, 'team' | 'rule' | 'bound' | 'closes_after' | 'reopens_within'>

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
    const file = parseCheckFile(config.check, text, estate)
    const schedule = config.schedule ?? file.schedule
    if (!cron.validate(file.full))
      throw new PlumblineError(
        'check_invalid',
        `sql/checks/${config.check}.sql: full: "${file.full}" is no cron expression`,
        {
          where: `sql/checks/${config.check}.sql`,
        },
      )
    if (!cron.validate(schedule))
      throw new PlumblineError(
        'schedule_invalid',
        `checks[${index}].schedule: "${schedule}" does not fit; expected a cron expression`,
        {
          where: `checks[${index}].schedule`,
          mend: 'Write five or six fields, seconds first when six: "*/15 * * * * *".',
        },
      )
    return withRule(estate, {
      ...file,
      bound: bindWords(
        [JSON.stringify([file.reads, file.bridge, file.depends, file.evidence]), file.sql],
        estate,
      ),
      schedule,
      grace: config.grace ?? file.grace,
      tolerance: config.tolerance ?? file.tolerance,
      tolerance_amount: config.tolerance_amount ?? file.tolerance_amount,
      tolerance_percent: config.tolerance_percent ?? file.tolerance_percent,
      materiality: config.materiality ?? file.materiality,
      flow: config.flow ?? (estate.flowOf.has(file.flow) ? file.flow : ''),
      team: config.team,
      closes_after: config.closes_after,
      reopens_within: config.reopens_within,
    })
  })
}

/**
 * Splits a check file into its header (YAML in the leading comment) and its SQL, with the estate's words made into SQL;
 * see check-words.ts.
 */
export function parseCheckFile(check: string, text: string, estate?: Estate): CheckFile {
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
  const { data } = parsed
  const expand = (sql: string) => expandWords(sql, estate)
  const depends = data.depends.map(({ entity: read, on }) => ({
    entity: read,
    on: Object.fromEntries(Object.entries(on).map(([sql, column]) => [expand(sql), column])),
  }))
  const reads = data.reads.map((each) => expandRead(completeRead(each, data), expand))
  const bridge = data.bridge && {
    ...data.bridge,
    ref: expand(data.bridge.ref),
    key: data.bridge.key.map(expand),
    quantity: expand(data.bridge.quantity),
  }
  return {
    check,
    ...data,
    reads,
    bridge,
    depends,
    evidence: listEvidence(reads, bridge, [data.left, data.right]),
    sql: expand((match[2] as string).trim()),
  }
}

type Header = z.infer<typeof header>

function completeRead(each: Header['reads'][number], { left, right }: Header): Read {
  const columns = entityOf(each.entity).columns
  const own = (name: 'item' | 'order_no' | 'unit' | 'currency') =>
    each[name] ?? (name in columns ? name : "''")
  return {
    ...each,
    role: each.role ?? (each.side === 'left' ? left : right),
    item: own('item'),
    order_no: own('order_no'),
    // only a price that the entity states is for more than one unit
    price_factor:
      each.price_factor ?? (statesPrice(entityOf(each.entity)) && each.price !== '0' ? 'price_factor' : '1'),
    unit: own('unit'),
    currency: own('currency'),
  }
}

/** Every text of a read but its entity, side and role is SQL. */
const expandRead = ({ entity, side, role, key, ...texts }: Read, expand: (sql: string) => string): Read => ({
  ...(Object.fromEntries(Object.entries(texts).map(([name, sql]) => [name, expand(sql)])) as typeof texts),
  entity,
  side,
  role,
  key: key.map(expand),
})

/** The readable key of a row: its parts that say anything, as people write it. SQL. */
export const keyText = (parts: string[]) =>
  parts.length === 1
    ? `toString(${parts[0]})`
    : `arrayStringConcat(arrayFilter(part -> part != '', [${parts.map((part) => `toString(${part})`).join(', ')}]), '/')`

function listEvidence(reads: Read[], bridge: Bridge | undefined, sides: string[]): CheckInfo['evidence'] {
  const found = new Map<string, CheckInfo['evidence'][number]>()
  const moving = bridge ? sides.map((role) => ({ ...bridge, plant: 'plant', role })) : []
  for (const { entity, key, plant, role } of [...reads, ...moving]) {
    const known = found.get(`${entity} ${key}`) ?? { entity, key: keyText(key), from: [] }
    if (!known.from.some((each) => each.plant === plant && each.role === role))
      known.from.push({ plant, role })
    found.set(`${entity} ${key}`, known)
  }
  return [...found.values()]
}

function withRule(estate: Estate, check: Omit<Check, 'rule'>): Check {
  const meaning = [
    check.sql.replace(/--.*$/gm, '').replace(/\s+/g, ' '),
    check.left,
    check.right,
    check.matching,
    check.near,
    check.reads,
    check.bridge,
    check.depends,
    check.grace,
    check.tolerance,
    check.tolerance_amount,
    check.tolerance_percent,
    check.suspect,
    check.bound,
    estate.rates,
  ]
  return { ...check, rule: createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 12) }
}

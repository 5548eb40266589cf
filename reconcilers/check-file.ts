import { parse } from 'yaml'
import { z } from 'zod'
import type { Bridge, CheckInfo, Counting, Explains, Read } from '../server/core/check-info.ts'
import { PlumblineError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { ages, leastSeverities } from '../server/core/estate-checks-schema.ts'
import { decimal, duration } from '../server/core/estate-parts.ts'
import { type EntityName, entityNames, entityOf, statesPrice } from '../server/core/model.ts'
import { expandWords } from './check-words.ts'

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

const header = z
  .strictObject({
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
    /** whose hand-off it compares; what the estate's flow does not have is left out */
    stages: z.array(z.string()).default([]),
    /** cron with seconds: when what was touched is compared, and when every key is */
    schedule: z.string(),
    full: z.string().default('45 52 * * * *'),
    grace: duration,
    /** for what one side said last, where it is not the same on both */
    grace_left: duration.optional(),
    grace_right: duration.optional(),
    tolerance: decimal,
    tolerance_amount: decimal.default('0'),
    tolerance_percent: decimal.default('0'),
    materiality: decimal,
    /** what its value is counted under on the overview */
    measure: z.enum(['inventory', 'orders', 'invoices', 'receipts']),
    classes: z.record(z.string(), z.string()),
    severity: leastSeverities.default({}),
    counted_by: z.record(z.string(), z.string()).default({}),
    depends: z
      .array(z.strictObject({ entity, on: z.record(z.string(), z.enum(['item', 'order_no', 'unit'])) }))
      .default([]),
    ages: ages.optional(),
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
    three_ways: z.enum(['sales', 'purchase']).optional(),
    explains: z
      .strictObject({
        entity,
        ref: z.string(),
        number: z.string(),
        says: z.string(),
        at: z.string().default('occurred_at'),
        pairs: z.enum(['ref', 'oldest']).default('ref'),
        /** of an entity that is none of its reads: which rows count, in which key, and as what */
        where: z.string().default('1'),
        key: z.array(z.string()).min(1).optional(),
        quantity: z.string().default('quantity'),
        state: z.string().default("''"),
      })
      .optional(),
  })
  .superRefine((check, context) => {
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (check.record !== check.left && check.record !== check.right)
      say('record', `"${check.record}" is neither of its sides, ${check.left} and ${check.right}`)
    for (const setting of ['severity', 'counted_by'] as const)
      for (const name of Object.keys(check[setting]))
        if (!(name in check.classes)) say(`${setting}.${name}`, 'is none of its classes')
    // movements say for themselves which side has yet to post them
    if (check.bridge && (check.grace_left ?? check.grace_right) !== undefined)
      say('bridge', 'grace_left and grace_right go with no bridge: it gives its movements the grace')
    if (check.bridge && check.explains) say('explains', 'goes with no bridge, which explains')
    const { explains } = check
    if (explains && !explains.key && !check.reads.some((each) => each.entity === explains.entity))
      say('explains.key', `is needed: it reads no ${explains.entity}`)
  })

/** A check as its file has it. */
export type CheckFile = Omit<
  CheckInfo & { sql: string },
  'team' | 'rule' | 'bound' | 'closes_after' | 'reopens_within' | 'materiality_of' | 'ages'
> & { ages?: boolean | number | undefined }

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
    explains: explainsOf(data, reads, bridge, expand),
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

const countingOf = ({ entity, side, plant, role, where, key, quantity, state }: Read): Counting[] =>
  side === 'note' ? [] : [{ entity, side, plant, role, where, key: keyText(key), quantity, part: state }]

/** What leads from one side's value to the other's: what the check reads itself, or movements of both sides. */
function explainsOf(
  { left, right, explains }: Header,
  reads: Read[],
  bridge: Bridge | undefined,
  expand: (sql: string) => string,
): Explains | undefined {
  const bothSides = (counting: Pick<Counting, 'entity' | 'where' | 'key' | 'quantity' | 'part'>) =>
    (['left', 'right'] as const).map((side) => ({
      ...counting,
      side,
      plant: 'plant',
      role: side === 'left' ? left : right,
    }))
  if (bridge)
    return {
      documents: bothSides({
        entity: bridge.entity,
        where: '1',
        key: keyText(bridge.key),
        quantity: bridge.quantity,
        part: "''",
      }),
      ref: bridge.ref,
      number: "''",
      says: "''",
      at: 'occurred_at',
      oldest: false,
      ends: [],
    }
  if (!explains) return undefined
  const { entity, pairs, key, where, quantity, state, ...texts } = explains
  const own = reads.filter((read) => read.entity === entity).flatMap(countingOf)
  return {
    documents: key
      ? bothSides({
          entity,
          where: expand(where),
          key: keyText(key.map(expand)),
          quantity: expand(quantity),
          part: expand(state),
        })
      : own,
    ref: expand(texts.ref),
    number: expand(texts.number),
    says: expand(texts.says),
    at: expand(texts.at),
    oldest: pairs === 'oldest',
    ends: reads.flatMap(countingOf),
  }
}

import type { Estate } from '../../server/core/estate.ts'
import { type EntityName, entityNames } from '../../server/core/model.ts'
import type { SubjectAsked } from '../../server/core/subjects.ts'
import type { Store } from '../../sql/store.ts'
import {
  checkedSql,
  hitSql,
  keysSql,
  maskCheckedSql,
  maskKeySql,
  mendSql,
  ofPersonSql,
  quoteName,
  type SubjectTableShape,
} from '../../sql/subject-columns.ts'
import { removeRows, type SubjectParams, updateRows } from '../../sql/subjects.ts'
import { deleteRows } from '../../sql/sweep.ts'
import type { Check } from '../check.ts'
import { addContributions, committed, partsOf, systemParams } from '../contributions.ts'

type Shapes = ReadonlyMap<string, SubjectTableShape>
/** What becomes of the states of an entity: all of them go, or columns are set. SQL */
type Plan = { where: string; set?: Record<string, string> }

const goes: Partial<Record<EntityName, string[]>> = {
  order_lines: ['order_no'],
  shipment_lines: ['order_no', 'shipment_no'],
  invoice_lines: ['order_no', 'invoice_no'],
}
const partnerColumns: Partial<Record<EntityName, string>> = {
  order_lines: 'partner',
  partners: 'partner',
  prices: 'partner',
  inventory_positions: 'owner',
  stock_movements: 'owner',
}
const within = (where: string) => `((${where}) AND ({plant:String} = '' OR plant = {plant:String}))`
const isKey = (column: string) => `has(${keysSql}, ${column})`

/**
 * What becomes of an entity's states. The lines of an order go, on all sides alike. What moved in the stock stays, or the
 * stock would no longer be explained; its reference to the order is masked on all sides alike, and so is a partner
 * wherever it is named: what agreed before agrees after it.
 */
export function planStates(kind: SubjectAsked['kind'], entity: EntityName, shapes: Shapes): Plan | undefined {
  if (kind === 'key') return undefined
  if (kind === 'order') {
    const columns = goes[entity]
    if (columns) return { where: within(columns.map(isKey).join(' OR ')) }
    return entity === 'stock_movements'
      ? { where: within(isKey('ref')), set: { ref: maskKeySql('ref') } }
      : undefined
  }
  if (kind === 'partner') {
    if (entity === 'master_rejections')
      return {
        where: within(
          `master IN ('partners', 'prices') AND arrayExists(key -> startsWith(concat(master_key, '/'), concat(key, '/')), ${keysSql})`,
        ),
        set: { master_key: maskCheckedSql('master_key') },
      }
    const column = partnerColumns[entity]
    if (!column) return undefined
    const more: Record<string, string> = entity === 'partners' ? { name: '{mask:String}', tax_id: "''" } : {}
    return { where: within(isKey(column)), set: { [column]: maskKeySql(column), ...more } }
  }
  const texts = shapes.get(entity)?.texts ?? []
  if (texts.length === 0) return undefined
  return {
    where: ofPersonSql(texts),
    set: Object.fromEntries(texts.map((column) => [column.name, mendSql(column)])),
  }
}

/** Whether the log and the states as they are have rows of the subject, and the log rows that were masked. */
type Found = { log: boolean; now: boolean; masked: boolean }
const asked = { lane: 'pull', isSecret: true } as const

type Work = {
  store: Store
  estate: Estate
  checks: readonly Check[]
  kind: SubjectAsked['kind']
  shapes: Shapes
  params: SubjectParams
}

/**
 * Deletes or masks the states of a subject with all they add to checks. No run may go on meanwhile. Broken off and done
 * again it ends in the same: what a step needs is gone only after it.
 */
export async function clearStates({ store, estate, checks, kind, shapes, params }: Work): Promise<void> {
  const [done] = await store.rows<{ cut: string }>('SELECT toString(max(load_seq)) AS cut FROM advanced')
  const isMasked = (set: Record<string, string>) =>
    Object.keys(set)
      .map((name) => `position(toString(${quoteName(name)}), {mask:String}) > 0`)
      .join(' OR ')
  const found: { entity: EntityName; plan: Plan; masked: string; has: Found }[] = []
  for (const entity of entityNames) {
    const plan = planStates(kind, entity, shapes)
    if (!plan) continue
    const masked = plan.set ? isMasked(plan.set) : '0'
    const [has] = await store.rows<Found>(
      `SELECT toBool((SELECT count() FROM ${entity}_log WHERE ${plan.where}) > 0) AS log, toBool((SELECT count() FROM ${entity} WHERE ${plan.where}) > 0) AS now,
         toBool((SELECT count() FROM ${entity}_log WHERE ${masked}) > 0) AS masked`,
      params,
      asked,
    )
    if (has && (has.log || has.now || has.masked)) found.push({ entity, plan, masked, has })
  }
  // first of all: only the states as they are know what they add
  for (const { entity, plan, has } of found)
    if (has.now) await clearParts(store, { estate, checks, params }, entity, plan.where)
  for (const { entity, plan, masked, has } of found) {
    if (!plan.set) {
      await removeRows(store, `${entity}_log`, plan.where, params)
      await removeRows(store, entity, plan.where, params)
      continue
    }
    const set = Object.entries(plan.set).map(([name, to]) => `${quoteName(name)} = ${to}`)
    if (has.log) await updateRows(store, `${entity}_log`, set.join(', '), plan.where, params)
    if (has.now) await removeRows(store, entity, plan.where, params)
    await store.command(
      `INSERT INTO ${entity} SELECT * FROM ${entity}_log WHERE ${committed} AND (${masked})`,
      { from: '0', cut: done?.cut ?? '0', ...params },
      { lane: 'pull' },
    )
    for (const check of checks)
      if (check.reads.some((read) => read.entity === entity))
        await addContributions(store, estate, check, { entity, where: masked, params })
  }
  // what older versions of a state have left of a key that it has no more
  const contributions = shapes.get('contributions')
  if (!contributions || kind === 'key') return
  await removeRows(store, 'contributions', contributedSql(kind, contributions), params)
}

/** So many contributions are named in one statement. */
const partsAtOnce = 20_000

/** Deletes what states add to all checks: one change for all of them, since each costs the engine the same. */
async function clearParts(
  store: Store,
  { estate, checks, params }: Pick<Work, 'estate' | 'checks' | 'params'>,
  entity: EntityName,
  where: string,
): Promise<void> {
  const parts = new Set<string>()
  for (const check of checks) {
    const select = partsOf(check, entity, where)
    if (!select) continue
    const rows = await store.rows<{ part: string }>(
      `SELECT DISTINCT toString(c_part) AS part FROM (${select})`,
      { ...systemParams(estate, check), ...params },
      asked,
    )
    for (const { part } of rows) parts.add(part)
  }
  const all = [...parts]
  for (let from = 0; from < all.length; from += partsAtOnce)
    await deleteRows(store, 'contributions', 'part IN {parts:Array(UInt64)}', {
      parts: all.slice(from, from + partsAtOnce).map(BigInt),
    })
}

/** Where the contributions of checks name the subject. SQL. */
export const contributedSql = (kind: SubjectAsked['kind'], shape: SubjectTableShape): string =>
  kind === 'person' || kind === 'user' ? shape.texts.map(hitSql).join(' OR ') : within(checkedSql(shape))

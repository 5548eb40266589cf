import { changeRows } from './change-rows.ts'
import type { Params, Store } from './store.ts'
import {
  maskCheckedSql,
  maskKeySql,
  mendSql,
  ofKeySql,
  ofPersonSql,
  quoteName,
  type SubjectTableShape,
  type TextColumn,
  textsOf,
} from './subject-columns.ts'
import type { Handling } from './subject-tables.ts'
import { deleteRows } from './sweep.ts'

const lane = 'pull'
/** What the statements of a request are bound to; what is looked for stands in subject_values. */
export type SubjectParams = {
  request: string
  mask: string
  plant: string
  /** checks whose keys may be the subject's */
  checks: string[]
  is_order: 0 | 1
}

/**
 * Changes rows in place where there are any, and waits until every part that is read has it, on every replica: to look
 * costs the engine a part of what a change of nothing does.
 */
export async function updateRows(
  store: Store,
  table: string,
  set: string,
  where: string,
  params: Params,
): Promise<void> {
  if (where === '0' || set === '' || (await countRows(store, table, where, params)).rows === 0) return
  await changeRows(store, table, `UPDATE ${set}\nWHERE ${where}`, params, { validate_mutation_query: 0 })
}

/** Deletes rows where there are any, and waits until they are gone. */
export async function removeRows(store: Store, table: string, where: string, params: Params): Promise<void> {
  if ((await countRows(store, table, where, params)).rows > 0) await deleteRows(store, table, where, params)
}

/** How many rows are found, and a hash over them, whatever their order. */
export async function countRows(
  store: Store,
  table: string,
  where: string,
  params: Params,
): Promise<{ rows: number; hash: string }> {
  if (where === '0') return { rows: 0, hash: '0' }
  const [found] = await store.rows<{ found: number; hash: string }>(
    `SELECT toUInt32(count()) AS found, toString(sum(cityHash64(*))) AS hash FROM ${table} WHERE ${where}`,
    params,
    { lane, isSecret: true },
  )
  return { rows: found?.found ?? 0, hash: found?.hash ?? '0' }
}

/** Where a table's rows speak of the subject. SQL. */
export function foundSql(shape: SubjectTableShape, handling: Handling, isPerson: boolean): string {
  if (isPerson) return ofPersonSql(shape.texts)
  const { own, mention } = ofKeySql(shape, handling)
  return own === '0' ? mention : mention === '0' ? own : `(${own} OR ${mention})`
}

/** Deletes or masks what a table holds of a subject. Done twice it ends in the same. */
export async function clearTable(
  store: Store,
  shape: SubjectTableShape,
  handling: Handling,
  isPerson: boolean,
  params: SubjectParams,
): Promise<void> {
  const { table } = shape
  const { ofKey, ofPerson = 'redact' } = handling
  const remove = (where: string) => removeRows(store, table, where, params)
  if (!isPerson) {
    const { own } = ofKeySql(shape, handling)
    if (ofKey === 'delete') await remove(own)
    else await updateRows(store, table, maskKeys(handling), own, params)
  }
  const texts = isPerson ? shape.texts : textsOf(shape, handling)
  const within = (some: readonly TextColumn[]) => {
    const hit = ofPersonSql(some)
    return isPerson || hit === '0' || !shape.hasPlant
      ? hit
      : `(${hit} AND ({plant:String} = '' OR plant = {plant:String}))`
  }
  const all = within(texts)
  if ((await countRows(store, table, all, params)).rows === 0) return
  if (ofPerson === 'delete') return remove(all)
  const placed = within(texts.filter(({ isPlaced }) => isPlaced))
  if ((await countRows(store, table, placed, params)).rows > 0)
    await moveRows(store, shape, texts, placed, params)
  const loose = texts.filter(({ isPlaced }) => !isPlaced)
  if (loose.length > 0)
    await updateRows(
      store,
      table,
      loose.map((column) => `${quoteName(column.name)} = ${mendSql(column)}`).join(', '),
      within(loose),
      params,
    )
}

const maskKeys = ({ keys = [], checked }: Handling) =>
  [
    ...keys.map((name) => `${quoteName(name)} = ${maskKeySql(quoteName(name))}`),
    ...(checked ? [`${quoteName('key')} = ${maskCheckedSql(quoteName('key'))}`] : []),
  ].join(', ')

/**
 * Rows whose value is part of where they stand are written anew, masked, and go then. One insert has all of them or none:
 * where it was there already, it is not done again.
 */
async function moveRows(
  store: Store,
  { table, columns }: SubjectTableShape,
  texts: readonly TextColumn[],
  where: string,
  params: SubjectParams,
): Promise<void> {
  const mended = new Map(texts.map((column) => [column.name, mendSql(column)]))
  const names = columns.map(quoteName).join(', ')
  const places = texts
    .filter(({ isPlaced }) => isPlaced)
    .map(({ name }) => `position(toString(${quoteName(name)}), {mask:String}) > 0`)
  await store.command(
    `INSERT INTO ${table} (${names}) SELECT ${columns.map((name) => mended.get(name) ?? quoteName(name)).join(', ')} FROM ${table}
     WHERE ${where} AND (SELECT count() FROM ${table} WHERE ${places.join(' OR ')}) = 0`,
    params,
    { lane, isSecret: true, settings: { insert_deduplicate: 0 } },
  )
  await deleteRows(store, table, where, params)
}

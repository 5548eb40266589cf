import type { SubjectAsked } from '../../server/core/subjects.ts'
import { type FinishCase, foldCases } from '../../sql/cases.ts'
import type { Store } from '../../sql/store.ts'
import {
  casesSql,
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
import { countRows, removeRows, type SubjectParams, updateRows } from '../../sql/subjects.ts'

type Shapes = ReadonlyMap<string, SubjectTableShape>
const tables = ['exception_steps', 'exception_acts', 'exception_cases', 'exception_rows'] as const
const isPerson = (kind: SubjectAsked['kind']) => kind === 'person' || kind === 'user'
/** What somebody may have written of a key into a case. */
const texts: Record<(typeof tables)[number], string[]> = {
  exception_steps: ['left_value', 'right_value', 'detail'],
  exception_acts: ['reason', 'text'],
  exception_cases: ['left_value', 'right_value', 'resolution', 'accept_reason', 'shared', 'root', 'pauses'],
  exception_rows: ['shown'],
}

/** Where a table of cases speaks of the subject. SQL. */
export function ofCaseSql(kind: SubjectAsked['kind'], shape: SubjectTableShape): string {
  if (isPerson(kind)) return ofPersonSql(shape.texts)
  const own = shape.columns.includes('check') ? [checkedSql(shape)] : []
  const named = texts[shape.table as (typeof tables)[number]] ?? []
  const mentions = shape.texts.filter(({ name }) => named.includes(name)).map(hitSql)
  const found = [...own, ...mentions].join(' OR ')
  return shape.columns.includes('plant')
    ? `((${found}) AND ({plant:String} = '' OR plant = {plant:String}))`
    : `(${found})`
}

/** The numbers of the cases that speak of the subject, and, of those, of the open ones that are about its key. */
export async function findCases(
  store: Store,
  kind: SubjectAsked['kind'],
  shapes: Shapes,
  params: SubjectParams,
): Promise<{ all: string[]; own: string[] }> {
  const some = (where: (shape: SubjectTableShape) => string, from: readonly string[]) =>
    from.flatMap((table) => {
      const shape = shapes.get(table)
      return shape ? [`SELECT number FROM ${table} WHERE ${where(shape)}`] : []
    })
  const read = async (selects: string[]) =>
    (
      await store.rows<{ number: string }>(
        `SELECT DISTINCT toString(number) AS number FROM (${selects.join(' UNION ALL ')})`,
        params,
        { lane: 'pull', isSecret: true },
      )
    ).map((row) => row.number)
  return {
    all: await read(some((shape) => ofCaseSql(kind, shape), tables)),
    own: isPerson(kind) ? [] : await read(some(checkedSql, ['exception_steps', 'exception_cases'])),
  }
}

const closing = `INSERT INTO exception_steps (number, step, at, actor, act, run, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, severity, team, since, detail)
SELECT number, step + 1, {at:DateTime64(3, 'UTC')}, {actor:String}, 'closed', last_run, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, severity, team, since, 'deleted on request'
FROM exceptions WHERE state = 'open' AND number IN {own:Array(UInt64)}`

/** Closes the open cases about a key, each by a step that says why. @returns how many */
export async function closeCases(
  store: Store,
  own: readonly string[],
  more: { actor: string; at: Date; finish: FinishCase },
): Promise<number> {
  const open = await store.rows<{ number: string }>(
    "SELECT toString(number) AS number FROM exceptions WHERE state = 'open' AND number IN {own:Array(UInt64)}",
    { own: own.map(Number) },
    { lane: 'pull' },
  )
  if (open.length === 0) return 0
  await store.command(closing, { own: own.map(Number), at: more.at, actor: more.actor }, { lane: 'pull' })
  await foldCases(
    store,
    open.map((row) => row.number),
    more.finish,
  )
  return open.length
}

/** Masks what cases say of the subject: their logs first; then they are made anew, and what they were before goes. */
export async function clearCases(
  store: Store,
  kind: SubjectAsked['kind'],
  shapes: Shapes,
  params: SubjectParams,
  finish: FinishCase,
): Promise<void> {
  if (
    (await countRows(store, 'subject_values', `request = {request:String} AND what = 'case'`, params))
      .rows === 0
  )
    return
  const [steps, acts] = [shapes.get('exception_steps'), shapes.get('exception_acts')]
  if (!steps || !acts) return
  const mended = (shape: SubjectTableShape, names: readonly string[] | undefined) =>
    shape.texts
      .filter(({ name, isPlaced }) => !isPlaced && (!names || names.includes(name)))
      .map((column) => `${quoteName(column.name)} = ${mendSql(column)}`)
  const names = isPerson(kind) ? undefined : texts
  if (!isPerson(kind))
    await updateRows(
      store,
      'exception_steps',
      `key = ${maskCheckedSql('key')}, order_no = if({is_order:UInt8} = 1, ${maskKeySql('order_no')}, order_no)`,
      `number IN ${casesSql} AND ${checkedSql(steps)}`,
      params,
    )
  for (const shape of [steps, acts]) {
    const set = mended(shape, names?.[shape.table as 'exception_steps'])
    const hits = shape.texts.filter(
      ({ name }) => !names || names[shape.table as 'exception_steps'].includes(name),
    )
    await updateRows(
      store,
      shape.table,
      set.join(', '),
      `number IN ${casesSql} AND ${ofPersonSql(hits)}`,
      params,
    )
  }
  await removeRows(store, 'exception_causes', `number IN ${casesSql} AND ${causeSql(kind, shapes)}`, params)
  const numbers = await store.rows<{ number: string }>(
    `SELECT toString(number) AS number FROM exception_cases WHERE number IN ${casesSql} GROUP BY number`,
    params,
    { lane: 'pull' },
  )
  await foldCases(
    store,
    numbers.map((row) => row.number),
    finish,
  )
  for (const table of ['exception_cases', 'exception_rows']) {
    const shape = shapes.get(table)
    if (shape) await removeRows(store, table, `number IN ${casesSql} AND ${outlivedSql(kind, shape)}`, params)
  }
}

/** Rows of cases as they were before they were masked. SQL. */
const outlivedSql = (kind: SubjectAsked['kind'], shape: SubjectTableShape) =>
  isPerson(kind) || shape.table !== 'exception_rows'
    ? ofCaseSql(kind, shape)
    : `(${ofCaseSql(kind, shape)} OR (position(shown, {mask:String}) = 0 AND arrayExists(key -> position(shown, key) > 0, ${keysSql})))`

function causeSql(kind: SubjectAsked['kind'], shapes: Shapes): string {
  const shape = shapes.get('exception_causes')
  return shape && isPerson(kind) ? ofPersonSql(shape.texts) : '1'
}

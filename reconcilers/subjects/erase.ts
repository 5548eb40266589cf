import { createHash } from 'node:crypto'
import type { Estate } from '../../server/core/estate.ts'
import type { ErasedTable, SubjectAsked, SubjectProof } from '../../server/core/subjects.ts'
import type { FinishCase } from '../../sql/cases.ts'
import { countMutations } from '../../sql/change-rows.ts'
import type { Store } from '../../sql/store.ts'
import { mendSql, quoteName } from '../../sql/subject-columns.ts'
import { clearTable, countRows, removeRows, type SubjectParams, updateRows } from '../../sql/subjects.ts'
import type { Check } from '../check.ts'
import { clearCases, closeCases, findCases } from './cases.ts'
import { clearStates } from './states.ts'
import { findPlaces, isAboutPerson, ownStepsSql, type Place } from './tables.ts'
import { clearTrail, type NoteMasked } from './trail.ts'

/** What a table held before anything was done. */
export type Before = Pick<ErasedTable, 'table' | 'how' | 'says' | 'before' | 'hash'>

export type Erasing = {
  store: Store
  estate: Estate
  checks: readonly Check[]
  finish: FinishCase
  kind: SubjectAsked['kind']
  params: SubjectParams
  actor: string
  /** what was found when it was begun; undefined the first time */
  known: { tables: Before[]; cases: string[]; closed: number; masked: number } | undefined
  /** Keeps what was found, before anything is gone */
  keep: (found: NonNullable<Erasing['known']>) => Promise<void>
  noteMasked: NoteMasked
}

/** Counts what every table holds of a subject. */
export async function countPlaces(
  store: Store,
  places: readonly Place[],
  params: SubjectParams,
): Promise<Before[]> {
  const counted: Before[] = []
  for (const { table, how, says, where } of places) {
    const { rows, hash } = await countRows(store, table, where, params)
    counted.push({ table, how, says, before: rows, hash })
  }
  return counted
}

/**
 * Deletes and masks what is kept of a subject, table by table, and counts it again: it is done when nothing is left and no
 * change is under way. Called between runs. Broken off anywhere and begun again it comes to the same end.
 * @returns the proof; undefined while something is left, such as of a load that came in meanwhile
 */
export async function eraseSubject(work: Erasing): Promise<SubjectProof | undefined> {
  const { store, estate, checks, finish, kind, params, actor } = work
  await expectValues(store, params)
  const { places, shapes } = await findPlaces(store, kind)
  const found = await findCases(store, kind, shapes, params)
  const cases = [...new Set([...(work.known?.cases ?? []), ...found.all])]
  await store.insert(
    'subject_values',
    cases.map((value) => ({ request: params.request, what: 'case', value })),
    { lane: 'pull' },
  )
  const known = work.known ?? {
    tables: await countPlaces(store, places, params),
    cases,
    closed: 0,
    masked: 0,
  }
  if (!work.known) await work.keep(known)
  known.cases = cases
  known.closed += await closeCases(store, found.own, { actor, at: new Date(), finish })
  // what a crash would forget to count
  await work.keep(known)
  await clearStates({ store, estate, checks, kind, shapes, params })
  await clearCases(store, kind, shapes, params, finish)
  for (const { shape, handling } of places)
    if (handling) await clearTable(store, shape, handling, isAboutPerson(kind), params)
  await clearAccess(store, kind, places, params)
  const trail = shapes.get('audit_trail')
  if (trail) known.masked += await clearTrail(store, trail, params, work.noteMasked)
  const pending = await countMutations(
    store,
    places.map(({ table }) => table),
  )
  const after = await countPlaces(store, places, params)
  const left = after.reduce((sum, { before }) => sum + before, 0)
  if (left > 0 || pending > 0) return undefined
  const before = new Map(known.tables.map((each) => [each.table, each]))
  const tables = after
    .map(({ table, how, says, before: rows }): ErasedTable => {
      const was = before.get(table)
      return { table, how, says, before: was?.before ?? 0, after: rows, hash: was?.hash ?? '0' }
    })
    .filter((each) => each.before > 0)
  const proof = {
    done_at: new Date().toISOString(),
    tables,
    rows_before: tables.reduce((sum, each) => sum + each.before, 0),
    rows_after: left,
    cases_closed: known.closed,
    audit_entries_redacted: known.masked,
    mutations_pending: pending,
  }
  const sha256 = createHash('sha256')
    .update(JSON.stringify([params.request, proof]))
    .digest('hex')
  return { ...proof, sha256 }
}

/** Their sign-in record, sessions and tokens go; elsewhere their name is masked. */
async function clearAccess(
  store: Store,
  kind: SubjectAsked['kind'],
  places: readonly Place[],
  params: SubjectParams,
): Promise<void> {
  const place = places.find(({ table }) => table === 'access_steps')
  if (!place) return
  if (kind === 'user') await removeRows(store, 'access_steps', ownStepsSql, params)
  const texts = place.shape.texts.filter(
    ({ name }) => name === 'actor' || (name === 'body' && kind === 'user'),
  )
  await updateRows(
    store,
    'access_steps',
    texts.map((column) => `${quoteName(column.name)} = ${mendSql(column)}`).join(', '),
    place.where,
    params,
  )
}

/** Without what it looks for a request would find nothing, and call that done. */
async function expectValues(store: Store, { request }: SubjectParams): Promise<void> {
  const [kept] = await store.rows<{ found: number }>(
    "SELECT toUInt32(count()) AS found FROM subject_values WHERE request = {request:String} AND what = 'pattern'",
    { request },
  )
  if (!kept?.found) throw new Error(`the request ${request} has lost what it looks for`)
}

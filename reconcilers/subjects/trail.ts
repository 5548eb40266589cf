import type { Store } from '../../sql/store.ts'
import {
  hitSql,
  mendSql,
  ofPersonSql,
  quoteName,
  type SubjectTableShape,
  type TextColumn,
} from '../../sql/subject-columns.ts'
import { type SubjectParams, updateRows } from '../../sql/subjects.ts'

/** An entry of the audit trail as it will say it, with its place. */
export type MaskedEntry = Record<string, string> & { chain: string; seq: string }
/** Writes into the trail which entries are masked, and what they will say; resolves when it is on disk. */
export type NoteMasked = (request: string, entries: readonly MaskedEntry[]) => Promise<void>

const columns = 'at actor actor_kind actor_id act object outcome address request details previous'.split(' ')
const searched = ['actor', 'object', 'details', 'address']
const atOnce = 500
/** A value that its own mask holds would be masked for ever. */
const mostRounds = 10_000

const textsOf = (shape: SubjectTableShape): TextColumn[] =>
  shape.texts.filter(({ name }) => searched.includes(name))

/** Where entries of the trail speak of the subject. SQL. */
export const ofTrailSql = (shape: SubjectTableShape): string => ofPersonSql(textsOf(shape))

/**
 * Masks what the trail says of a subject. What each entry will say is written into the trail first: an entry that was
 * changed otherwise, or by somebody else, still shows.
 * @returns how many entries
 */
export async function clearTrail(
  store: Store,
  shape: SubjectTableShape,
  params: SubjectParams,
  note: NoteMasked,
): Promise<number> {
  const texts = textsOf(shape)
  const mended = new Map(texts.map((column) => [column.name, mendSql(column)]))
  let masked = 0
  for (let round = 0; round < mostRounds; round++) {
    const entries = await store.rows<MaskedEntry>(
      `SELECT chain, toString(seq) AS seq, ${columns.map((name) => `${mended.get(name) ?? quoteName(name)} AS masked_${name}`).join(', ')}
       FROM audit_trail FINAL WHERE ${ofTrailSql(shape)} LIMIT ${atOnce}`,
      params,
      { lane: 'pull', isSecret: true },
    )
    if (entries.length === 0) return masked
    await note(
      params.request,
      entries.map(({ chain, seq, ...row }) => ({
        chain,
        seq,
        ...Object.fromEntries(columns.map((name) => [name, String(row[`masked_${name}`])])),
      })),
    )
    await updateRows(
      store,
      'audit_trail',
      texts.map((column) => `${quoteName(column.name)} = ${mendSql(column)}`).join(', '),
      // one that comes meanwhile is told of with the next
      `(chain, seq) IN (SELECT t.1, toUInt64(t.2) FROM (SELECT arrayJoin(arrayZip({chains:Array(String)}, {seqs:Array(String)})) AS t)) AND (${texts.map(hitSql).join(' OR ')})`,
      {
        ...params,
        chains: entries.map(({ chain }) => chain),
        seqs: entries.map(({ seq }) => seq),
      },
    )
    masked += entries.length
  }
  throw new Error('entries of the audit trail are found again however often they are masked')
}

import { createHash } from 'node:crypto'
import type { CheckInfo } from '../../server/core/check-info.ts'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { SubjectAsked } from '../../server/core/subjects.ts'
import type { Store } from '../../sql/store.ts'
import { keyPattern, personPattern, shortestMentioned } from './pattern.ts'

/** Somebody who signs in here. */
export type KnownPerson = { id: string; login: string; name: string }
export type Value = { what: 'key' | 'name' | 'pattern' | 'start' | 'person' | 'case'; value: string }

const nameColumns = {
  order: /^(order_no|shipment_no|invoice_no|ref)$/,
  partner: /^partner$/,
  key: /^$/,
  person: /^$/,
  user: /^$/,
} as const satisfies Record<SubjectAsked['kind'], RegExp>

/** The checks whose keys begin with what a subject is named by, and what such a key has before it. */
export function checksOf(kind: SubjectAsked['kind'], checks: readonly CheckInfo[]) {
  const found = checks.flatMap(({ check, reads }) =>
    reads.flatMap(({ key }) => {
      const at = key.findIndex((part) => !/^'.*'$/.test(part))
      if (!nameColumns[kind].test(key[at] ?? '')) return []
      return [
        {
          check,
          prefix: key
            .slice(0, at)
            .map((part) => `${part.slice(1, -1)}/`)
            .join(''),
        },
      ]
    }),
  )
  return {
    checks: [...new Set(found.map(({ check }) => check))],
    prefixes: [...new Set(['', ...found.map(({ prefix }) => prefix)])],
  }
}

/** Documents of an order that are of no other one, and whose number is the number of nothing else. */
const documents = `SELECT DISTINCT document FROM (
  SELECT plant, shipment_no AS document, 'shipment' AS kind, order_no FROM shipment_lines
  UNION ALL SELECT plant, invoice_no, 'invoice', order_no FROM invoice_lines
  UNION ALL SELECT plant, order_no, 'order', order_no FROM order_lines
) WHERE ({plant:String} = '' OR plant = {plant:String}) AND document != ''
GROUP BY document
HAVING groupUniqArrayIf(order_no, order_no != '') = [{key:String}] AND uniqExact(kind) = 1 AND any(kind) != 'order'`

/** The same number without zeros in front, as keys of states are kept. */
const plain = (key: string) => (/^0+\d+$/.test(key) ? key.replace(/^0+(?=\d)/, '') : key)

/** What is looked for, so that statements can read it. @throws PlumblineError for what can't be looked for */
export async function resolveSubject(
  {
    store,
    estate,
    checks,
    findPerson,
  }: {
    store: Store
    estate: Estate
    checks: readonly CheckInfo[]
    findPerson: (id: string) => KnownPerson
  },
  asked: SubjectAsked,
): Promise<{ values: Value[]; documents: number }> {
  if (asked.kind === 'person') {
    const values = [...new Set(asked.values.map((value) => value.trim()))]
    for (const value of values) expectOwn(estate, value)
    return { values: [{ what: 'pattern', value: personPattern(values) }], documents: 0 }
  }
  if (asked.kind === 'user') {
    const { id, login, name } = findPerson(asked.person)
    const long = [name, login].filter((value) => value.length >= shortestMentioned)
    return {
      values: [
        { what: 'person', value: id },
        ...[...new Set([name, login, `${name} (${login})`])].map((value) => ({
          what: 'name' as const,
          value,
        })),
        { what: 'pattern', value: personPattern(long) },
      ],
      documents: 0,
    }
  }
  const { key, plant } = asked
  if (plant !== '' && !estate.plantOf.has(plant))
    throw new PlumblineError('plant_unknown', `"${plant}" is not a plant of this estate`, {
      status: 422,
      where: 'subject.plant',
    })
  const own = [...new Set([key, plain(key)])]
  const more =
    asked.kind === 'order'
      ? (
          await store.rows<{ document: string }>(
            documents,
            { key: plain(key), plant },
            { lane: 'pull', isSecret: true },
          )
        ).map((row) => row.document)
      : []
  const keys = [...new Set([...own, ...more])]
  const { prefixes } = checksOf(asked.kind, checks)
  return {
    values: [
      ...keys.map((value) => ({ what: 'key' as const, value })),
      ...prefixes.flatMap((prefix) =>
        keys.map((value) => ({ what: 'start' as const, value: `${prefix}${value}/` })),
      ),
      { what: 'pattern', value: keyPattern(keys) },
    ],
    documents: more.length,
  }
}

/** A value that the estate itself is named by would be masked in all that it is. */
function expectOwn(estate: Estate, value: string): void {
  if (value.length < shortestMentioned)
    throw new PlumblineError(
      'subject_too_short',
      `A value of fewer than ${shortestMentioned} characters stands within too much else`,
      {
        status: 422,
        where: 'subject.values',
        mend: 'Name the whole of it: a full name, an e-mail address.',
      },
    )
  const ours = [
    ...estate.plants.flatMap(({ plant, name }) => [plant, name]),
    ...estate.systems.flatMap(({ system, name }) => [system, name]),
    ...estate.flows.flatMap(({ flow, name }) => [flow, name]),
    ...estate.sources.map(({ source }) => source),
  ]
  const within = ours.find((each) => each.toLowerCase().includes(value.toLowerCase()))
  if (within)
    throw new PlumblineError('subject_is_ours', `The estate itself has it: it stands within "${within}"`, {
      status: 422,
      where: 'subject.values',
      mend: "Name a value that is the person's alone.",
    })
}

/** What was looked for, as whoever knows it can show: a hash over a salt and the request as it was asked. */
export const digestSubject = (salt: string, asked: SubjectAsked): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        salt,
        asked.kind,
        ...(asked.kind === 'person'
          ? asked.values
          : asked.kind === 'user'
            ? [asked.person]
            : [asked.key, asked.plant]),
      ]),
    )
    .digest('hex')

import { createRoute } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import { entityOf, type MasterName } from '../core/model.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { describeVersion, judgeCounts, readHearing } from './propagation-facts.ts'
import { answers, createRouter } from './router.ts'
import {
  type MasterVersions,
  masterParam,
  masterVersions,
  type Propagation,
  propagation,
  propagationQuery,
  versionsQuery,
} from './schemas/propagation.ts'
import { readScope, type Scope } from './scope.ts'

export const propagationRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/propagation',
        tags: ['propagation'],
        summary: 'How far new versions of master data have come: by master, consumer and plant',
        middleware: [allow('read')] as const,
        request: { query: propagationQuery },
        responses: answers(propagation, 'The matrix'),
      }),
      async (c) => c.json(await readMatrix(context, readScope(context.estate, c.req.valid('query'))), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/propagation/versions',
        tags: ['propagation'],
        summary: 'The versions behind a number of the matrix, those that count and are missed first',
        middleware: [allow('read')] as const,
        request: { query: versionsQuery },
        responses: answers(masterVersions, 'Versions, each with one consumer'),
      }),
      async (c) => {
        const { master = '', state = '', role, consumer, limit, offset, ...query } = c.req.valid('query')
        const scope = readScope(context.estate, query)
        const chosen = { master, state, role, consumer, key: '', limit, offset }
        return c.json(await listVersions(context, scope, chosen), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/propagation/{master}/{key}',
        tags: ['propagation'],
        summary: 'Every version of one master: who accepted it when, from when it counts, and the evidence',
        middleware: [allow('read')] as const,
        request: { params: masterParam, query: propagationQuery },
        responses: answers(masterVersions, 'Versions, newest first, each with one consumer'),
      }),
      async (c) => {
        const { master, key } = c.req.valid('param')
        const scope = readScope(context.estate, c.req.valid('query'))
        const chosen = { master, key, role: '', consumer: '', state: '', limit: 1000, offset: 0 }
        const found = await listVersions(context, scope, chosen)
        if (found.total > 0) return c.json(found, 200)
        throw new PlumblineError(
          'master_unknown',
          `No version of ${entityOf(master).title.toLowerCase()} "${key}" has been stated there`,
          { status: 404, where: 'key' },
        )
      },
    )

async function readMatrix(context: ApiContext, scope: Scope): Promise<Propagation> {
  const { store, estate } = context
  const { plants, at, from, to } = scope
  const hearing = await readHearing(store, estate, at, from)
  const rows = await store.query('propagation_matrix', { ...hearing, plants, at, from })
  const total = judgeCounts(rows.find((row) => row.cut === 'all') ?? nothing)
  return {
    as_of: at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    sentence: describeMatrix(total, estate.masters.length),
    masters: estate.masters.map(({ master, record, consumers, accept_within }) => ({
      master,
      name: entityOf(master).title,
      record,
      consumers,
      accept_within_ms: accept_within,
    })),
    roles: [...new Set(estate.masters.flatMap(({ consumers }) => consumers))],
    total,
    cells: rows
      .filter((row) => row.cut === 'plant' || row.cut === 'role')
      .map((row) => ({
        plant: row.plant,
        master: row.master as MasterName,
        role: row.role,
        ...judgeCounts(row),
      })),
    consumers: rows
      .filter((row) => row.cut === 'consumer')
      .map((row) => ({
        consumer: row.consumer,
        consumer_name: estate.systemOf.get(row.consumer)?.name ?? row.consumer,
        ...judgeCounts(row),
      })),
  }
}

const nothing = {
  versions: 0,
  accepted: 0,
  caught_up: 0,
  accepted_late: 0,
  pending: 0,
  late: 0,
  away: 0,
  rejected: 0,
  superseded: 0,
  missed: 0,
  delay_p95_ms: null,
}

/** What there is to know first: does anybody work with what no longer counts. */
function describeMatrix(total: Propagation['total'], masters: number): Propagation['sentence'] {
  if (masters === 0)
    return {
      status: 'unknown',
      lead: 'No master data is followed.',
      rest: 'The estate names none under masters: their system of record and who uses them.',
    }
  if (total.versions === 0)
    return {
      status: 'unknown',
      lead: 'No version was stated in this range.',
      rest: 'A version is a state of a master with its master_version.',
    }
  const many = (count: number, words: string) => `${writeNumber(count)} ${words}`
  const lead =
    total.missed > 0
      ? `${many(total.missed, total.missed === 1 ? 'acceptance is' : 'acceptances are')} missing of versions in effect.`
      : 'Every version in effect has been accepted.'
  const rest = [
    `Of ${writeNumber(total.versions)} acceptances ${writeNumber(total.accepted + total.caught_up)} are in`,
    total.delay_p95_ms !== null && `, after ${writeDuration(total.delay_p95_ms)} at p95`,
    '.',
    total.pending > 0 && ` ${many(total.pending, 'are in time yet')}.`,
    total.away > 0 && ` ${many(total.away, 'can’t be known while the source is away')}.`,
    total.caught_up > 0 && ` ${many(total.caught_up, 'caught up after the source had been away')}.`,
  ]
    .filter(Boolean)
    .join('')
  return { status: total.status, lead, rest }
}

type Chosen = {
  master: string
  key: string
  role: string
  consumer: string
  state: string
  limit: number
  offset: number
}

async function listVersions(context: ApiContext, scope: Scope, chosen: Chosen): Promise<MasterVersions> {
  const { store, estate } = context
  const { plants, at, from, to } = scope
  // one master is told whole, from its first version on
  const hearing = await readHearing(store, estate, at, chosen.key === '' ? from : new Date(0))
  const rows = await store.query('propagation_versions', { ...hearing, ...chosen, plants, at, from })
  return {
    as_of: at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    total: rows[0]?.total ?? 0,
    rows: rows.map((row) => describeVersion(estate, row, at)),
  }
}

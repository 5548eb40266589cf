import { createRoute } from '@hono/zod-openapi'
import { readKept } from '../../sql/retention.ts'
import type { Estate } from '../core/estate.ts'
import { writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { composeHealthParts } from './own-health-parts.ts'
import { answers, createRouter } from './router.ts'
import { rangeQuery } from './schemas/ingest.ts'
import { type OwnHealth, ownHealth } from './schemas/own-health.ts'
import { readScope, statusOf, worstStatus } from './scope.ts'
import { alignScope } from './sources-ingest.ts'

/** An insert waits where a partition has more parts (`parts_to_delay_insert` of the engine). */
export const mostParts = 1000
/** Conditions that speak of Plumbline, not of what it watches. */
const ofOurselves = new Set(['spool', 'disk', 'backup', 'own_health', 'run_failed'])

export const ownHealthRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/health',
      tags: ['health'],
      summary:
        'How Plumbline itself is: spool, loader, engine, disk, memory, runs, deliveries, and its own alerts',
      middleware: [allow('read', 'everywhere')] as const,
      request: { query: rangeQuery },
      responses: answers(ownHealth, 'Health'),
    }),
    async (c) => c.json(await readOwnHealth(context, c.req.valid('query').hours), 200),
  )

async function readOwnHealth(context: ApiContext, hours: number): Promise<OwnHealth> {
  const { store, checks } = context
  const scope = alignScope(readScope(context.estate, { hours }))
  const { from, to, stepSeconds: step_s } = scope
  const [tables, work, runs, parts, kept] = await Promise.all([
    store.query('health_tables', {}),
    store.query('health_merges', {}),
    store.query('health_runs', { from, to }),
    composeHealthParts(context, scope),
    readKept(store),
  ])
  const split = tables.reduce((most, row) => (row.most_parts > most.most_parts ? row : most), {
    table: '',
    most_parts: 0,
  })
  const all: OwnHealth['parts'] = [
    ...parts,
    {
      part: 'parts',
      label: 'Parts in a partition',
      status: statusOf(split.most_parts / mostParts),
      value: split.most_parts,
      unit: 'count',
      limit: mostParts,
      detail: split.table
        ? `most of them in ${split.table}; beyond the limit the engine holds inserts up`
        : 'the store is empty',
      href: null,
      series: [],
    },
  ]
  const alerts = context.alerts
    .list()
    .filter(({ alert }) => ofOurselves.has(alert.condition) && alert.status !== 'resolved')
    .map(({ alert: { fingerprint, title, severity, status, starts_at } }) => ({
      fingerprint,
      title,
      severity,
      status,
      starts_at,
    }))
  const rows = runs.map(({ plants_failing, ...row }) => ({
    ...row,
    title: checks.find(({ check }) => check === row.check)?.title ?? row.check,
    status: plants_failing > 0 ? ('breach' as const) : ('ok' as const),
  }))
  return {
    as_of: scope.at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    step_s,
    started_at: context.startedAt.toISOString(),
    engine: store.engine,
    sentence: composeSentence(all, rows, work, alerts.length),
    parts: all,
    runs: rows,
    store: {
      rows: tables.reduce((sum, row) => sum + row.rows_held, 0),
      bytes: tables.reduce((sum, row) => sum + row.bytes_held, 0),
      parts: tables.reduce((sum, row) => sum + row.parts, 0),
      tables: tables.map(({ table, parts, most_parts, rows_held, bytes_held }) => ({
        table,
        rows: rows_held,
        bytes: bytes_held,
        parts,
        most_parts,
        status: statusOf(most_parts / mostParts),
      })),
      work: work.map(({ bytes_read, what, done, ...row }) => ({
        ...row,
        what: what === 'merge' ? ('merge' as const) : ('mutation' as const),
        done: what === 'merge' ? done : null,
        bytes: bytes_read,
      })),
    },
    kept: composeKept(context.estate, kept),
    alerts,
  }
}

/** The tables of a group together: it is kept as the estate says when each of them has that age. */
function composeKept({ retention }: Estate, kept: Awaited<ReturnType<typeof readKept>>): OwnHealth['kept'] {
  const groups = [...new Set(kept.map(({ group }) => group))]
  return groups.map((group) => {
    const of = kept.filter((one) => one.group === group)
    const oldest = of.flatMap((one) => (one.oldest === null ? [] : [one.oldest])).sort()
    return {
      group,
      days: Math.min(...of.map(({ days }) => days)),
      status: of.every(({ days }) => days === retention[group]) ? ('ok' as const) : ('breach' as const),
      rows: of.reduce((sum, one) => sum + Number(one.rows), 0),
      bytes: of.reduce((sum, one) => sum + Number(one.bytes), 0),
      oldest: oldest[0] ?? null,
      tables: of.map(({ table }) => table),
    }
  })
}

/** How Plumbline is in one sentence: what is beyond its limit, what does not get on, and who has been told. */
function composeSentence(
  parts: OwnHealth['parts'],
  runs: OwnHealth['runs'],
  work: { table: string; failing: string }[],
  alerts: number,
): OwnHealth['sentence'] {
  const of = (status: string) =>
    parts.filter((one) => one.status === status).map((one) => one.label.toLowerCase())
  const broken = of('breach')
  const close = of('watch')
  const failing = runs.filter((row) => row.status === 'breach').map((row) => row.title)
  const stuck = work.filter((row) => row.failing !== '').map((row) => row.table)
  const status = worstStatus([
    ...parts.map((one) => one.status),
    ...(failing.length + stuck.length > 0 ? ['breach' as const] : []),
  ])
  const wrong = [
    broken.length > 0 && `${broken.join(', ')} beyond ${broken.length === 1 ? 'its limit' : 'their limits'}`,
    failing.length > 0 && `the last run of ${failing.join(', ')} failed`,
    stuck.length > 0 && `the engine cannot change ${stuck.join(', ')}`,
  ].filter((one) => one !== false)
  const told = alerts === 0 ? '' : ` ${writeNumber(alerts)} ${alerts === 1 ? 'alert fires' : 'alerts fire'}.`
  const near = close.length === 0 ? '' : ` Close to a limit: ${close.join(', ')}.`
  return wrong.length === 0
    ? {
        status,
        lead: 'Plumbline is well.',
        rest: `Everything it needs is within its limits.${near}${told}`,
      }
    : { status, lead: 'Plumbline needs somebody.', rest: `${capitalise(wrong.join('; '))}.${near}${told}` }
}

const capitalise = (text: string) => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`

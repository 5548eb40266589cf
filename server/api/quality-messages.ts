import type { z } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import { checksOf, lastRuns, readOrderRuns, readQualityScope, receiptRules } from './quality-facts.ts'
import type { messagesQuery, QualityMessage, QualityMessages } from './schemas/quality.ts'

type Query = z.infer<typeof messagesQuery>
type Page = { total: number; rows: QualityMessage[] }
const hourMs = 3_600_000

/** The messages behind a number: what its measure does not count as good, in the place and time the number is of. */
export async function listMessages(context: ApiContext, query: Query): Promise<QualityMessages> {
  const { plants, at, ...scope } = readQualityScope(context.estate, query)
  const hour = query.hour ? Math.floor(Date.parse(query.hour) / hourMs) * hourMs : undefined
  const from = hour === undefined ? scope.from : new Date(hour)
  const to = hour === undefined ? scope.to : new Date(hour + hourMs)
  const { flow, stage, partner, limit, offset } = query
  const params = { plants, from, to, flow, stage, partner, limit, offset }
  const page =
    query.measure === 'completeness'
      ? await listMissing(context, { ...params, at })
      : query.measure === 'reconciliation'
        ? query.partner
          ? await listOrders(context, query, { ...params, from: scope.from, to: scope.to }, [from, to])
          : await listVariances(context, query, params)
        : await listReceipts(context, { ...params, plants: scope.receivers, measure: query.measure })
  return {
    as_of: at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    measure: query.measure,
    ...page,
  }
}

type Params = {
  plants: string[]
  from: Date
  to: Date
  flow: string
  stage: string
  partner: string
  limit: number
  offset: number
}

async function listMissing(context: ApiContext, params: Params & { at: Date }): Promise<Page> {
  const rows = await context.store.query('quality_missing', params)
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.map((row) => {
      const due = Date.parse(row.left_at) + Number(row.objective_ms)
      const names = nameStage(context, row.flow, row.stage)
      return {
        ...blank,
        ...names,
        plant: row.plant,
        flow: row.flow,
        stage: row.stage,
        partner: row.partner,
        key: row.key,
        at: row.left_at,
        detail: row.is_waiting
          ? `has not reached ${names.stage_name}; due ${writeDuration(params.at.getTime() - due)} ago`
          : `went on without reaching ${names.stage_name}`,
        exception: row.exception || null,
        flow_href: `/flows/${row.flow}?plant=${row.plant}`,
        trace_href: row.trace_id ? `/traces/${row.trace_id}` : keyHref(row.key),
      }
    }),
  }
}

async function listReceipts(context: ApiContext, params: Params & { measure: string }): Promise<Page> {
  const { store, estate } = context
  const rows = await store.query('quality_messages', { ...params, ...receiptRules(estate) })
  const refused = rows.filter((row) => row.outcome === 'quarantined')
  const bodies =
    refused.length > 0
      ? await store.query('quality_refused', {
          sources: refused.map((row) => row.source),
          ids: refused.map((row) => row.event_id),
        })
      : []
  const limitOf = new Map(estate.sources.map((source) => [source.source, source.stale_after]))
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.map((row) => {
      const body = bodies.find((one) => one.source === row.source && one.message_id === row.event_id)
      const isRefused = row.outcome === 'quarantined'
      const details: Record<string, string> = {
        timeliness: `came ${writeDuration(row.late_ms)} after it happened, ${writeDuration(limitOf.get(row.source) ?? 0)} allowed`,
        received: isRefused ? 'refused' : row.outcome === 'deviating' ? 'let in with a deviation' : 'let in',
        conformity: isRefused ? 'refused' : 'let in with a deviation',
        duplication: `had come ${writeDuration(Date.parse(row.received_at) - Date.parse(row.received_before))} before`,
      }
      return {
        ...blank,
        ...nameStage(context, row.flow, row.stage),
        plant: row.plant,
        flow: row.flow,
        stage: row.stage,
        system: row.system,
        source: row.source,
        partner: row.partner,
        key: row.key,
        codes: row.codes,
        id: row.event_id,
        at: row.occurred_at,
        received_at: row.received_at,
        received_before: params.measure === 'duplication' ? row.received_before : null,
        detail: details[params.measure] ?? '',
        reasons: isRefused ? (body?.reasons ?? []) : [],
        body: isRefused ? (body?.body ?? '') : '',
        flow_href: row.flow ? `/flows/${row.flow}?plant=${row.plant}` : '',
        trace_href: row.key ? keyHref(row.key) : '',
      }
    }),
  }
}

async function listVariances(context: ApiContext, query: Query, params: Params): Promise<Page> {
  const runs = lastRuns(await readAgreement(context, query, params))
  const { limit, offset } = params
  const rows = await context.store.query('quality_variances', {
    runs: runs.map((row) => row.run),
    limit,
    offset,
  })
  return { total: rows[0]?.total ?? 0, rows: rows.map((row) => composeVariance(context, row)) }
}

/** The orders of a partner that differ, each by its dearest difference; of an hour those that it counts. */
async function listOrders(
  context: ApiContext,
  query: Query,
  params: Params,
  [hour_from, hour_to]: [Date, Date],
): Promise<Page> {
  const agreement = await readAgreement(context, query, params)
  const rows = await context.store.query('quality_differing_orders', {
    ...params,
    ...readOrderRuns(checksIn(context, query), agreement),
    hour_from,
    hour_to,
  })
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.map((row) => {
      const message = composeVariance(context, row)
      const more = row.differing > 1 ? `; ${writeNumber(row.differing)} keys of the order differ` : ''
      return { ...message, partner: row.partner, detail: `${message.detail}${more}` }
    }),
  }
}

const checksIn = (context: ApiContext, query: Query) =>
  checksOf(context, query).filter(({ check }) => query.check === '' || check === query.check)

const readAgreement = (context: ApiContext, query: Query, { plants, from, to }: Params) =>
  context.store.query('quality_agreement', {
    plants,
    checks: checksIn(context, query).map(({ check }) => check),
    from,
    to,
    step_s: 3600,
  })

function composeVariance(
  { checks }: ApiContext,
  row: Omit<QueryRow['quality_variances'], 'total'>,
): QualityMessage {
  const check = checks.find((candidate) => candidate.check === row.check)
  return {
    ...blank,
    plant: row.plant,
    flow: check?.flow ?? '',
    flow_name: check?.title ?? row.check,
    key: row.key,
    id: row.run,
    at: row.since,
    detail: `${check?.classes[row.class] ?? row.class}: ${check?.left} ${row.left_value || '–'}, ${check?.right} ${row.right_value || '–'}`,
    amount: row.amount,
    exception: row.exception || null,
    run_href: `/runs/${row.run}`,
  }
}

const keyHref = (key: string) => `/traces?key=${encodeURIComponent(key)}`

function nameStage({ estate }: ApiContext, flow: string, stage: string) {
  const found = estate.flowOf.get(flow)
  return {
    flow_name: found?.name ?? '',
    stage_name: found?.stages.find((candidate) => candidate.stage === stage)?.name ?? stage,
  }
}

const blank: QualityMessage = {
  plant: '',
  flow: '',
  flow_name: '',
  stage: '',
  stage_name: '',
  system: '',
  source: '',
  partner: '',
  key: '',
  id: '',
  at: '',
  received_at: null,
  received_before: null,
  detail: '',
  codes: [],
  reasons: [],
  body: '',
  amount: null,
  exception: null,
  flow_href: '',
  trace_href: '',
  run_href: '',
}

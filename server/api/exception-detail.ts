import { createRoute } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { CheckInfo } from '../core/check-info.ts'
import { PlumblineError } from '../core/errors.ts'
import { expectCaseNumber } from '../core/row-number.ts'
import type { Access } from './access.ts'
import { readBridges } from './bridge.ts'
import { readLogs, writeLog } from './case-log.ts'
import type { ApiContext } from './context.ts'
import { type Evidence, readEvidence, suspectTraces } from './evidence.ts'
import { readCauses } from './exception-causes.ts'
import { readClocks } from './exception-clocks.ts'
import { readOrders } from './exception-orders.ts'
import { holdingForecasts } from './exception-rows.ts'
import { toExceptionRow, writeHeadline } from './exceptions.ts'
import { readItemNames } from './item-names.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { type ExceptionDetail, exceptionDetail } from './schemas/exceptions.ts'
import { layThreeWays } from './three-ways.ts'
import { findHoles, readTimeline } from './timeline.ts'

export const exceptionDetailRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/exceptions/{number}',
      tags: ['exceptions'],
      summary:
        "One case: both sides' states, the events of its key in every system, the trace, and its history",
      middleware: [allow('read')] as const,
      request: { params: keyParam('number', 'The number of the case') },
      responses: answers(exceptionDetail, 'The case'),
    }),
    async (c) => c.json(await readException(context, c.req.valid('param').number), 200),
  )

async function readException(context: ApiContext, number: string): Promise<ExceptionDetail> {
  const { store, estate } = context
  expectCaseNumber(number)
  // what the number alone leads to; each statement costs the engine about the same, however little it reads
  const [[row], logs, neighbours, causes, said] = await Promise.all([
    store.query('exception', { number }),
    readLogs(context, number),
    store.query('exception_neighbours', { number, plants: [...estate.plantOf.keys()] }),
    readCauses(context, number),
    context.forecasts.of([Number(number)]),
  ])
  if (!row)
    throw new PlumblineError('case_unknown', `There is no case ${number}`, {
      status: 404,
      where: 'number',
      mend: 'Look it up in the list of exceptions.',
    })
  const check = context.checks.find((candidate) => candidate.check === row.check)
  const forecasts = holdingForecasts(said, [row])
  const [names, story, bridges, clocks, orders] = await Promise.all([
    readItemNames(store, [row]),
    readStory(context, check, row),
    check ? readBridges(store, estate, check, row) : [],
    readClocks(context, logs, forecasts.get(row.number)),
    readOrders(context, row),
  ])
  const { evidence, events, suspect } = story
  const exception = toExceptionRow(context, row, undefined, names, forecasts)
  const timeline = [...events, ...(check ? findHoles(context, check, exception, evidence, events) : [])].sort(
    (a, b) => a.at.localeCompare(b.at),
  )
  return {
    as_of: new Date().toISOString(),
    currency: estate.currency,
    time_zone: estate.plantOf.get(row.plant)?.time_zone ?? 'UTC',
    exception,
    headline: writeHeadline(exception),
    states: evidence.map(({ mark: _, ...state }) => state),
    timeline,
    trace_id:
      suspect ??
      (await pickTrace(
        context,
        timeline.map((entry) => entry.trace_id),
      )),
    causes,
    bridges,
    three_ways: check?.three_ways ? layThreeWays(check.three_ways, evidence) : null,
    steps: writeLog(context, logs),
    ...clocks,
    ...orders,
    runbook: runbookOf(context, row.check),
    previous: neighbours[0]?.before || null,
    next: neighbours[0]?.after || null,
  }
}

/** What the systems say of the key, the events that carried it, and the trace in which a difference came up. */
async function readStory(context: ApiContext, check: CheckInfo | undefined, row: QueryRow['exception']) {
  const { store, estate } = context
  const evidence: Evidence[] = check ? await readEvidence(store, estate, check, row.plant, row.key) : []
  const [events, suspect] = await Promise.all([
    readTimeline(context, row.plant, row.order_no, evidence),
    pickTrace(context, suspectTraces(evidence)),
  ])
  return { evidence, events, suspect }
}

/** The address of what to do about cases of a check, or of its flow. */
function runbookOf({ estate, checks }: ApiContext, check: string): string {
  const flow = checks.find((known) => known.check === check)?.flow
  return (
    estate.checks.find((known) => known.check === check)?.runbook ??
    estate.flows.find((known) => known.flow === flow)?.runbook ??
    ''
  )
}

/** The trace most likely to explain the case: the one with the most errors, else the newest. */
async function pickTrace(context: ApiContext, traceIds: string[]): Promise<string | null> {
  const ids = [...new Set(traceIds.filter((id) => /^[0-9a-f]{32}$/.test(id)))]
  if (ids.length === 0) return null
  const [best] = await context.store.query('trace_errors', { trace_ids: ids })
  return best?.trace_id ?? null
}

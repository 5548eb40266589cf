import { createRoute } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import { writeMoney } from '../core/words.ts'
import type { Access } from './access.ts'
import { readBridge } from './bridge.ts'
import type { ApiContext } from './context.ts'
import { type Evidence, readEvidence, suspectTraces } from './evidence.ts'
import { readCauses } from './exception-causes.ts'
import { readItemNames, toExceptionRow, writeHeadline } from './exceptions.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { type ExceptionDetail, exceptionDetail } from './schemas/exceptions.ts'
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
  if (!/^\d{1,18}$/.test(number))
    throw new PlumblineError('case_unknown', `"${number}" is not the number of a case`, {
      status: 404,
      where: 'number',
    })
  const [row] = await store.query('exception', { number })
  if (!row)
    throw new PlumblineError('case_unknown', `There is no case ${number}`, {
      status: 404,
      where: 'number',
      mend: 'Look it up in the list of exceptions.',
    })
  const check = context.checks.find((candidate) => candidate.check === row.check)
  const exception = toExceptionRow(context, row, await readItemNames(context, [row]))
  const evidence: Evidence[] = check ? await readEvidence(store, estate, check, row.plant, row.key) : []
  const [events, steps, neighbours, causes, bridge] = await Promise.all([
    readTimeline(context, row.plant, row.order_no, evidence),
    store.query('exception_steps', { number }),
    store.query('exception_neighbours', { number, plants: [...estate.plantOf.keys()] }),
    readCauses(context, number),
    check ? readBridge(store, estate, check, row) : null,
  ])
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
      (await pickTrace(context, suspectTraces(evidence))) ??
      (await pickTrace(
        context,
        timeline.map((entry) => entry.trace_id),
      )),
    causes,
    bridge,
    steps: steps.map((step) => ({
      at: step.at,
      actor: step.actor,
      act: step.act,
      detail:
        step.detail ||
        `${step.left_value} against ${step.right_value}, ${writeMoney(step.amount, step.currency || estate.currency)}`,
      run: step.run,
    })),
    previous: neighbours[0]?.before || null,
    next: neighbours[0]?.after || null,
  }
}

/** The trace most likely to explain the case: the one with the most errors, else the newest. */
async function pickTrace(context: ApiContext, traceIds: string[]): Promise<string | null> {
  const ids = [...new Set(traceIds.filter((id) => /^[0-9a-f]{32}$/.test(id)))]
  if (ids.length === 0) return null
  const [best] = await context.store.query('trace_errors', { trace_ids: ids })
  return best?.trace_id ?? null
}

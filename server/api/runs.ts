import { createRoute, z } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { PlumblineError } from '../core/errors.ts'
import { proofOf } from '../core/proof.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { checksOfFlow, narrowToFlow } from './flow-scope.ts'
import { type MoneyName, readMoney } from './money.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { moneyQuery } from './schemas/common.ts'
import { type RunDetail, type RunRow, runDetail, runList, runQuery, runRow } from './schemas/runs.ts'

/** How far back the list of runs looks; a single run is found whatever its age. */
const longestLook = 31 * 24 * 3_600_000

const runNow = z.object({
  at: z.iso
    .datetime()
    .optional()
    .openapi({ description: 'Judge as if it were this moment; now when absent' }),
  full: z
    .boolean()
    .default(false)
    .openapi({ description: 'Compare every key, not only what may have changed' }),
})
const rerunAsk = z.object({
  rule: z
    .enum(['then', 'now'])
    .default('then')
    .openapi({ description: 'By the rule the run had, or by the one of now' }),
})

export const runRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/checks/{check}/runs',
        tags: ['reconciliation'],
        summary: 'Run a check now',
        middleware: [allow('respond')] as const,
        request: {
          params: keyParam('check', 'The check'),
          body: { required: false, content: { 'application/json': { schema: runNow } } },
        },
        responses: answers(z.object({ runs: z.array(runRow) }), 'The runs, one per plant'),
      }),
      async (c) => {
        const name = c.req.valid('param').check
        if (!context.checks.some((check) => check.check === name))
          throw new PlumblineError('check_unknown', `"${name}" is not a check of this estate`, {
            status: 404,
            where: 'check',
          })
        const { at, full = false } = c.req.valid('json') ?? {}
        const numbers = await context.runCheck(name, { full, ...(at ? { at: new Date(at) } : {}) })
        const rows = await Promise.all(numbers.map((run) => context.store.query('run', { run })))
        return c.json({ runs: rows.flat().map((row) => toRunRow(context, row)) }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/runs',
        tags: ['reconciliation'],
        summary: 'Runs, newest first',
        middleware: [allow('read')] as const,
        request: { query: runQuery },
        responses: answers(runList, 'Runs'),
      }),
      async (c) => {
        const { check = '', plant = '', outcome = '', flow = '', limit, currency } = c.req.valid('query')
        const rows = await context.store.query('runs', {
          checks: checksOfFlow(narrowToFlow(context, flow), flow),
          check,
          plant,
          outcome,
          limit,
          since: new Date(Date.now() - longestLook),
        })
        return c.json(
          { as_of: new Date().toISOString(), rows: rows.map((row) => toRunRow(context, row, currency)) },
          200,
        )
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/runs/{run}/rerun',
        tags: ['reconciliation'],
        summary: 'Judge the cut of a past run again, from every version ever loaded; touches no case',
        middleware: [allow('respond')] as const,
        request: {
          params: keyParam('run', 'The number of the run'),
          body: { required: false, content: { 'application/json': { schema: rerunAsk } } },
        },
        responses: answers(runDetail, 'The new run'),
      }),
      async (c) => {
        const { rule = 'then' } = c.req.valid('json') ?? {}
        return c.json(await readRun(context, await context.rerun(c.req.valid('param').run, rule)), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/runs/{run}/release',
        tags: ['reconciliation'],
        summary: 'Let a held run open what it found: its plant is judged again at once',
        middleware: [allow('approve')] as const,
        request: { params: keyParam('run', 'The number of the run') },
        responses: answers(z.object({ runs: z.array(runRow) }), 'The runs that followed, one per plant'),
      }),
      async (c) => {
        const [row] = await context.store.query('run', { run: c.req.valid('param').run })
        if (!row) throw unknownRun(c.req.valid('param').run)
        if (Number(row.held) === 0)
          throw new PlumblineError('run_not_held', `run ${row.run} was not held`, {
            status: 409,
            where: 'run',
          })
        await context.store.insert('releases', [
          {
            check: row.check,
            plant: row.plant,
            run: row.run,
            actor: actorOf(c.req),
            at: new Date().toISOString(),
          },
        ])
        const numbers = await context.runCheck(row.check, {})
        const rows = await Promise.all(numbers.map((run) => context.store.query('run', { run })))
        return c.json({ runs: rows.flat().map((each) => toRunRow(context, each)) }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/runs/{run}',
        tags: ['reconciliation'],
        summary: 'One run with the variances it saw',
        middleware: [allow('read')] as const,
        request: { params: keyParam('run', 'The number of the run'), query: moneyQuery },
        responses: answers(runDetail, 'The run'),
      }),
      async (c) =>
        c.json(await readRun(context, c.req.valid('param').run, c.req.valid('query').currency), 200),
    )

const unknownRun = (number: string) =>
  new PlumblineError('run_unknown', `There is no run ${number}`, { status: 404, where: 'run' })

async function readRun(
  context: ApiContext,
  number: string,
  currency: MoneyName = 'reporting',
): Promise<RunDetail> {
  const [row] = await context.store.query('run', { run: number })
  if (!row) throw unknownRun(number)
  const check = context.checks.find((candidate) => candidate.check === row.check)
  const { store } = context
  const [variances, tolerated, reruns, [before], [original]] = await Promise.all([
    store.query('run_variances', { run: number, money: currency }),
    store.query('run_tolerated', { run: number, money: currency }),
    store.query('reruns', { run: number }),
    store.query('run_before', { check: row.check, plant: row.plant, run: row.run }),
    row.of_run ? store.query('run', { run: row.of_run }) : [],
  ])
  const shown = toRunRow(context, row, currency)
  return {
    run: shown,
    proof: {
      result_hash: row.result_hash,
      proof: row.proof,
      before: before?.proof ?? '',
      holds: row.proof === proofOf(row, before?.proof ?? ''),
    },
    original: original
      ? { run: original.run, rule: original.rule, agrees: original.result_hash === row.result_hash }
      : null,
    reruns: reruns.map((again) => ({
      run: again.run,
      started_at: again.started_at,
      rule: again.rule,
      variances: Number(again.variances),
      agrees: again.result_hash === row.result_hash,
    })),
    tolerated,
    variances: variances.map(({ cause: found, ...variance }) => ({
      ...variance,
      currency: shown.currency,
      class_title: check?.classes[variance.class] ?? variance.class,
      cause_title: context.causes.find(({ cause }) => cause === found)?.title ?? found,
      exception: variance.exception || null,
    })),
  }
}

const never = '1970-01-01T00:00:00.000Z'
const known = (moment: string) => (moment === never ? null : moment)

/** A run in the API's shape, in the currency that is asked for: it is of one plant. */
export function toRunRow(
  context: ApiContext,
  row: QueryRow['run'],
  currency: MoneyName = 'reporting',
): RunRow {
  const money = readMoney(context.estate, [row.plant], currency)
  const isOwn = money.sums === 'plant'
  return {
    run: row.run,
    check: row.check,
    check_title: context.checks.find((check) => check.check === row.check)?.title ?? row.check,
    plant: row.plant,
    outcome: row.outcome,
    reason: row.reason,
    started_at: row.started_at,
    duration_ms: row.duration_ms,
    clock: known(row.clock),
    left_watermark: known(row.left_watermark),
    right_watermark: known(row.right_watermark),
    cut: row.cut,
    rule: row.rule,
    left_rows: Number(row.left_rows),
    right_rows: Number(row.right_rows),
    compared: Number(row.compared),
    in_grace: Number(row.in_grace),
    variances: Number(row.variances),
    amount: isOwn ? row.amount_plant : row.amount,
    kind: row.kind,
    of_run: row.of_run || null,
    judged: Number(row.judged),
    tolerated: Number(row.tolerated),
    tolerated_amount: isOwn ? row.tolerated_amount_plant : row.tolerated_amount,
    tolerated_net: isOwn ? row.tolerated_net_plant : row.tolerated_net,
    currency: money.currency,
    opened: Number(row.opened),
    closed: Number(row.closed),
    held: Number(row.held),
  }
}

import { createRoute, z } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { sumDecimals } from '../core/decimal.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  type CheckList,
  checkList,
  type RunDetail,
  type RunRow,
  runDetail,
  runList,
  runQuery,
  runRow,
} from './schemas/runs.ts'

/** How far back the list of runs looks; a single run is found whatever its age. */
const longestLook = 31 * 24 * 3_600_000

const runNow = z.object({
  at: z.iso
    .datetime()
    .optional()
    .openapi({ description: 'Judge as if it were this moment; now when absent' }),
})

export const runRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/checks',
        tags: ['reconciliation'],
        summary: 'Checks with their last run per plant and the trend of open value',
        middleware: [allow('read')] as const,
        responses: answers(checkList, 'Checks'),
      }),
      async (c) => c.json(await listChecks(context), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/checks/{check}/runs',
        tags: ['reconciliation'],
        summary: 'Run a check now',
        middleware: [allow('operate')] as const,
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
        const { at } = c.req.valid('json') ?? {}
        const numbers = await context.runCheck(name, at ? new Date(at) : undefined)
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
        const { check = '', plant = '', outcome = '', limit } = c.req.valid('query')
        const rows = await context.store.query('runs', {
          check,
          plant,
          outcome,
          limit,
          since: new Date(Date.now() - longestLook),
        })
        return c.json(
          { as_of: new Date().toISOString(), rows: rows.map((row) => toRunRow(context, row)) },
          200,
        )
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/runs/{run}',
        tags: ['reconciliation'],
        summary: 'One run with the variances it saw',
        middleware: [allow('read')] as const,
        request: { params: keyParam('run', 'The number of the run') },
        responses: answers(runDetail, 'The run'),
      }),
      async (c) => c.json(await readRun(context, c.req.valid('param').run), 200),
    )

async function readRun(context: ApiContext, number: string): Promise<RunDetail> {
  const [row] = await context.store.query('run', { run: number })
  if (!row)
    throw new PlumblineError('run_unknown', `There is no run ${number}`, { status: 404, where: 'run' })
  const check = context.checks.find((candidate) => candidate.check === row.check)
  const variances = await context.store.query('run_variances', { run: number })
  return {
    run: toRunRow(context, row),
    variances: variances.map((variance) => ({
      ...variance,
      class_title: check?.classes[variance.class] ?? variance.class,
      exception: variance.exception || null,
    })),
  }
}

async function listChecks(context: ApiContext): Promise<CheckList> {
  const { store, estate, checks } = context
  const to = new Date()
  const from = new Date(to.getTime() - 7 * 24 * 3_600_000)
  const plants = [...estate.plantOf.keys()]
  const [runs, counts, trends] = await Promise.all([
    store.query('latest_runs', { plants, since: from }),
    store.query('exception_counts', { plants, aged: to }),
    Promise.all(
      checks.map((check) =>
        store.query('amount_series', { plants, checks: [check.check], from, to, step_s: 2 * 3600 }),
      ),
    ),
  ])
  return {
    as_of: to.toISOString(),
    currency: estate.currency,
    checks: checks.map((check, index) => ({
      check: check.check,
      title: check.title,
      description: check.description,
      left: check.left,
      right: check.right,
      schedule: check.schedule,
      grace_s: check.grace / 1000,
      tolerance: check.tolerance,
      next_run_at: context.nextRun(check.check)?.toISOString() ?? null,
      plants: plants.map((plant) => {
        const last = runs.find((run) => run.check === check.check && run.plant === plant)
        const open = counts.filter((row) => row.check === check.check && row.plant === plant)
        return {
          plant,
          last: last ? toRunRow(context, last) : null,
          open_cases: open.reduce((sum, row) => sum + row.cases, 0),
          open_amount: sumDecimals(open.map((row) => row.amount)),
        }
      }),
      trend: (trends[index] ?? []).map((row) => ({
        at: row.at,
        value: row.answered > 0 ? Number(row.amount) : null,
      })),
    })),
  }
}

const never = '1970-01-01T00:00:00.000Z'
const known = (moment: string) => (moment === never ? null : moment)

function toRunRow(context: ApiContext, row: QueryRow['run']): RunRow {
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
    amount: row.amount,
    currency: context.estate.currency,
    opened: Number(row.opened),
    closed: Number(row.closed),
  }
}

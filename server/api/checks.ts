import { createRoute } from '@hono/zod-openapi'
import { sumDecimals } from '../core/decimal.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { checksOfFlow, narrowToFlow } from './flow-scope.ts'
import { type MoneyName, readMoney } from './money.ts'
import { answers, createRouter } from './router.ts'
import { toRunRow } from './runs.ts'
import { type CheckList, checkList, checkQuery } from './schemas/runs.ts'
import { readScope } from './scope.ts'

const weekHours = 7 * 24
const stepSeconds = 2 * 3600

export const checkRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/checks',
      tags: ['reconciliation'],
      summary: 'Checks with their last run per plant and the trend of open value',
      middleware: [allow('read')] as const,
      request: { query: checkQuery },
      responses: answers(checkList, 'Checks'),
    }),
    async (c) => c.json(await listChecks(context, c.req.valid('query')), 200),
  )

type Asked = { plant?: string | undefined; flow?: string | undefined; currency: MoneyName }

async function listChecks(whole: ApiContext, { plant, flow = '', currency }: Asked): Promise<CheckList> {
  const context = narrowToFlow(whole, flow)
  const { store, estate, checks } = context
  const { plants, from, to } = readScope(estate, { plant, hours: weekHours })
  const { sums, ...money } = readMoney(estate, plants, currency)
  const names = checks.map(({ check }) => check)
  const bound = checksOfFlow(context, flow)
  const course = { plants, checks: names, from, to, step_s: stepSeconds }
  const [runs, counts, account, passed, trends] = await Promise.all([
    store.query('latest_runs', { plants, since: from, checks: bound }),
    store.query('exception_counts', { plants, aged: to, checks: bound, money: currency }),
    store.query('tolerance_account', { since: from, money: currency }),
    store.query('tolerance_series', { ...course, money: sums }),
    store.query('check_trends', { ...course, money: currency }),
  ])
  const isOne = plants.length === 1
  const trendOf = (check: string, plant = '') =>
    (trends.find((row) => row.check === check && row.plant === plant)?.points ?? []).map(
      ({ at, amount }) => ({ at, value: amount === null ? null : Number(amount) }),
    )
  return {
    as_of: to.toISOString(),
    currency: money.currency,
    counted_amount: sumDecimals(counts.map((row) => row[isOne ? 'counted' : 'counted_worth'])),
    checks: checks.map((check) => {
      const open = counts.filter((row) => row.check === check.check)
      const tolerated = account.filter((row) => row.check === check.check && plants.includes(row.plant))
      // several plants are summed in the one currency they share
      const sum = (own: 'amount' | 'counted', shared: 'worth' | 'counted_worth') =>
        sumDecimals(open.map((row) => row[isOne ? own : shared]))
      return {
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
          const passed = tolerated.find((row) => row.plant === plant)
          const here = open.filter((row) => row.plant === plant)
          return {
            plant,
            last: last ? toRunRow(context, last, currency) : null,
            currency: money.currencyOf(plant),
            open_cases: here.reduce((sum, row) => sum + row.cases, 0),
            open_amount: sumDecimals(here.map((row) => row.amount)),
            counted_amount: sumDecimals(here.map((row) => row.counted)),
            tolerated: passed
              ? { keys: Number(passed.keys), amount: passed.amount, net: passed.net, at: passed.clock }
              : null,
            trend: trendOf(check.check, plant),
          }
        }),
        open_amount: sum('amount', 'worth'),
        counted_amount: sum('counted', 'counted_worth'),
        tolerated_net:
          tolerated.length > 0
            ? sumDecimals(tolerated.map((row) => (isOne ? row.net : row.net_worth)))
            : null,
        trend: trendOf(check.check),
        tolerance_trend: passed
          .filter((row) => row.check === check.check)
          .map((row) => ({ at: row.at, value: row.answered > 0 ? Number(row.net) : null })),
      }
    }),
  }
}

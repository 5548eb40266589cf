import { createRoute } from '@hono/zod-openapi'
import { facetNames } from '../core/case.ts'
import { writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { writeCsv } from './exception-csv.ts'
import { type CaseRow, holdingForecasts, readInParts, readNumbers, readRowsOf } from './exception-rows.ts'
import { checksOfFlow } from './flow-scope.ts'
import type { CaseForecast } from './forecast-shelf.ts'
import { readItemNames } from './item-names.ts'
import { type Money, type MoneyName, readMoney } from './money.ts'
import { answers, createRouter, refusal } from './router.ts'
import {
  type ExceptionList,
  type ExceptionQuery,
  type ExceptionRow,
  type ExceptionStanding,
  exceptionList,
  exceptionNumbers,
  exceptionQuery,
  exceptionStanding,
  exceptionsOpen,
} from './schemas/exceptions.ts'

/** More than this nobody scrolls through; a filter leads further. */
const mostInOrder = 100_000
/** As many as a query can be asked for. */
const all = 2 ** 32 - 1

export const exceptionRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/exceptions',
        tags: ['exceptions'],
        summary: 'Cases that match, with their count and value over the whole filter',
        middleware: [allow('read')] as const,
        request: { query: exceptionQuery },
        responses: answers(exceptionList, 'Cases'),
      }),
      async (c) => c.json(await listExceptions(context, c.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/exceptions/standing',
        tags: ['exceptions'],
        summary: 'What stands of the open cases, whatever is filtered, and which checks did not answer',
        middleware: [allow('read')] as const,
        responses: answers(exceptionStanding, 'Counts'),
      }),
      async (c) => c.json(await readStanding(context, actorOf(c.req)), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/exceptions/numbers',
        tags: ['exceptions'],
        summary: 'The numbers of all cases that match, in order; the first 100 000',
        middleware: [allow('read')] as const,
        request: { query: exceptionQuery },
        responses: answers(exceptionNumbers, 'Numbers'),
      }),
      async (c) => {
        const query = c.req.valid('query')
        const numbers = await readNumbers(context.store, {
          ...filterOf(context, query),
          ...orderOf({ ...query, limit: mostInOrder, offset: 0 }),
        })
        return c.json({ as_of: new Date().toISOString(), total: numbers.length, numbers }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/exceptions/open',
        tags: ['exceptions'],
        summary: 'How many cases are open; asked by every page, and cheap',
        middleware: [allow('read')] as const,
        responses: answers(exceptionsOpen, 'The count'),
      }),
      async (c) => {
        const [counted] = await context.store.query('exceptions_open', {
          plants: [...context.estate.plantOf.keys()],
        })
        return c.json({ as_of: new Date().toISOString(), total: counted?.total ?? 0 }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/exceptions.csv',
        tags: ['exceptions'],
        summary: 'The same as CSV: all that the filter matches, not only a page',
        middleware: [allow('read')] as const,
        request: { query: exceptionQuery },
        responses: {
          200: {
            description: 'RFC 4180, with a header row',
            content: { 'text/csv': { schema: { type: 'string' } } },
          },
          ...refusal,
        },
      }),
      async (c) => {
        const filter = filterOf(context, c.req.valid('query'))
        const numbers = await readNumbers(context.store, {
          ...filter,
          ...orderOf({ ...c.req.valid('query'), limit: all, offset: 0 }),
        })
        c.header('Content-Disposition', 'attachment; filename="exceptions.csv"')
        const parts = readInParts(context.store, numbers, filter.plants)
        return c.body(
          writeCsv(parts, (row) => toExceptionRow(context, row, moneyOf(context, c.req.valid('query')))),
          200,
          { 'Content-Type': 'text/csv; charset=utf-8' },
        )
      },
    )

async function listExceptions(context: ApiContext, query: ExceptionQuery): Promise<ExceptionList> {
  const { store } = context
  const at = new Date()
  const money = moneyOf(context, query)
  const filter = filterOf(context, query)
  const isWhole = query.facets === 'yes'
  const [{ rows, forecasts }, counted] = await Promise.all([
    listRows(context, query),
    isWhole
      ? store.query('exception_facets', {
          ...filter,
          fresh_since: query.since ? new Date(query.since) : at,
        })
      : [],
  ])
  const names = await readItemNames(store, rows)
  const all = counted.find((row) => row.facet === '')
  return {
    as_of: at.toISOString(),
    currency: money.currency,
    total: all?.cases ?? 0,
    amount_total: all?.amount ?? '0',
    fresh: all?.fresh ?? 0,
    rows: rows.map((row) => toExceptionRow(context, row, money, names, forecasts)),
    facets: Object.fromEntries(
      facetNames.map((facet) => [
        facet,
        counted
          .filter((row) => row.facet === facet)
          .map((row) => ({
            value: row.value,
            label: labelOf(context, facet, row.value),
            cases: row.cases,
            amount: row.amount,
          })),
      ]),
    ),
  }
}

/** How old the newest run of a check may be to say anything. */
const heardMs = 2 * 24 * 3_600_000

async function readStanding({ store, estate }: ApiContext, actor: string): Promise<ExceptionStanding> {
  const at = new Date()
  const plants = [...estate.plantOf.keys()]
  const [[counted], runs] = await Promise.all([
    store.query('exception_standing', { plants, at, actor, me: mentionOf(actor) }),
    store.query('latest_outcomes', { plants, since: new Date(at.getTime() - heardMs) }),
  ])
  return {
    as_of: at.toISOString(),
    ...(counted ?? noneStand),
    incomplete: runs
      .filter((run) => run.ended !== 'ok')
      .map((run) => ({ check: run.check, plant: run.plant, reason: run.why })),
    last_run_at: runs[0]?.last_at ?? null,
  }
}

const noneStand = { open: 0, awake: 0, mine: 0, nobody: 0, late: 0, soon: 0, asked: 0, named: 0, asleep: 0 }

async function listRows(context: ApiContext, query: ExceptionQuery) {
  const numbers = await listNumbers(context, query)
  // beside each other: a page waits for as many questions as stand one behind the other
  const [rows, forecasts] = await Promise.all([
    readRowsOf(context.store, numbers, [...context.estate.plantOf.keys()]),
    context.forecasts.of(numbers),
  ])
  return { rows, forecasts: holdingForecasts(forecasts, rows) }
}

function listNumbers(context: ApiContext, query: ExceptionQuery): Promise<number[]> {
  const filter = filterOf(context, query)
  const { numbers, plants: _plants, state, at: _at, money: _money, ...others } = filter
  // rows that are on screen already are asked for by number: nothing has to be found
  if (numbers.length > 0 && state === 'all' && Object.values(others).every((value) => value.length === 0))
    return Promise.resolve(numbers)
  return query.limit > 0 ? readNumbers(context.store, { ...filter, ...orderOf(query) }) : Promise.resolve([])
}

type Asked = { currency?: MoneyName }

/** What a filter is bound to, as of now. */
export const filterOf = (
  context: ApiContext,
  query: Omit<ExceptionQuery, 'sort' | 'order' | 'limit' | 'offset' | 'facets' | 'currency'> & Asked,
) => ({
  checks: checksOfFlow(context, query.flow ?? ''),
  money: moneyOf(context, query).sums,
  state: query.state,
  statuses: query.status ? query.status.split(',') : [],
  assignee: query.assignee ?? '',
  sleeping: query.sleeping ?? '',
  due: query.due ?? '',
  asked: query.asked ?? '',
  mention: mentionOf(query.mention ?? ''),
  at: new Date(),
  plants: [...context.estate.plantOf.keys()],
  cause: query.cause ?? '',
  plant: query.plant ?? '',
  check: query.check ?? '',
  class: query.class ?? '',
  severity: query.severity ?? '',
  team: query.team ?? '',
  q: query.q ?? '',
  shared: query.shared ?? '',
  root: query.root ?? '',
  numbers: query.numbers ? query.numbers.split(',').map(Number) : [],
})

/** What a list of cases says its amounts in. */
export const moneyOf = (
  { estate }: ApiContext,
  { plant, currency }: Pick<ExceptionQuery, 'plant'> & Asked,
): Money => readMoney(estate, plant ? [plant] : [...estate.plantOf.keys()], currency)

/** How somebody is named in a text, as a pattern: the name with no letter behind it; '' of nobody. */
const mentionOf = (name: string) =>
  name === '' ? '' : `(?i)@${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}($|[^\\pL\\pN])`

const orderOf = ({ sort, order, limit, offset }: ExceptionQuery) => ({ sort, order, limit, offset })

function labelOf(context: ApiContext, facet: (typeof facetNames)[number], value: string): string {
  if (facet === 'cause') return context.causes.find(({ cause }) => cause === value)?.title ?? value
  if (facet === 'status') return value.replace('_', ' ')
  if (facet === 'assignee') return value === '-' ? 'nobody' : value
  if (facet === 'plant') return context.estate.plantOf.get(value)?.name ?? value
  if (facet === 'team') return context.estate.teamOf.get(value)?.name ?? value
  if (facet === 'check') return context.checks.find((check) => check.check === value)?.title ?? value
  if (facet === 'class') return context.checks.map((check) => check.classes[value]).find(Boolean) ?? value
  return value
}

/** A case in the API's shape: names in words, sides by the name of their systems. */
export function toExceptionRow(
  context: ApiContext,
  row: CaseRow,
  money: Money = readMoney(context.estate, []),
  names = new Map<string, string>(),
  forecasts = new Map<string, CaseForecast>(),
): ExceptionRow {
  const forecast = forecasts.get(row.number)
  const check = context.checks.find((candidate) => candidate.check === row.check)
  const systemName = (role: string | undefined) =>
    role ? (context.estate.systemsOf(role, row.plant)[0]?.name ?? role.toUpperCase()) : ''
  return {
    number: Number(row.number),
    state: row.state as ExceptionRow['state'],
    check: row.check,
    check_title: check?.title ?? row.check,
    plant: row.plant,
    key: row.key,
    class: row.class,
    class_title: check?.classes[row.class] ?? row.class,
    cause: row.cause,
    cause_title: context.causes.find((cause) => cause.cause === row.cause)?.title ?? row.cause,
    severity: row.severity as ExceptionRow['severity'],
    item: row.item,
    item_name: names.get(`${row.plant} ${row.item}`) ?? '',
    order_no: row.order_no,
    left_system: systemName(check?.left),
    right_system: systemName(check?.right),
    left_value: row.left_value,
    right_value: row.right_value,
    difference: row.difference,
    unit: row.unit,
    amount: row.amount,
    currency: row.currency,
    amount_reporting: row.amount_reporting,
    amount_plant: row.amount_plant,
    plant_currency: context.estate.plantOf.get(row.plant)?.currency ?? context.estate.currency,
    value: money.pick(row),
    value_currency: money.currencyOf(row.plant),
    team: context.estate.teamOf.get(row.team)?.name ?? row.team,
    team_id: row.team,
    status: row.status as ExceptionRow['status'],
    version: row.version,
    assignee: row.assignee,
    snoozed_until: row.snoozed_until,
    acknowledged_at: row.acknowledged_at,
    acknowledge_due: row.acknowledge_due,
    resolve_due: row.resolve_due,
    warn_at: row.warn_at,
    forecast_clock: (forecast?.clock ?? '') as ExceptionRow['forecast_clock'],
    forecast_at: forecast?.expected_at ?? null,
    paused: row.paused,
    asked_by: row.asked_by,
    accept_reason: row.accept_reason,
    accepted_by: row.accepted_by,
    resolution: row.resolution,
    comments: row.comments,
    reopens: row.reopens,
    agreed: row.agreed,
    since: row.since,
    opened_at: row.opened_at,
    closed_at: row.closed_at,
    last_run: row.last_run,
  }
}

/** One line in words: what is wrong with the key. */
export function writeHeadline(row: ExceptionRow): string {
  const item = row.item_name ? `${row.item} ${row.item_name}` : row.item
  const count = (text: string) => writeNumber(Math.abs(Number(text)))
  if (row.class === 'quantity' && row.difference && row.order_no === '')
    return `${row.right_system} has ${count(row.difference)} ${row.unit} ${row.difference.startsWith('-') ? 'less' : 'more'} of ${item} than ${row.left_system}`
  if (row.class === 'not_billed' || row.class === 'overbilled')
    return `${count(row.difference ?? '0')} ${row.unit} of ${item}: ${row.class_title.toLowerCase()}`
  if (row.class === 'short' || row.class === 'over')
    return `${count(row.difference ?? '0')} ${row.unit} of ${item} ${row.class === 'short' ? 'ordered and not received' : 'received and not ordered'}`
  if (row.class.startsWith('missing')) return `${row.class_title}: ${row.key}`
  return `${row.class_title}: ${row.left_system} ${row.left_value}, ${row.right_system} ${row.right_value}`
}

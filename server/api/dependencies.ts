import { createRoute } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { findDependency, judgeCalls, spellingsOf } from './dependency-facts.ts'
import { listWeeks } from './dependency-weeks.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  type DependenciesQuery,
  type DependencyDetail,
  type DependencyList,
  type DependencyRow,
  dependenciesQuery,
  dependencyDetail,
  dependencyList,
  dependencyWeeks,
  weeksQuery,
} from './schemas/dependencies.ts'
import { readScope, type Scope, worstStatus } from './scope.ts'
import { wholeCompared, wholeHours, wholeSteps } from './whole-hours.ts'

export const dependencyRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/dependencies',
        tags: ['dependencies'],
        summary: 'What flows call: latency, errors and throttling against what was agreed',
        middleware: [allow('read')] as const,
        request: { query: dependenciesQuery },
        responses: answers(dependencyList, 'The dependencies called in the scope, and those agreed'),
      }),
      async (c) => c.json(await listDependencies(context, c.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/dependency-weeks',
        tags: ['dependencies'],
        summary: 'Adherence to what was agreed, by ISO week as each plant has it',
        middleware: [allow('read')] as const,
        request: { query: weeksQuery },
        responses: answers(dependencyWeeks, 'The weeks of each dependency'),
      }),
      async (c) => c.json(await listWeeks(context, c.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/dependencies/{dependency}',
        tags: ['dependencies'],
        summary: 'One dependency over time, by plant, by flow and by call',
        middleware: [allow('read')] as const,
        request: {
          params: keyParam('dependency', 'Its name in the estate or in spans'),
          query: dependenciesQuery,
        },
        responses: answers(dependencyDetail, 'The dependency in the scope'),
      }),
      async (c) =>
        c.json(await readDependency(context, c.req.valid('param').dependency, c.req.valid('query')), 200),
    )

/** The range asked for and the one it is compared with, as the queries take them. */
const rangeOf = (scope: Scope, flow: string) => ({
  plants: scope.plants,
  flow,
  from: scope.from,
  to: scope.to,
  previous_from: scope.previousFrom,
  previous_to: scope.previousTo,
})

async function readRows({ estate, store }: ApiContext, scope: Scope, flow: string): Promise<DependencyRow[]> {
  const found = await store.query('dependency_calls', {
    ...rangeOf(scope, flow),
    ...spellingsOf(estate),
    ...wholeCompared(scope),
  })
  const names = new Set([
    ...estate.dependencies.map((one) => one.dependency),
    ...found.filter((row) => !row.is_before).map((row) => row.dependency),
  ])
  return [...names].map((name) => {
    const { identity } = findDependency(estate, name)
    const now = found.find((row) => row.dependency === name && !row.is_before)
    const before = found.find((row) => row.dependency === name && row.is_before)
    return {
      ...identity,
      ...judgeCalls(now ?? { calls: 0, errors: 0, throttled: 0, in_time: 0 }, identity.agreement),
      p50_ms: now?.p50_ms ?? 0,
      p95_ms: now?.p95_ms ?? 0,
      p99_ms: now?.p99_ms ?? 0,
      p95_change: now && before ? (now.p95_ms / before.p95_ms - 1) * 100 : null,
      previous_error_rate: before ? (before.errors / before.calls) * 100 : null,
    }
  })
}

async function listDependencies(context: ApiContext, query: DependenciesQuery): Promise<DependencyList> {
  const scope = readScope(context.estate, query)
  const order = ['breach', 'watch', 'unknown', 'ok']
  const place = (row: DependencyRow) => (row.status === null ? order.length : order.indexOf(row.status))
  const rows = (await readRows(context, scope, query.flow)).sort(
    (a, b) => place(a) - place(b) || b.calls - a.calls,
  )
  return {
    as_of: scope.at.toISOString(),
    from: scope.from.toISOString(),
    to: scope.to.toISOString(),
    sentence: composeListSentence(rows),
    rows,
  }
}

function composeListSentence(rows: DependencyRow[]): DependencyList['sentence'] {
  const called = rows.filter((row) => row.calls > 0)
  const calls = called.reduce((sum, row) => sum + row.calls, 0)
  if (calls === 0)
    return { status: 'unknown', lead: 'Nothing to judge.', rest: 'No call was traced in the range.' }
  const agreed = called.filter((row) => row.status !== null)
  const broken = agreed.filter((row) => row.status === 'breach')
  const throttled = called.reduce((sum, row) => sum + row.throttled, 0)
  const rest = `${writeNumber(calls)} calls to ${called.length} systems, ${writeNumber(throttled)} throttled.`
  const status = worstStatus(agreed.flatMap((row) => row.status ?? []))
  if (agreed.length === 0) return { status: 'unknown', lead: 'Nothing is agreed of what was called.', rest }
  const [worst] = broken
  if (!worst)
    return {
      status,
      lead: `All ${agreed.length} agreements are kept.`,
      rest,
    }
  return {
    status,
    lead: `${broken.length} of ${agreed.length} agreements ${broken.length === 1 ? 'is' : 'are'} not kept.`,
    rest: `${worst.name}: ${describeBreach(worst)} ${rest}`,
  }
}

/** What of an agreement is not kept, in words. */
function describeBreach(row: Pick<DependencyRow, 'agreement' | 'in_time_share' | 'available_share'>): string {
  const { agreement, in_time_share, available_share } = row
  const isSlow = agreement?.latency_ms != null && in_time_share !== null && in_time_share < agreement.within
  return isSlow
    ? `${in_time_share.toFixed(1)} % answered within ${writeAgreed(agreement.latency_ms as number)}, agreed ${agreement.within} %.`
    : `${(available_share ?? 0).toFixed(2)} % without an error, agreed ${agreement?.availability} %.`
}

async function readDependency(
  context: ApiContext,
  name: string,
  query: DependenciesQuery,
): Promise<DependencyDetail> {
  const { estate, store } = context
  const scope = readScope(estate, query)
  const { identity, spellings, limit, agreed } = findDependency(estate, name)
  const range = { ...rangeOf(scope, query.flow), spellings }
  const [rows, cuts, series] = await Promise.all([
    readRows(context, scope, query.flow),
    store.query('dependency_cuts', { ...range, limit, ...wholeHours(scope.from, scope.to) }),
    store.query('dependency_series', {
      ...range,
      step_s: scope.stepSeconds,
      ...wholeSteps(scope.from, scope.to, scope.stepSeconds),
    }),
  ])
  const row = rows.find((one) => one.dependency === identity.dependency)
  if (!row && !agreed) {
    const known = rows.map((one) => one.dependency).join(', ')
    throw new PlumblineError(
      'dependency_unknown',
      `"${name}" is neither called in the range nor a dependency of this estate; expected one of ${known || 'none'}`,
      { status: 404, where: 'dependency' },
    )
  }
  const found = row as DependencyRow
  const judged = cuts.map(({ in_time, ...cut }) => ({
    ...cut,
    ...judgeCalls({ ...cut, in_time }, identity.agreement),
  }))
  return {
    as_of: scope.at.toISOString(),
    from: scope.from.toISOString(),
    to: scope.to.toISOString(),
    ...found,
    sentence: composeSentence(found),
    series: fillSeries(series, scope),
    plants: judged
      .filter((cut) => cut.cut === 'plant')
      .map(({ cut: _, flow: __, caller: ___, name: ____, ...rest }) => rest),
    flows: judged
      .filter((cut) => cut.cut === 'flow')
      .map(({ cut: _, plant: __, caller: ___, name: ____, ...rest }) => rest),
    calls_by: judged
      .filter((cut) => cut.cut === 'call')
      .map(({ cut: _, plant: __, flow: ___, ...rest }) => rest),
  }
}

function composeSentence(row: DependencyRow): DependencyDetail['sentence'] {
  const status = row.status ?? 'unknown'
  if (row.calls === 0) return { status: 'unknown', lead: row.name, rest: 'Not called in the range.' }
  const counts = `${writeNumber(row.calls)} calls, ${writeNumber(row.errors)} failed, ${writeNumber(row.throttled)} throttled.`
  if (row.agreement === null) return { status, lead: row.name, rest: `${counts} Nothing is agreed of it.` }
  return {
    status,
    lead: row.name,
    rest:
      row.status === 'breach'
        ? `does not keep its agreement: ${describeBreach(row)} ${counts}`
        : `keeps its agreement. ${counts}`,
  }
}

/** Every step of the range; one without a call has no latency rather than none. */
function fillSeries(
  rows: {
    at: string
    calls: number
    errors: number
    throttled: number
    p50_ms: number
    p95_ms: number
    p99_ms: number
  }[],
  scope: Scope,
): DependencyDetail['series'] {
  const stepMs = scope.stepSeconds * 1000
  const first = Math.floor(scope.from.getTime() / 1000) * 1000
  const byStep = new Map(rows.map((row) => [Math.round((Date.parse(row.at) - first) / stepMs), row]))
  const count = Math.ceil((scope.to.getTime() - first) / stepMs)
  return Array.from(
    { length: count },
    (_, step) =>
      byStep.get(step) ?? {
        at: new Date(first + step * stepMs).toISOString(),
        calls: 0,
        errors: 0,
        throttled: 0,
        p50_ms: null,
        p95_ms: null,
        p99_ms: null,
      },
  )
}

/** What was agreed is said as it was, not rounded to whole seconds. */
const writeAgreed = (ms: number) => (ms > 1_000 && ms < 60_000 ? `${ms / 1_000} s` : writeDuration(ms))

import { createRoute } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { readHeld } from '../core/disk.ts'
import { PlumblineError } from '../core/errors.ts'
import { readReplayAddress } from '../core/replay-address.ts'
import { expectCaseNumber } from '../core/row-number.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  type CaseReplays,
  caseReplays,
  type ItemState,
  itemQuery,
  type ReplayDetail,
  type ReplayList,
  type ReplayState,
  replayAsk,
  replayDetail,
  replayList,
  replayQuery,
} from './schemas/replays.ts'

const number = keyParam('replay', 'The number of the replay')
const acts = {
  approve: 'Approve a replay that is larger than one person may send',
  begin: 'Let a replay begin: what was frozen is sent',
  cancel: 'Call a replay off; what is not sent yet is not sent any more',
} as const

/** Replays: integrations asked to send messages again, until what was missing has come. */
export const replayRoutes = (context: ApiContext, allow: Access) => {
  const actRoute = <Act extends keyof typeof acts>(act: Act) =>
    createRoute({
      method: 'post',
      path: `/api/replays/{replay}/${act}` as const,
      tags: ['replays'],
      summary: acts[act],
      middleware: [allow(act === 'approve' ? 'approve' : 'work')] as const,
      request: { params: number },
      responses: answers(replayDetail, 'The replay as it stands now'),
    })
  const readNow = (replay: string) => readReplay(context, replay, { limit: 100, offset: 0 })
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/replays',
        tags: ['replays'],
        summary: 'Replays, newest first, with what became of their items',
        middleware: [allow('read')] as const,
        request: { query: replayQuery },
        responses: answers(replayList, 'Replays'),
      }),
      async (c) => {
        const { case: of, limit, offset } = c.req.valid('query')
        return c.json(await listReplays(context, String(of), limit, offset), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/replays',
        tags: ['replays'],
        summary: 'Freeze a selection: what would be sent again, and what is left out; sends nothing',
        middleware: [allow('work')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: replayAsk } } } },
        responses: answers(replayDetail, 'The replay, with nothing sent'),
      }),
      async (c) => {
        const { flow, reason, ...selection } = c.req.valid('json')
        const actor = actorOf(c.req)
        return c.json(await readNow(await context.replays.freeze({ flow, selection, actor, reason })), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/replays/{replay}',
        tags: ['replays'],
        summary: 'One replay with its steps and items',
        middleware: [allow('read')] as const,
        request: { params: number, query: itemQuery },
        responses: answers(replayDetail, 'The replay'),
      }),
      async (c) => c.json(await readReplay(context, c.req.valid('param').replay, c.req.valid('query')), 200),
    )
    .openapi(actRoute('approve'), async (c) => {
      const { replay } = c.req.valid('param')
      await context.replays.approve(replay, actorOf(c.req))
      return c.json(await readNow(replay), 200)
    })
    .openapi(actRoute('begin'), async (c) => {
      const { replay } = c.req.valid('param')
      await context.replays.begin(replay, actorOf(c.req))
      return c.json(await readNow(replay), 200)
    })
    .openapi(actRoute('cancel'), async (c) => {
      const { replay } = c.req.valid('param')
      await context.replays.cancel(replay, actorOf(c.req))
      return c.json(await readNow(replay), 200)
    })
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/exceptions/{number}/replays',
        tags: ['replays'],
        summary: 'The replays a case was part of, newest first, and what became of it in each',
        middleware: [allow('read')] as const,
        request: { params: keyParam('number', 'The number of the case') },
        responses: answers(caseReplays, 'Its replays'),
      }),
      async (c) => c.json(await readCaseReplays(context, c.req.valid('param').number), 200),
    )
}

/** The causes that open cases have, those of most cases first; '' stands for those of which none is known. */
function countCauses({ causes }: ApiContext, rows: readonly QueryRow['replay_causes'][]) {
  const names = [...new Set(rows.map((row) => row.cause))]
  return names
    .map((cause) => ({
      cause,
      title: causes.find((each) => each.cause === cause)?.title ?? cause,
      cases: rows.filter((row) => row.cause === cause).reduce((sum, row) => sum + row.cases, 0),
    }))
    .sort((a, b) => b.cases - a.cases)
}

type Row = QueryRow['replay_list']
type Decided = { replay: string; act: string }

async function listReplays(
  context: ApiContext,
  of: string,
  limit: number,
  offset: number,
): Promise<ReplayList> {
  const { store, estate, checks } = context
  const flowOf = new Map(checks.map((check) => [check.check, check.flow]))
  const [rows, causes] = await Promise.all([
    store.query('replay_list', { number: of, replay: '0', limit, offset }),
    store.query('replay_causes', { plants: [...estate.plantOf.keys()] }),
  ])
  const steps = await store.query('replay_steps_of', { replays: rows.map((row) => Number(row.replay)) })
  return {
    as_of: new Date().toISOString(),
    total: rows[0]?.replays ?? 0,
    flows: estate.flows.flatMap(({ flow, name, replay }) =>
      replay
        ? [
            {
              flow,
              name,
              missing: readReplayAddress(replay).missing ?? '',
              causes: countCauses(
                context,
                causes.filter((row) => flowOf.get(row.check) === flow),
              ),
            },
          ]
        : [],
    ),
    held: await readHeld(context.gauges),
    rows: rows.map((row) => describe(context, row, steps)),
  }
}

async function readReplay(
  context: ApiContext,
  replay: string,
  query: { state?: ItemState | undefined; limit: number; offset: number },
): Promise<ReplayDetail> {
  const { store, estate, checks } = context
  const [row] = /^[1-9]\d{0,17}$/.test(replay)
    ? await store.query('replay_list', { number: '0', replay, limit: 1, offset: 0 })
    : []
  if (!row)
    throw new PlumblineError('replay_unknown', `There is no replay ${replay}`, {
      status: 404,
      where: 'replay',
      mend: 'Look it up in the list of replays.',
    })
  const [steps, items] = await Promise.all([
    store.query('replay_steps_of', { replays: [Number(replay)] }),
    store.query('replay_items_of', { ...query, state: query.state ?? '', replay }),
  ])
  const endpoint = estate.flowOf.get(row.flow)?.replay
  return {
    as_of: new Date().toISOString(),
    ...describe(context, row, steps),
    approve_above: row.approve_above,
    verify_within_s: (endpoint?.verify_within ?? 0) / 1000,
    endpoint: endpoint?.url ?? (endpoint ? `the address in ${endpoint.url_from}` : 'none any more'),
    held: await readHeld(context.gauges),
    steps: steps.map(({ act, actor, at }) => ({ act: act as 'approved', actor, at })),
    items_total: items[0]?.total ?? 0,
    items: items.map(({ total: _, number: of, check, class: name, ...item }) => ({
      ...item,
      case: of === '0' ? null : Number(of),
      class_title: checks.find((each) => each.check === check)?.classes[name] ?? name,
      expected: item.expected.map((system) => estate.systemOf.get(system)?.name ?? system),
      state: item.state as ItemState,
      asked_at: item.times > 0 ? item.asked_at : null,
      at: item.times > 0 ? item.at : null,
    })),
  }
}

async function readCaseReplays({ store, estate, checks }: ApiContext, of: string): Promise<CaseReplays> {
  expectCaseNumber(of)
  const [[row], rows] = await Promise.all([
    store.query('exception', { number: of }),
    store.query('replay_of_case', { number: of }),
  ])
  const flow = checks.find((check) => check.check === row?.check)?.flow ?? ''
  const endpoint = estate.flowOf.get(flow)?.replay
  return {
    flow: endpoint ? flow : null,
    missing: (endpoint && readReplayAddress(endpoint).missing) ?? '',
    rows: rows.map(({ flow: _, item: __, times, ...each }) => ({
      ...each,
      state: each.state as ItemState,
      asked_at: times > 0 ? each.asked_at : null,
      at: times > 0 ? each.at : null,
    })),
  }
}

function describe(context: ApiContext, row: Row, steps: readonly Decided[]) {
  const { estate } = context
  const { replay, flow, actor, reason, at, total, left_out, to_send } = row
  const { waiting, sent, refused, unverified, verified, cancelled } = row
  return {
    replay,
    flow,
    flow_name: estate.flowOf.get(flow)?.name ?? flow,
    state: stateOf(
      row,
      steps.filter((step) => step.replay === replay),
    ),
    made_at: at,
    actor,
    reason,
    selection: describeSelection(context, row.selection),
    counts: { total, left_out, to_send, waiting, sent, refused, unverified, verified, cancelled },
  }
}

function stateOf(row: Row, steps: readonly Decided[]): ReplayState {
  const did = (act: string) => steps.some((step) => step.act === act)
  if (did('cancelled')) return 'cancelled'
  if (!did('begun')) return row.to_send > row.approve_above && !did('approved') ? 'approval' : 'frozen'
  if (row.waiting > 0) return 'sending'
  if (row.sent > 0) return 'sent'
  return row.verified === row.to_send ? 'verified' : 'unverified'
}

/** What was asked for, in words; what it came to are the items. */
function describeSelection({ causes }: ApiContext, text: string): string {
  const { cases, filter, keys } = JSON.parse(text) as {
    cases?: number[]
    filter?: Record<string, string>
    keys?: object[]
  }
  if (cases) return cases.length === 1 ? `EX-${cases[0]}` : `${cases.length} cases`
  if (keys) return keys.length === 1 ? '1 key' : `${keys.length} keys`
  const titleOf = (name: string, value: string) =>
    name === 'cause' ? `“${causes.find((each) => each.cause === value)?.title ?? value}”` : value
  const named = Object.entries(filter ?? {}).filter(([, value]) => value !== '')
  return named.length === 0
    ? 'all open cases'
    : `open cases with ${named.map(([name, value]) => `${name} ${titleOf(name, value)}`).join(', ')}`
}

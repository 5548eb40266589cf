import { createRoute } from '@hono/zod-openapi'
import { sumDecimals } from '../core/decimal.ts'
import { PlumblineError } from '../core/errors.ts'
import { writeMoney, writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { type KeyState, readKeyStates } from './key-states.ts'
import { type MoneyName, readMoney } from './money.ts'
import { answers, createRouter, keyParam } from './router.ts'
import type { TimelineEntry } from './schemas/exceptions.ts'
import { type KeyStory, keyKinds, keyQuery, keyStory } from './schemas/keys.ts'
import { findStageHole, readTimeline } from './timeline.ts'

const mostEntries = 40
const kindWords: Record<KeyStory['kind'], string> = {
  order: 'Order',
  shipment: 'Delivery',
  invoice: 'Invoice',
  movement: 'Movement',
  item: 'Item',
  lot: 'Lot',
  partner: 'Partner',
  key: 'Key',
}

export const keyRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/keys/{key}',
      tags: ['search'],
      summary:
        'The story of a business key: events, states with versions, traces, variances and cases across the systems',
      middleware: [allow('read')] as const,
      request: {
        params: keyParam('key', 'The number of an order, document, item, lot or partner'),
        query: keyQuery,
      },
      responses: answers(keyStory, 'The story'),
    }),
    async (c) => c.json(await readKey(context, c.req.valid('param').key, c.req.valid('query')), 200),
  )

async function readKey(
  context: ApiContext,
  key: string,
  { plant: asked = '', currency }: { plant?: string | undefined; currency: MoneyName },
): Promise<KeyStory> {
  const { store, estate } = context
  const places = await store.query('key_places', { key, plants: [...estate.plantOf.keys()] })
  const foundOf = new Map<string, number>()
  for (const { plant, found } of places) foundOf.set(plant, (foundOf.get(plant) ?? 0) + found)
  const plants = [...foundOf].sort((a, b) => b[1] - a[1])
  const plant = asked !== '' && foundOf.has(asked) ? asked : plants[0]?.[0]
  if (plant === undefined)
    throw new PlumblineError('key_unknown', `Nothing is known of "${key}"`, {
      status: 404,
      where: 'key',
      mend: 'Search for a part of it.',
    })
  const [states, cases, traces] = await Promise.all([
    readKeyStates(context, plant, key),
    store.query('cases_of_key', { plant, key, limit: 20 }),
    store.query('traces_of_key', { plant, key, limit: 20 }),
  ])
  const events = await readTimeline(
    context,
    plant,
    key,
    states.map(({ event_id, occurred_at }) => ({ occurred_at, mark: { event_id } })),
  )
  const said = places.find((place) => place.plant === plant)?.kind
  const kind = keyKinds.find((known) => known === said) ?? 'key'
  const entries = [
    ...events,
    ...listStatements(states, events),
    // an item or a partner has the events of many orders, and no next stage
    ...(kind === 'order' || kind === 'key' ? findStageHole(context, { plant, order_no: key }, events) : []),
    ...cases.flatMap((row) => listCaseSteps(context, row)),
  ].sort((a, b) => a.at.localeCompare(b.at))
  const open = cases.filter((row) => row.state === 'open')
  const money = readMoney(estate, [plant], currency)
  return {
    as_of: new Date().toISOString(),
    key,
    kind,
    plant,
    time_zone: estate.plantOf.get(plant)?.time_zone ?? 'UTC',
    currency: money.currency,
    plants: plants.map(([code, found]) => ({
      plant: code,
      name: estate.plantOf.get(code)?.name ?? code,
      found,
    })),
    ...writeLead(context, key, kind, plant, {
      currency: money.currency,
      systems: new Set([...events, ...states].map(({ system }) => system)).size,
      events: events.length,
      open: open.length,
      amount: sumDecimals(open.map(money.pick)),
      missing: entries.find((entry) => entry.missing),
    }),
    timeline: entries.slice(-mostEntries),
    is_cut: entries.length > mostEntries,
    states: states.map(({ event_id: _, ...state }) => state),
    cases: cases.map(
      ({
        total: _,
        check,
        class: cls,
        team,
        assignee,
        status: _status,
        plant: _plant,
        item: _item,
        order_no: _order,
        amount_reporting,
        amount_plant,
        ...row
      }) => {
        const known = context.checks.find((candidate) => candidate.check === check)
        return {
          ...row,
          number: Number(row.number),
          amount: money.pick({ amount_reporting, amount_plant }),
          currency: money.currency,
          severity: row.severity as KeyStory['cases'][number]['severity'],
          check_title: known?.title ?? check,
          class_title: known?.classes[cls] ?? cls,
          owner: assignee || (estate.teamOf.get(team)?.name ?? team),
        }
      },
    ),
    cases_total: cases[0]?.total ?? 0,
    traces,
  }
}

/** What systems stated outside of events: files carry no events, yet they tell. */
function listStatements(states: KeyState[], events: TimelineEntry[]): TimelineEntry[] {
  const told = new Set(events.map((event) => event.event_id))
  return states
    .filter((state) => !told.has(state.event_id))
    .map((state) => ({
      at: state.occurred_at,
      system: state.system,
      system_name: state.system_name,
      stage: '',
      title: `${state.title} v${state.version}`,
      detail: state.line,
      event_id: state.event_id,
      trace_id: state.trace_id,
      data: '',
      data_left_out: 0,
      missing: false,
    }))
}

/** A case opens, and closes, in a lane of its own. */
function listCaseSteps(
  context: ApiContext,
  row: { number: string; check: string; class: string; opened_at: string; closed_at: string | null },
): TimelineEntry[] {
  const known = context.checks.find((candidate) => candidate.check === row.check)
  const entry = (at: string, word: string): TimelineEntry => ({
    at,
    system: '',
    system_name: 'Cases',
    stage: '',
    title: `EX-${row.number} ${word}`,
    detail: known?.classes[row.class] ?? row.class,
    event_id: '',
    trace_id: '',
    data: '',
    data_left_out: 0,
    missing: false,
    href: `/exceptions/${row.number}`,
  })
  return [entry(row.opened_at, 'opened'), ...(row.closed_at ? [entry(row.closed_at, 'closed')] : [])]
}

function writeLead(
  { estate }: ApiContext,
  key: string,
  kind: KeyStory['kind'],
  plant: string,
  facts: {
    systems: number
    events: number
    open: number
    amount: string
    currency: string
    missing: TimelineEntry | undefined
  },
): { lead: string; rest: string } {
  const { systems, events, open, amount, currency, missing } = facts
  const plural = (count: number, noun: string) => `${writeNumber(count)} ${noun}${count === 1 ? '' : 's'}`
  const trouble =
    open > 0
      ? `${plural(open, 'open exception')}, ${writeMoney(amount, currency)} at risk.`
      : 'No open exception.'
  return {
    lead: `${kindWords[kind]} ${key}`,
    rest: `${estate.plantOf.get(plant)?.name ?? plant}: known to ${plural(systems, 'system')} by ${plural(events, 'event')}. ${missing ? `${missing.title}. ` : ''}${trouble}`,
  }
}

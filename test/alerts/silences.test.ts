import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Alerting, createAlerting } from '../../reconcilers/alerts/alerting.ts'
import { listMaintenance } from '../../reconcilers/alerts/maintenance.ts'
import type { AlertDetail, AlertList, SilenceList, SilencePreview } from '../../server/api/schemas/alerts.ts'
import type { Estate } from '../../server/core/estate.ts'
import { alerting as alertingSchema } from '../../server/core/estate-alerting-schema.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { asLoad } from '../support/as-load.ts'
import { diskWith } from '../support/disk.ts'
import { scenarioEstate } from '../support/scenario.ts'

// From facts in the engine to what is written for receivers, through restarts, silences and acknowledgements.
const minute = 60_000
const base = scenarioEstate(
  `flows:
  - { flow: otc, name: Order to cash, tier: 1, owner: ops, stages: [{ stage: ordered, name: Ordered, role: crm, event: crm.ordered }, { stage: shipped, name: Shipped, role: wms, event: wms.shipped, handoff: { name: Ship, objective: 10m } }] }`,
  ['masters'],
)
// planned for a day that is not near, whenever this runs
const farDay = ['wed', 'thu', 'fri', 'sat', 'sun', 'mon', 'tue'][new Date().getUTCDay()] as string
// receivers are only names here: who delivers is another's matter
const estate: Estate = {
  ...base,
  // sources are complete far ahead, so that nobody waits for them
  allowed_skew: 3 * 60 * minute,
  alerting: alertingSchema.parse({
    conditions: {
      backlog: { depth: 3, for: '0s', clear_after: '0s' },
      burn_rate: { enabled: false },
    },
    route: { receivers: ['desk'], group_by: ['condition', 'plant'], wait: '0s', interval: '0s' },
    heartbeat: { receiver: 'switch', every: '1m' },
    maintenance: [
      {
        reason: 'stocktaking',
        match: { plant: 'SHF' },
        weekly: { days: [farDay], at: '22:00', lasts: '4h' },
      },
    ],
  }),
}

let app: TestApp
// the clock of the evaluations begins at ours and is moved on by hand
let clock = Date.now()
const begun = clock
beforeAll(async () => {
  app = await openApp(estate)
  await app.world.store.insert('estate_handoffs', [
    {
      loaded_at: new Date().toISOString(),
      flow: 'otc',
      position: 0,
      handoff: 'ordered-shipped',
      from_stage: 'ordered',
      to_stage: 'shipped',
      later_stages: [],
      objective_ms: 10 * minute,
    },
  ])
  const said_at = new Date(begun).toISOString()
  // complete far ahead: what is watched here is not how old the sources are
  await app.world.store.insert(
    'watermarks',
    ['erp', 'crm', 'wms'].flatMap((source) =>
      ['HAM', 'SHF'].map((plant) => ({
        source,
        system: source,
        plant,
        complete_to: new Date(begun + 90 * minute).toISOString(),
        received_at: said_at,
        load_seq: 1,
      })),
    ),
  )
})
afterAll(() => app.close())

/** A process that watches, on the same store. */
const start = (): Alerting =>
  createAlerting({
    estate,
    store: app.world.store,
    checks: [],
    gauges: {
      spool: () => ({ waiting_bytes: 0, oldest_s: 0, limit_bytes: 1000, refusing: '' }),
      disk: async () => diskWith(500),
    },
  })
let keys = 0
/** Three keys wait for long in a plant; resolves with what lets them arrive. */
async function wait(plant: string): Promise<() => Promise<void>> {
  const rows = Array.from({ length: 3 }, () => ({ plant, flow: 'otc', key: `k${++keys}`, trace_id: '' }))
  const reach = (stage: string, at: number) =>
    asLoad(app.world.store, (load_seq) =>
      app.world.store.insert(
        'flow_progress',
        rows.map((row) => ({ ...row, stage, reached_at: new Date(at).toISOString(), load_seq })),
      ),
    )
  await reach('ordered', begun - 20 * minute)
  return () => reach('shipped', clock)
}
/** Judges a minute later; what was written for the desk since the last time. */
let read = 0
async function next(alerting: Alerting): Promise<string[]> {
  clock += minute
  await alerting.evaluate(new Date(clock))
  const rows = await app.world.store.rows<{ status: string; plants: string[] }>(
    `SELECT toString(status) AS status, arrayMap(each -> concat(JSONExtractString(each, 'plant'), ' ', JSONExtractString(each, 'status')), JSONExtractArrayRaw(body, 'alerts')) AS plants FROM notifications FINAL WHERE receiver = 'desk' ORDER BY sequence`,
  )
  const fresh = rows.slice(read).map((row) => row.plants.join(', '))
  read = rows.length
  return fresh
}
const post = <Body>(path: string, body?: unknown) =>
  app.askJson<Body>(path, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
const list = async (query = '') => (await app.askJson<AlertList>(`/api/alerts${query}`)).body

test('a process that dies between firing and resolved: the next goes on, says it once, and numbers on', async () => {
  const arrive = await wait('HAM')
  const first = start()
  expect(await next(first)).toEqual(['HAM firing'])
  expect(await next(first)).toEqual([])
  expect(await next(start()), 'a restart repeats nothing').toEqual([])
  await arrive()
  const last = start()
  expect(await next(last)).toEqual(['HAM resolved'])
  expect(await next(start())).toEqual([])
  const numbers = await app.world.store.rows<{ receiver: string; numbers: string[] }>(
    'SELECT receiver, groupArray(toString(sequence)) AS numbers FROM (SELECT * FROM notifications ORDER BY receiver, sequence) GROUP BY receiver ORDER BY receiver',
  )
  expect(numbers.find(({ receiver }) => receiver === 'desk')?.numbers).toEqual(['1', '2'])
  expect(numbers.find(({ receiver }) => receiver === 'switch')?.numbers).toEqual(['1', '2', '3', '4', '5'])
})

test('what cannot be written is written later, once, and nothing is lost', async () => {
  const arrive = await wait('SHF')
  const { store } = app.world
  const alerting = start()
  const insert = store.insert.bind(store)
  store.insert = (table, ...rest) =>
    table === 'notifications'
      ? // it got there, and nobody heard that it did
        insert(table, ...rest).then(() => Promise.reject(new Error('the connection broke')))
      : insert(table, ...rest)
  clock += minute
  await expect(alerting.evaluate(new Date(clock))).rejects.toThrow('the connection broke')
  store.insert = insert
  expect(await next(alerting)).toEqual(['SHF firing'])
  await arrive()
  expect(await next(alerting)).toEqual(['SHF resolved'])
})

describe('by the API', () => {
  let arrive: () => Promise<void>

  test('what fires is listed, with where it is, what it is about and who was told', async () => {
    arrive = await wait('HAM')
    expect(await next(app.alerting)).toEqual(['HAM firing'])
    const { rows, counts, evaluated_at } = await list()
    expect(counts.firing).toBe(1)
    expect(evaluated_at).toBe(new Date(clock).toISOString())
    expect(rows[0]).toMatchObject({
      status: 'firing',
      severity: 'ticket',
      condition: 'backlog',
      plant: 'HAM',
      title: 'Ship, Hamburg: 3 wait over the objective',
      orders: 3,
      path: '/flows/otc?plant=HAM#handoff-ordered-shipped',
      told: [{ receiver: 'desk' }],
      quiet: null,
    })
    expect((await list('?plant=SHF')).rows).toEqual([])
    expect((await list('?status=resolved')).rows.map((row) => row.plant)).toContain('SHF')
  })

  test('acknowledged once, by name; whoever heard of it hears that too', async () => {
    const fingerprint = (await list()).rows[0]?.fingerprint
    const answer = await post<AlertDetail>(`/api/alerts/${fingerprint}/acknowledge`, { reason: 'on it' })
    expect(answer.status).toBe(200)
    expect(answer.body.alert).toMatchObject({ status: 'acknowledged', acknowledged_by: 'operator' })
    expect((await post(`/api/alerts/${fingerprint}/acknowledge`)).status, 'again is no error').toBe(200)
    expect(await next(app.alerting)).toEqual(['HAM acknowledged'])
    const { body } = await app.askJson<AlertDetail>(`/api/alerts/${fingerprint}`)
    expect(body.steps.map((step) => `${step.act} ${step.actor} ${step.reason}`).slice(0, 2)).toEqual([
      'acknowledged operator on it',
      'firing plumbline ',
    ])
    expect(body.notified.map((each) => `${each.receiver} ${each.status}`).slice(0, 2)).toEqual([
      'desk acknowledged',
      'desk firing',
    ])
  })

  test('a silence: seen before, kept, ended; what is over is told through it', async () => {
    const matcher = { plant: 'HAM', condition: ['backlog', 'disk'] }
    const preview = await post<SilencePreview>('/api/silences/preview', { matcher })
    expect(preview.body.matches).toBe('condition backlog or disk, plant HAM')
    expect(preview.body.rows.map((row) => row.plant)).toEqual(['HAM'])
    const to = new Date(begun + 60 * minute).toISOString()
    const made = await post<SilenceList>('/api/silences', { matcher, to, reason: 'stocktaking' })
    expect(made.status).toBe(200)
    const silence = made.body.rows.find((row) => row.kind === 'silence')
    expect(silence).toMatchObject({
      state: 'active',
      alerts: 1,
      reason: 'stocktaking',
      to,
      actor: 'operator',
    })

    expect((await list()).rows[0]?.quiet).toEqual({ by: 'silence', id: silence?.id, reason: 'stocktaking' })
    await arrive()
    expect(await next(app.alerting), 'whoever saw it fire hears the end').toEqual(['HAM resolved'])
    arrive = await wait('HAM')
    expect(await next(app.alerting), 'it begins again in silence').toEqual([])
    const ended = await post<SilenceList>(`/api/silences/${silence?.id}/end`)
    expect(ended.body.rows.find((row) => row.id === silence?.id)).toMatchObject({ state: 'ended', alerts: 0 })
    expect(await next(app.alerting)).toEqual(['HAM firing'])
    await arrive()
    expect(await next(app.alerting)).toEqual(['HAM resolved'])
  })

  test('what cannot be is refused, in words', async () => {
    const past = await post<{ error: { code: string } }>('/api/silences', {
      matcher: {},
      to: new Date(begun - minute).toISOString(),
      reason: 'late',
    })
    expect([past.status, past.body.error.code]).toEqual([400, 'silence_time'])
    const misspelt = { matcher: { plnt: 'HAM' }, to: new Date(begun + minute).toISOString(), reason: 'x' }
    expect((await post('/api/silences', misspelt)).status, 'a misspelt label would silence everything').toBe(
      400,
    )
    expect((await post('/api/silences/none/end')).status).toBe(404)
    expect((await app.ask('/api/alerts/none')).status).toBe(404)
    const over = (await list('?status=resolved')).rows[0]?.fingerprint
    expect((await post(`/api/alerts/${over}/acknowledge`)).status).toBe(409)
  })

  test('who may only read neither silences nor acknowledges', async () => {
    const locked = app.lock({ read: 'r', operate: 'o', ingest: 'i' })
    const as = (token: string, path: string, method = 'POST') =>
      locked.ask(path, { method, headers: { authorization: `Bearer ${token}` } }).then((each) => each.status)
    expect(await as('r', '/api/alerts', 'GET')).toBe(200)
    expect(await as('r', '/api/alerts/x/acknowledge')).toBe(403)
    expect(await as('r', '/api/silences')).toBe(403)
    expect(await as('r', '/api/silences/x/end')).toBe(403)
  })

  test('planned maintenance is listed before it begins', async () => {
    const { rows } = (await app.askJson<SilenceList>('/api/silences')).body
    const planned = rows.filter((row) => row.kind === 'maintenance')
    expect(planned.length).toBeGreaterThanOrEqual(2)
    expect(planned[0]).toMatchObject({ matches: 'plant SHF', reason: 'stocktaking', actor: 'estate' })
  })
})

test('maintenance keeps to the clock of its zone, through the night and the change of the hour', () => {
  const [window] = alertingSchema.parse({
    maintenance: [
      {
        reason: 'patching',
        weekly: { days: ['sat'], at: '22:00', lasts: '6h', time_zone: 'Europe/Berlin' },
      },
    ],
  }).maintenance
  const windows = listMaintenance([window as never], Date.parse('2026-10-20Z'), Date.parse('2026-11-03Z'))
  expect(windows.map((each) => [each.from, each.to].map((at) => new Date(at).toISOString()))).toEqual([
    ['2026-10-24T20:00:00.000Z', '2026-10-25T02:00:00.000Z'],
    ['2026-10-31T21:00:00.000Z', '2026-11-01T03:00:00.000Z'],
  ])
})

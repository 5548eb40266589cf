import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { openFrontDoor } from '../../collectors/http/door.ts'
import { ingestRoutes } from '../../collectors/http/routes.ts'
import { type Sources, startSources } from '../../collectors/sources/index.ts'
import { openPush } from '../../collectors/sources/push/push.ts'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { type Alerting, createAlerting } from '../../reconcilers/alerts/alerting.ts'
import { createDelivery } from '../../reconcilers/alerts/delivery.ts'
import { createOutgoing } from '../../reconcilers/alerts/outgoing.ts'
import { loadCauses } from '../../reconcilers/cause.ts'
import { createCorrections } from '../../reconcilers/replay/corrections.ts'
import { createReplays } from '../../reconcilers/replay/replays.ts'
import type { RunOptions } from '../../reconcilers/runner.ts'
import { createSubjects } from '../../reconcilers/subjects/subjects.ts'
import { subjectTrail } from '../../server/access/audit-redact.ts'
import { type AccessDesk, openAccessDesk } from '../../server/access/desk.ts'
import { createApp } from '../../server/api/app.ts'
import type { ApiContext } from '../../server/api/context.ts'
import { createForecastShelf, type ForecastShelf } from '../../server/api/forecast-shelf.ts'
import { type Recogniser, recogniseTokens } from '../../server/api/recognise.ts'
import { recognisePeople } from '../../server/api/recognise-people.ts'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import { type Bus, createBus } from '../../server/core/bus.ts'
import { createFinish } from '../../server/core/case-finish.ts'
import { readHeld } from '../../server/core/disk.ts'
import { readReceivers } from '../../server/core/estate-receivers-secrets.ts'
import type { Store } from '../../sql/store.ts'
import { watchRoom } from './disk.ts'
import { openScenario, type Scenario, scenarioEstate } from './scenario.ts'

/** The flow of the estate that is opened when no other is named. */
export const flows = `
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: crm.ordered }
      - { stage: shipped, name: Shipped, role: wms, event: wms.shipped, handoff: { name: Ship, objective: 4h } }`

/** How often what is under way is looked at. Each look costs the engine some statements. */
const beatMs = 200

type Tokens = Parameters<typeof recogniseTokens>[0]
export type Asker = {
  /** The routes themselves, for who lists them */
  routes: Hono
  fetch(request: Request): Response | Promise<Response>
  /** Asks for a path on localhost, or for a whole address. */
  ask(address: string, init?: RequestInit): Promise<Response>
  /** The same, with the answer read as JSON. */
  askJson<Body>(
    address: string,
    init?: RequestInit,
  ): Promise<{ status: number; headers: Headers; body: Body }>
}
export type TestApp = Asker & {
  world: Scenario
  bus: Bus
  forecasts: ForecastShelf
  alerting: Alerting
  access: AccessDesk
  /** Only where it is live */
  sources: Sources | undefined
  /** The disk that the server is told it writes to: 2 GB, of which so much is free */
  disk: Awaited<ReturnType<typeof watchRoom>>
  /** The same server with tokens set; a process can have only one store open. */
  lock(tokens: Tokens, change?: (store: Store) => Store): Asker
  /** Ends what works on replays and requests about people, as if the process died; whoever starts it begins with what the store has. */
  stopWork(): Promise<void>
  startWork(): Promise<void>
  /** Resolves when what was sent to the front door is in the store, where it is loaded at all. */
  drain(): Promise<void>
  close(): Promise<void>
}

/** The whole server on a store of its own, as server/start.ts puts it together, without a port and without tokens. */
export async function openApp(
  estate = scenarioEstate(flows),
  /** also what runs by itself: what is sent to the front door is loaded, and what people send again is followed */
  {
    isLive = false,
    seeksCauses = false,
  }: {
    isLive?: boolean
    /** of the cases that runs open: to seek takes the engine longer than to judge */
    seeksCauses?: boolean
  } = {},
): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-app-'))
  const bus = createBus(20)
  const causes = loadCauses()
  const world = await openScenario(estate, () => bus.tell('runs'), seeksCauses ? causes : [])
  const disk = await watchRoom()
  const spool = await openSpool({ folder: join(folder, 'spool'), disk })
  const { runner, store } = world
  const push = await openPush({ estate, store, spool, folder: join(folder, 'pushed') })
  const carriers = { deliveries: push.carry }
  const loader = isLive
    ? startLoader({ store, spool, estate, carriers, onLoaded: () => undefined })
    : undefined
  const sources =
    loader &&
    startSources({ estate, store, queue: loader, folder: join(folder, 'pulls'), push, disk, settleMs: 0 })
  const gauges = {
    spool: () => ({ ...spool.stats(), limit_bytes: 2 ** 30 }),
    disk: async () => disk.state(),
  }
  const door = openFrontDoor({ estate, store, spool })
  const corrections = createCorrections({ store, door, bus, beatMs })
  const outgoing = createOutgoing()
  const openReplays = () =>
    createReplays({
      store,
      estate,
      checks: runner.checks,
      bus,
      post: outgoing.post,
      held: () => readHeld(gauges),
      beatMs,
      retryMs: 200,
    })
  let replays = openReplays()
  if (isLive) await corrections.start()
  if (isLive) await replays.start()
  const { checks } = runner
  const alerting = createAlerting({
    estate,
    store: world.store,
    checks: world.runner.checks,
    gauges,
    onChange: () => bus.tell('alerts'),
    onTold: () => delivery.wake(),
  })
  const delivery = await createDelivery({
    estate,
    store,
    receivers: readReceivers(estate.receivers),
    outbox: alerting.outbox,
    baseUrl: () => 'http://localhost',
    onStep: () => bus.tell('alerts'),
  })
  delivery.start()
  const access = await openAccessDesk({ estate, store, signingKey: 'a key for tests, 32 letters long' })
  const openSubjects = () =>
    createSubjects({
      store,
      estate,
      checks,
      bus,
      finish: createFinish(estate, checks),
      spool: gauges.spool,
      alone: runner.alone,
      beatMs,
      ...subjectTrail(() => access),
    })
  let subjects = openSubjects()
  if (isLive) await subjects.start()
  const context = {
    estate,
    access,
    subjects: {
      ask: (...given) => subjects.ask(...given),
      list: () => subjects.list(),
      read: (request) => subjects.read(request),
      export: (request) => subjects.export(request),
      confirm: (...given) => subjects.confirm(...given),
      withdraw: (...given) => subjects.withdraw(...given),
    } satisfies ApiContext['subjects'],
    store: world.store,
    checks,
    causes,
    bus,
    demo: false,
    startedAt: new Date(),
    runCheck: (name: string, options: RunOptions) => {
      const check = checks.find((candidate) => candidate.check === name)
      if (!check) throw new Error(`no check ${name}`)
      return runner.run([check], options)
    },
    rerun: runner.rerun,
    nextRun: () => null,
    finishCase: createFinish(estate, checks),
    forecasts: createForecastShelf(store),
    corrections,
    replays: {
      freeze: (ask) => replays.freeze(ask),
      approve: (replay, actor) => replays.approve(replay, actor),
      begin: (replay, actor) => replays.begin(replay, actor),
      cancel: (replay, actor) => replays.cancel(replay, actor),
    } satisfies ApiContext['replays'],
    spool: spool.stats,
    gauges,
    pulled: sources ?? { list: () => [], act: async () => undefined },
    alerts: alerting.desk,
    delivery,
    writeMetrics: async () => '',
  }
  const openTo = (recogniser: Recogniser, change = (given: Store) => given): Asker => {
    const app = createApp({ ...context, store: change(store) }, recogniser, (guard) =>
      ingestRoutes({ estate, spool, push, guard }),
    )
    return {
      routes: app,
      fetch: app.fetch,
      ask: async (address, init) => app.request(address, init),
      askJson: async (address, init) => {
        const response = await app.request(address, init)
        return { status: response.status, headers: response.headers, body: await response.json() }
      },
    }
  }
  const signsIn = estate.access.sign_in !== undefined
  const lock: TestApp['lock'] = (tokens, change) =>
    openTo(recognisePeople(access, estate, recogniseTokens(tokens, signsIn)), change)
  return {
    ...lock({ read: '', operate: '', ingest: '' }),
    world,
    bus,
    forecasts: context.forecasts,
    alerting,
    access,
    sources,
    disk,
    lock,
    stopWork: async () => {
      await replays.stop()
      await subjects.stop()
    },
    startWork: async () => {
      replays = openReplays()
      await replays.start()
      subjects = openSubjects()
      await subjects.start()
    },
    drain: async () => loader?.drain(['events', 'deliveries']),
    close: async () => {
      await sources?.stop()
      await access.close()
      await alerting.stop()
      await delivery.stop()
      await corrections.stop()
      await replays.stop()
      await subjects.stop()
      await outgoing.close()
      await loader?.close()
      await spool.close()
      disk.close()
      await world.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What the page of the open case of a key is told. */
export async function readCase(app: TestApp, key: string): Promise<ExceptionDetail> {
  const [row] = await app.world.store.rows<{ number: string }>(
    `SELECT toString(number) AS number FROM exceptions WHERE state = 'open' AND key = {key:String}`,
    { key },
  )
  const answer = await app.ask(`/api/exceptions/${row?.number}`)
  if (answer.status !== 200)
    throw new Error(`the case of ${key} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as ExceptionDetail
}

import { mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { openFrontDoor } from '../collectors/http/door.ts'
import { ingestRoutes } from '../collectors/http/routes.ts'
import { startSources } from '../collectors/sources/index.ts'
import { openPush } from '../collectors/sources/push/push.ts'
import { measureSpool } from '../collectors/spool/gauges.ts'
import { startLoader } from '../collectors/spool/loader.ts'
import { openSpool } from '../collectors/spool/spool.ts'
import { createAlerting } from '../reconcilers/alerts/alerting.ts'
import { createDelivery } from '../reconcilers/alerts/delivery.ts'
import { createOutgoing } from '../reconcilers/alerts/outgoing.ts'
import { createAnomalies } from '../reconcilers/anomalies.ts'
import { createAudit } from '../reconcilers/audit.ts'
import { loadCauses } from '../reconcilers/cause.ts'
import { loadChecks } from '../reconcilers/check.ts'
import { createForecasts } from '../reconcilers/forecasts.ts'
import { createCorrections } from '../reconcilers/replay/corrections.ts'
import { createReplays } from '../reconcilers/replay/replays.ts'
import { createRunner, type RunOptions } from '../reconcilers/runner.ts'
import { scheduleChecks } from '../reconcilers/schedule.ts'
import { tryChecks } from '../reconcilers/try-checks.ts'
import { writeMasterConsumers } from '../sql/masters.ts'
import { migrate } from '../sql/migrate.ts'
import { openStore } from '../sql/open.ts'
import { writeHandoffs } from '../sql/passages.ts'
import type { Store } from '../sql/store.ts'
import type { AuditEvent } from './access/audit-chain.ts'
import { openAccessDesk } from './access/desk.ts'
import { makeFirstLink } from './access/first-link.ts'
import { newSecret } from './access/secrets.ts'
import { readSigningKey } from './access/signing-key.ts'
import { joinPath } from './api/access-people.ts'
import { createApp } from './api/app.ts'
import { createForecastShelf } from './api/forecast-shelf.ts'
import { recogniseTokens } from './api/recognise.ts'
import { recognisePeople } from './api/recognise-people.ts'
import { createBus, type Topic } from './core/bus.ts'
import { createFinish } from './core/case-finish.ts'
import { PlumblineError } from './core/errors.ts'
import { type Estate, loadEstate } from './core/estate.ts'
import { readReceivers } from './core/estate-receivers-secrets.ts'
import { handoffRows } from './core/handoffs.ts'
import { log } from './core/log.ts'
import { measureProcess } from './core/process-gauges.ts'
import { expectProtected, type Settings } from './core/settings.ts'
import type { SourceDesk } from './core/source-desk.ts'
import { startTelemetry, type Telemetry } from './core/telemetry.ts'

export const demoEstatePath = fileURLToPath(new URL('./demo/estate.yaml', import.meta.url))

/** What a load of each kind changes for those who watch. */
const changedBy: Record<string, Topic[]> = {
  events: ['events', 'sources'],
  traces: ['spans'],
  metrics: ['sources'],
  file: ['events', 'sources'],
  pull: ['events', 'sources'],
}

export type Running = {
  url: string
  store: Store
  estate: Estate
  /** Resolves when the demo's history is in; at once when there is no demo. */
  ready: Promise<void>
  /** Drains what was acknowledged, then closes everything. */
  stop(): Promise<void>
}

/**
 * Starts the product with every role in one process: estate → store → loader → checks → server → sources (→ demo).
 * @throws PlumblineError when the estate, a check, a setting or the store does not allow it; nothing is left running
 */
export async function start(settings: Settings): Promise<Running> {
  const estate = loadEstate(settings.estatePath ?? demoEstatePath)
  const signsIn = estate.access.sign_in !== undefined
  expectProtected(settings, signsIn)
  const isDemo = settings.estatePath === undefined
  const desk = isDemo ? await (await import('./demo/desk.ts')).openDesk() : undefined
  const receivers = readReceivers(estate.receivers)
  const checks = loadChecks(estate)
  mkdirSync(settings.dataFolder, { recursive: true })
  const store = await openAndMigrate(settings)
  try {
    await tryChecks(store, estate, checks)
  } catch (error) {
    await store.close()
    throw error
  }
  await writeHandoffs(store, handoffRows(estate, new Date()))
  await writeMasterConsumers(store, estate)

  const bus = createBus()
  const spool = await openSpool({
    folder: join(settings.dataFolder, 'spool'),
    maxBytes: settings.spoolBytes,
  })
  const push = await openPush({ estate, store, spool, folder: join(settings.dataFolder, 'pushed') })
  const loader = startLoader({
    store,
    spool,
    estate,
    carriers: { deliveries: push.carry },
    onLoaded: (kind) => bus.tell(...(changedBy[kind] ?? ['sources'])),
  })
  const causes = loadCauses()
  const runner = createRunner(
    estate,
    store,
    checks,
    (opened, closed) => bus.tell('runs', ...(opened + closed > 0 ? (['exceptions'] as const) : [])),
    causes,
  )
  const schedule = scheduleChecks(runner)
  const anomalies = createAnomalies(estate, store)
  const audit = createAudit(store)
  const shelf = createForecastShelf(store)
  const forecasts = createForecasts(estate, store, (isOther) => {
    shelf.forget()
    if (isOther) bus.tell('exceptions')
  })
  const door = openFrontDoor({ estate, store, spool })
  const corrections = createCorrections({ store, door, bus })
  const replayWay = createOutgoing()
  const replays = createReplays({ store, estate, checks, bus, post: replayWay.post })
  const gauges = {
    spool: () => ({ ...spool.stats(), limit_bytes: settings.spoolBytes }),
    disk: async () => {
      const { bsize, bavail, blocks } = await statfs(settings.dataFolder)
      return { free_bytes: bavail * bsize, total_bytes: blocks * bsize }
    },
  }
  const alerting = createAlerting({
    estate,
    store,
    checks,
    gauges,
    onChange: () => bus.tell('alerts'),
    onTold: () => delivery.wake(),
  })
  const delivery = await createDelivery({
    estate,
    store,
    receivers,
    outbox: alerting.outbox,
    baseUrl: () => settings.publicUrl ?? url,
    onStep: () => bus.tell('alerts'),
  })
  const access = await openAccessDesk({
    estate,
    store,
    signingKey: readSigningKey(settings.dataFolder, settings.sessionKey),
  })
  const runCheck = (name: string, options: RunOptions) => {
    const check = checks.find((candidate) => candidate.check === name)
    if (!check)
      throw new PlumblineError('check_unknown', `"${name}" is not a check of this estate`, { status: 404 })
    return runner.run([check], options)
  }
  let telemetry: Telemetry | undefined
  const context = {
    estate,
    publicUrl: settings.publicUrl,
    access,
    store,
    checks,
    causes,
    bus,
    demo: isDemo,
    startedAt: new Date(),
    runCheck,
    rerun: runner.rerun,
    nextRun: schedule.nextRun,
    finishCase: createFinish(estate, checks),
    forecasts: shelf,
    corrections,
    replays,
    spool: spool.stats,
    gauges,
    pulled: {
      list: () => sources.list(),
      act: (...asked: Parameters<SourceDesk['act']>) => sources.act(...asked),
    },
    alerts: alerting.desk,
    delivery,
    writeMetrics: async () => telemetry?.writeMetrics() ?? '',
  }
  // what we measure of ourselves is let in, too, where nobody has given us a token for it
  const own = signsIn && settings.tokens.ingest === '' ? newSecret() : settings.tokens.ingest
  const tokens = { ...settings.tokens, ingest: own }
  const recogniser = recognisePeople(access, estate, recogniseTokens(tokens, signsIn))
  const app = createApp(context, recogniser, (guard) => ingestRoutes({ estate, spool, push, guard }))
  const server = await listen(app.fetch, settings)
  const url = `http://${settings.host === '0.0.0.0' || settings.host === '::' ? 'localhost' : settings.host}:${server.port}`
  telemetry = startTelemetry(
    settings.otlpEndpoint ?? url,
    settings.otlpEndpoint ? settings.tokens.ingest : tokens.ingest,
  )
  measureProcess()
  measureSpool(spool)
  delivery.start()
  const sources = startSources({
    estate,
    store,
    queue: loader,
    folder: join(settings.dataFolder, 'pulls'),
    push,
    onRead: () => bus.tell('sources'),
  })
  log.info(
    {
      url,
      estate: estate.name,
      plants: estate.plants.length,
      checks: checks.length,
      engine: store.engine,
      data: settings.dataFolder,
    },
    `Plumbline is at ${url}`,
  )
  const first = await makeFirstLink(estate, access.people, settings.invite)
  // not into the log, which is kept and sent on
  if (first)
    process.stdout.write(
      `\nChoose the password of ${first.login} within a day, once: ${settings.publicUrl ?? url}${joinPath(first.code)}\n\n`,
    )

  await access.trail.write(describeEstate(estate))

  let isShown = false
  const runAll = async (at: Date) => {
    await loader.drain(settings.demo.endAt ? ['events', 'traces'] : ['events'])
    // a piece of history is longer than it takes until every key is compared again
    await runner.run(checks, { at, full: true })
    if (!isShown)
      log.info(
        { url, ms: Date.now() - context.startedAt.getTime() },
        `The first data is on the screen at ${url}`,
      )
    isShown = true
    await anomalies.judge(at)
  }
  const demo = isDemo
    ? await (await import('./demo/demo.ts')).startDemo({
        url,
        dataFolder: settings.dataFolder,
        seed: settings.demo.seed,
        rate: settings.demo.rate,
        backfillHours: settings.demo.hours,
        faultRate: settings.demo.faults,
        endAt: settings.demo.endAt,
        headers: settings.tokens.ingest ? { authorization: `Bearer ${settings.tokens.ingest}` } : {},
        onChunk: runAll,
        log,
      })
    : undefined
  const ready = demo?.backfilled ?? Promise.resolve()
  // history is judged piece by piece, as of its own time; the clock takes over when it is in
  const live = ready.then(async () => {
    await schedule.start()
    await anomalies.start()
    await audit.start()
    await forecasts.start()
    await alerting.start()
    await corrections.start()
    await replays.start()
  })
  live.then(
    () =>
      isDemo &&
      log.info(
        { history: 'in', ms: Date.now() - context.startedAt.getTime() },
        'the demo has its history and goes on live',
      ),
    () => undefined,
  )
  return {
    url,
    store,
    estate,
    ready,
    stop: async () => {
      log.info('stopping: draining what was acknowledged')
      await demo?.stop()
      await sources.stop()
      await schedule.stop()
      await anomalies.stop()
      await audit.stop()
      await forecasts.stop()
      await alerting.stop()
      await delivery.stop()
      desk?.close()
      await corrections.stop()
      await replays.stop()
      await replayWay.close()
      await server.close()
      await telemetry?.stop()
      await access.close()
      await loader.close()
      await spool.close()
      await store.close()
    },
  }
}

/** Which configuration a process runs with, for the audit trail. */
const describeEstate = ({ path, name, digest }: Estate): AuditEvent => ({
  actor: 'plumbline',
  actor_kind: 'system',
  actor_id: '',
  act: 'configuration.load',
  object: path || name,
  outcome: 'done',
  address: '',
  request: '',
  details: JSON.stringify({ sha256: digest }),
})

/** Brings the schema up and stops: what a deployment runs before it starts the roles. */
export async function migrateOnly(settings: Settings): Promise<void> {
  const store = await openAndMigrate(settings)
  await store.close()
}

async function openAndMigrate(settings: Settings): Promise<Store> {
  let store: Store
  try {
    store = await openStore(settings)
  } catch (error) {
    if (error instanceof PlumblineError) throw error
    throw new PlumblineError('store_closed', `The store cannot be opened: ${(error as Error).message}`, {
      mend: settings.clickhouseUrl
        ? 'Check CLICKHOUSE_URL and that the server answers.'
        : `Another process may hold ${settings.dataFolder}; stop it, or set PLUMBLINE_DATA to another folder.`,
    })
  }
  await migrate(store)
  return store
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  settings: Settings,
): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: settings.host, port: settings.port }, (address) =>
      resolve({
        port: address.port,
        close: () =>
          new Promise<void>((closed) => {
            server.close(() => closed())
            // streams stay open by nature; they are ended rather than waited for
            if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 200).unref()
          }),
      }),
    )
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PlumblineError('port_taken', `Port ${settings.port} on ${settings.host} is taken`, {
              where: 'PORT',
              mend: 'Stop what listens there, or set PORT to another port.',
            })
          : error,
      ),
    )
  })
}

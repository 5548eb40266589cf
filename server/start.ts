import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { openFrontDoor } from '../collectors/http/door.ts'
import { ingestRoutes } from '../collectors/http/routes.ts'
import { loadCauses } from '../reconcilers/cause.ts'
import { loadChecks } from '../reconcilers/check.ts'
import { createCorrections } from '../reconcilers/replay/corrections.ts'
import { createReplays } from '../reconcilers/replay/replays.ts'
import { scheduleChecks } from '../reconcilers/schedule.ts'
import { createSubjects } from '../reconcilers/subjects/subjects.ts'
import { tryChecks } from '../reconcilers/try-checks.ts'
import { fenceStore } from '../sql/fence.ts'
import { migrate } from '../sql/migrate.ts'
import { openStore } from '../sql/open.ts'
import { applyRetention } from '../sql/retention.ts'
import type { Store } from '../sql/store.ts'
import type { AuditEvent } from './access/audit-chain.ts'
import { subjectTrail } from './access/audit-redact.ts'
import { openAccessDesk } from './access/desk.ts'
import { makeFirstLink } from './access/first-link.ts'
import { newSecret } from './access/secrets.ts'
import { readSigningKey } from './access/signing-key.ts'
import { joinPath } from './api/access-people.ts'
import { createApp } from './api/app.ts'
import { createForecastShelf } from './api/forecast-shelf.ts'
import { recogniseTokens } from './api/recognise.ts'
import { recognisePeople } from './api/recognise-people.ts'
import { allowBackups } from './backup/engine.ts'
import { gateStore } from './backup/gate-store.ts'
import { expectBackups, openBackups } from './backup/schedule.ts'
import { expectRestored } from './backup/unfinished.ts'
import { createBus } from './core/bus.ts'
import { createFinish } from './core/case-finish.ts'
import { describeError, PlumblineError } from './core/errors.ts'
import { type Estate, loadEstate } from './core/estate.ts'
import { readReceivers } from './core/estate-receivers-secrets.ts'
import { createGate } from './core/gate.ts'
import { listen } from './core/listen.ts'
import { log } from './core/log.ts'
import { measureProcess } from './core/process-gauges.ts'
import { expectProtected, type Role, type Settings } from './core/settings.ts'
import { startTelemetry, type Telemetry } from './core/telemetry.ts'
import { answerAsks, elsewhere } from './roles/asks.ts'
import { followOthers, type Others, startBeat } from './roles/beats.ts'
import { openCollecting } from './roles/collect.ts'
import { farCollectors, farReconcilers } from './roles/far.ts'
import { type Held, holdLease, leaseMs, nameHolder } from './roles/hold.ts'
import { openReconciling, type Reconciling } from './roles/reconcile.ts'

export const demoEstatePath = fileURLToPath(new URL('./demo/estate.yaml', import.meta.url))

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
 * Starts a process of the product: estate → store → leases → what its role does → server (→ demo).
 * @param onLost another process has taken over what only one does; nothing that is done here counts any more
 * @throws PlumblineError when the estate, a check, a setting or the store does not allow it; nothing is left running
 */
export async function start(settings: Settings, onLost = () => process.exit(1)): Promise<Running> {
  const { role } = settings
  const does = (part: Role) => role === 'all' || role === part
  const estate = loadEstate(settings.estatePath ?? demoEstatePath)
  const signsIn = estate.access.sign_in !== undefined
  expectProtected(settings, signsIn)
  const isDemo = settings.estatePath === undefined
  if (isDemo && role !== 'all')
    throw new PlumblineError('setting_invalid', 'The demo runs in one process', {
      where: 'PLUMBLINE_ESTATE',
      mend: 'Name an estate in PLUMBLINE_ESTATE, the same for every role, or start with --role all.',
    })
  const desk = isDemo ? await (await import('./demo/desk.ts')).openDesk() : undefined
  const receivers = readReceivers(estate.receivers)
  const checks = loadChecks(estate)
  mkdirSync(settings.dataFolder, { recursive: true })
  expectBackups(settings, estate)
  const opened = await openAndMigrate(settings, estate.backups !== undefined)
  const gate = createGate()
  // only what is backed up beside its work is ever held
  const store = estate.backups ? gateStore(opened, gate) : opened
  try {
    await tryChecks(store, estate, checks)
  } catch (error) {
    await store.close()
    throw error
  }
  const stopping = new AbortController()
  const holder = nameHolder(settings.dataFolder)
  const hold = (lease: 'collectors' | 'reconcilers', signal = stopping.signal) =>
    store.engine === 'chdb' ? undefined : holdLease(store, lease, holder, { onLost, signal })
  const retain = async () => {
    const kept = await applyRetention(store, estate.retention)
    for (const change of kept) log.info(change, 'how long a table is kept has changed')
  }
  const bus = createBus()
  const collectorsLease = does('collectors')
    ? await hold('collectors', AbortSignal.timeout(2 * leaseMs))
    : undefined
  if (does('collectors') && store.engine !== 'chdb' && !collectorsLease) {
    await store.close()
    throw new PlumblineError('role_taken', 'Another process takes facts into this database already', {
      where: '--role (PLUMBLINE_ROLE)',
      mend: 'Send to that one, or stop it first: of --role collectors (or all) one process is supported, of the others any number.',
    })
  }
  let reconcilersLease = role === 'all' ? await hold('reconcilers') : undefined
  if (role === 'all') await retain()
  const collecting = does('collectors') ? await openCollecting({ estate, store, settings, bus }) : undefined
  const others = role === 'all' ? undefined : await followOthers(store, bus)
  const shelf = createForecastShelf(store)
  const backups = collecting && openBackups(estate, settings, { store: opened, gate, ...collecting })
  const collectors = collecting
    ? {
        spool: collecting.spool.stats,
        gauges: { ...collecting.gauges, backups: backups?.state },
        pulled: collecting.pulled,
      }
    : farCollectors(store, others as Others)
  // the desk is opened later than those who ask it
  const aboutPeople = subjectTrail(() => access)
  const reconcile = (lease: Held | undefined) =>
    openReconciling({
      estate,
      store: lease ? fenceStore(store, lease.fence) : store,
      checks,
      bus,
      receivers,
      gauges: collectors.gauges,
      shelf,
      baseUrl: () => settings.publicUrl ?? url,
      subjects: aboutPeople,
    })
  let reconciling = role === 'all' ? await reconcile(reconcilersLease) : undefined
  const access = await openAccessDesk({
    estate,
    store,
    signingKey: readSigningKey(settings.dataFolder, settings.sessionKey),
  })
  const corrections =
    collecting?.corrections ?? createCorrections({ store, door: openFrontDoor({ estate, store }), bus })
  // decisions on replays are rows: whoever holds the lease takes them up
  const replays =
    reconciling?.replays ??
    createReplays({
      store,
      estate,
      checks,
      bus,
      post: () => Promise.reject(elsewhere('reconcilers')),
    })
  // so are requests about people and keys
  const subjects =
    reconciling?.subjects ??
    createSubjects({
      store,
      estate,
      checks,
      bus,
      finish: createFinish(estate, checks),
      spool: () => collectors.gauges.spool(),
      alone: () => Promise.reject(elsewhere('reconcilers')),
      ...aboutPeople,
    })
  const schedule =
    reconciling?.schedule ?? scheduleChecks({ checks, run: () => Promise.reject(elsewhere('reconcilers')) })
  let telemetry: Telemetry | undefined
  const context = {
    estate,
    publicUrl: settings.publicUrl,
    access,
    store,
    checks,
    causes: reconciling?.causes ?? loadCauses(),
    bus,
    demo: isDemo,
    startedAt: new Date(),
    ...(reconciling
      ? {
          runCheck: reconciling.runCheck,
          rerun: reconciling.runner.rerun,
          alerts: reconciling.alerts,
          delivery: reconciling.delivery,
        }
      : farReconcilers({ store, others: others as Others, estate, receivers })),
    nextRun: schedule.nextRun,
    finishCase: createFinish(estate, checks),
    forecasts: shelf,
    corrections,
    replays,
    backups,
    subjects,
    ...collectors,
    isSpoolElsewhere: !collecting,
    writeMetrics: async () => telemetry?.writeMetrics() ?? '',
  }
  // what we measure of ourselves is let in, too, where nobody has given us a token for it
  const own = signsIn && settings.tokens.ingest === '' ? newSecret() : settings.tokens.ingest
  const tokens = { ...settings.tokens, ingest: own }
  const recogniser = recognisePeople(access, estate, recogniseTokens(tokens, signsIn))
  const app = createApp(
    context,
    recogniser,
    (guard) => (collecting ? ingestRoutes({ estate, ...collecting, guard }) : new Hono()),
    does('api') ? 'all' : 'health',
  )
  const server = await listen(app.fetch, settings)
  const url = `http://${settings.host === '0.0.0.0' || settings.host === '::' ? 'localhost' : settings.host}:${server.port}`
  // what takes in nothing sends its own measurements nowhere, unless it is told where
  if (collecting || settings.otlpEndpoint)
    telemetry = startTelemetry(
      settings.otlpEndpoint ?? url,
      settings.otlpEndpoint ? settings.tokens.ingest : tokens.ingest,
    )
  measureProcess()
  reconciling?.delivery.start()
  collecting?.start()
  log.info(
    {
      url,
      role,
      estate: estate.name,
      plants: estate.plants.length,
      checks: checks.length,
      engine: store.engine,
      data: settings.dataFolder,
    },
    `Plumbline is at ${url}`,
  )
  // where people sign in: each role would make a link of its own, and end that of the others
  const first = does('api') ? await makeFirstLink(estate, access.people, settings.invite) : undefined
  // not into the log, which is kept and sent on
  if (first)
    process.stdout.write(
      `\nChoose the password of ${first.login} within a day, once: ${settings.publicUrl ?? url}${joinPath(first.code)}\n\n`,
    )

  await access.trail.write(describeEstate(estate))

  let isShown = false
  const runAll = async (at: Date) => {
    await collecting?.loader.drain(settings.demo.endAt ? ['events', 'traces'] : ['events'])
    // a piece of history is longer than it takes until every key is compared again
    await reconciling?.runner.run(checks, { at, full: true })
    if (!isShown)
      log.info(
        { url, ms: Date.now() - context.startedAt.getTime() },
        `The first data is on the screen at ${url}`,
      )
    isShown = true
    await reconciling?.anomalies.judge(at)
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
  const name = holder.holder
  const said: { stop(): Promise<void> }[] = []
  const live = ready.then(async () => {
    await reconciling?.start()
    if (collecting) await corrections.start()
    await backups?.start()
    if (store.engine === 'chdb') return
    // in one process with the API, too: other processes of the API may be there
    if (collecting) said.push(startBeat(store, 'collectors', name, collecting.describe))
    if (collecting) said.push(answerAsks(store, 'collectors', { pull: collecting.pulled.act }))
    if (reconciling) tellReconciling(reconciling)
  })
  const tellReconciling = (part: Reconciling) =>
    said.push(
      startBeat(store, 'reconcilers', name, part.describe),
      answerAsks(store, 'reconcilers', part.handlers),
    )
  const standingBy =
    role === 'reconcilers'
      ? (async () => {
          reconcilersLease = await hold('reconcilers')
          if (!reconcilersLease) return
          await retain()
          const part = await reconcile(reconcilersLease)
          reconciling = part
          part.delivery.start()
          await part.start()
          tellReconciling(part)
        })()
      : Promise.resolve()
  // what it stands on was there at the start: a platform starts the process again
  standingBy.catch((error) => {
    if (stopping.signal.aborted) return
    log.error({ error: describeError(error) }, 'the reconcilers could not start: this process ends')
    onLost()
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
      stopping.abort()
      await demo?.stop()
      await standingBy.catch(() => undefined)
      await collecting?.stopSources()
      await backups?.stop()
      for (const each of said) await each.stop()
      await reconciling?.stop()
      desk?.close()
      await corrections.stop()
      if (!reconciling) await replays.stop()
      await schedule.stop()
      await server.close()
      await telemetry?.stop()
      await access.close()
      await collecting?.close()
      await others?.stop()
      await reconcilersLease?.release()
      await collectorsLease?.release()
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

async function openAndMigrate(settings: Settings, isBackedUp = false): Promise<Store> {
  expectRestored(settings.dataFolder)
  let store: Store
  try {
    store = await openStore({ ...settings, args: isBackedUp ? allowBackups(settings.dataFolder) : [] })
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

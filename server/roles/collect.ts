import { statSync } from 'node:fs'
import { join } from 'node:path'
import { openFrontDoor } from '../../collectors/http/door.ts'
import { startSources } from '../../collectors/sources/index.ts'
import { openPush } from '../../collectors/sources/push/push.ts'
import { measureDisk, measureSpool } from '../../collectors/spool/gauges.ts'
import { spoolKindNames } from '../../collectors/spool/kinds.ts'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { createCorrections } from '../../reconcilers/replay/corrections.ts'
import { writeMasterConsumers } from '../../sql/masters.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import type { Store } from '../../sql/store.ts'
import type { Bus, Topic } from '../core/bus.ts'
import { watchDisk } from '../core/disk.ts'
import type { Estate } from '../core/estate.ts'
import { handoffRows } from '../core/handoffs.ts'
import type { Settings } from '../core/settings.ts'
import type { SourceDesk } from '../core/source-desk.ts'
import type { Bodies } from './beats.ts'

/** What a load of each kind changes for those who watch. */
const changedBy: Record<string, Topic[]> = {
  events: ['events', 'sources'],
  traces: ['spans'],
  metrics: ['sources'],
  file: ['events', 'sources'],
  pull: ['events', 'sources'],
}

export type Collecting = Awaited<ReturnType<typeof openCollecting>>

/** What takes facts in: the spool, what loads it, and what is sent again by people; sources once `start` is called. */
export async function openCollecting(options: {
  estate: Estate
  store: Store
  settings: Pick<Settings, 'dataFolder' | 'spoolBytes'>
  bus: Bus
}) {
  const { estate, store, settings, bus } = options
  await writeHandoffs(store, handoffRows(estate, new Date()))
  await writeMasterConsumers(store, estate)
  const disk = await watchDisk({
    folders: foldersOf(settings.dataFolder),
    marks: estate.disk,
    ...(store.engine === 'clickhouse' && {
      engine: async () =>
        (await store.query('engine_disks', {})).map((each) => ({
          ...each,
          disk: `the engine (${each.disk})`,
        })),
    }),
  })
  const spool = await openSpool({
    disk,
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
  const corrections = createCorrections({ store, door: openFrontDoor({ estate, store, spool }), bus })
  const gauges = {
    spool: () => ({ ...spool.stats(), limit_bytes: settings.spoolBytes }),
    disk: async () => disk.state(),
  }
  let sources: ReturnType<typeof startSources> | undefined
  const pulled: SourceDesk = {
    list: () => sources?.list() ?? [],
    act: async (...asked) => sources?.act(...asked),
  }
  return {
    spool,
    push,
    loader,
    corrections,
    gauges,
    pulled,
    start: () => {
      measureSpool(spool)
      measureDisk(disk)
      sources = startSources({
        estate,
        store,
        queue: loader,
        folder: join(settings.dataFolder, 'pulls'),
        push,
        disk,
        onRead: () => bus.tell('sources'),
      })
    },
    /** What only this process knows. */
    describe: async (): Promise<Bodies['collectors']> => ({
      spool: {
        all: spool.stats(),
        events: spool.stats('events'),
        traces: spool.stats('traces'),
        metrics: spool.stats('metrics'),
      },
      limit_bytes: settings.spoolBytes,
      disk: await gauges.disk(),
      pulls: pulled.list(),
    }),
    stopSources: async () => {
      await sources?.stop()
    },
    /** Does work while no load is under way; it is told in which files is what was acknowledged and is not stored. */
    holdLoads: <Result>(work: (waiting: string[]) => Promise<Result>) =>
      loader.hold(async () => {
        await spool.seal()
        return work(spoolKindNames.flatMap((kind) => spool.pending(kind).map(({ path }) => path)))
      }),
    /** Carries what was acknowledged into the store, as far as the engine takes it now. */
    close: async () => {
      await loader.close()
      await spool.close()
      disk.close()
    },
  }
}

/** The data folder, and what in it lies on a disk of its own. */
function foldersOf(dataFolder: string): Record<string, string> {
  const diskOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev
  const others = (['spool', 'engine'] as const)
    .map((name) => [`the ${name}`, join(dataFolder, name)] as const)
    .filter(([, path]) => (diskOf(path) ?? diskOf(dataFolder)) !== diskOf(dataFolder))
  return { 'the data folder': dataFolder, ...Object.fromEntries(others) }
}

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoadQueue, type Sources, startSources } from '../../collectors/sources/index.ts'
import { type Estate, parseEstate } from '../../server/core/estate.ts'
import type { SourcePull } from '../../server/core/source-desk.ts'
import type { Params, Store } from '../../sql/store.ts'
import { openMigrated } from './store.ts'

/** A store, a folder of files and the files source of an estate on it, polled only when a test says so. */
export type FilesWorld = {
  store: Store
  folder: string
  /** Writes a file, each newer than the last */
  write(name: string, content: string | Uint8Array): void
  poll(): Promise<void>
  /** Opens the source anew on the same store, as after a restart; optionally with another queue or estate */
  reopen(options?: { queue?: LoadQueue; estate?: Estate }): Promise<void>
  rows<Row = Record<string, unknown>>(sql: string, params?: Params): Promise<Row[]>
  /** The state of an entity as the reconciler would fold it: newest version per key, not deleted, committed only */
  current(entity: string, key: string, columns: string): Promise<unknown[]>
  readings(): Promise<Record<string, unknown>[]>
  /** How the sources stand, as people see them */
  list(): SourcePull[]
  close(): Promise<void>
}

/** A queue that does one load after another and commits each by its row in `loads`, as the loader does. */
export function createSerialQueue(store: Store): LoadQueue & { loads: number } {
  let last = 0
  let line: Promise<unknown> = Promise.resolve()
  const queue = {
    loads: 0,
    submit<Result>(job: Parameters<LoadQueue['submit']>[0]): Promise<Result> {
      const result = line.then(async () => {
        last = Math.max(last + 1, Date.now() * 1000)
        const loadSeq = String(last)
        const done = (await job.run(loadSeq)) as Result
        const { kind, source, name, bytes } = job
        await store.insert('loads', [
          { load_seq: loadSeq, kind, source, name, bytes, loaded_at: new Date().toISOString() },
        ])
        queue.loads += kind === 'file' ? 1 : 0
        return done
      })
      line = result.catch(() => undefined)
      return result
    },
  }
  return queue
}

/** One plant, one ERP, one WMS and what a test adds. `sources` is the YAML list of sources. */
export const filesEstate = (folder: string, sources: string, extra = '') =>
  parseEstate(`
name: Files
currency: EUR
plants:
  - { plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }
  - { plant: PUN, name: Pune, time_zone: Asia/Kolkata, currency: EUR }
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: wms, name: WMS, role: wms, plants: [HAM] }
teams: [{ team: ops, name: Operations }]
sources:
${sources.replaceAll('FOLDER', folder)}
${extra}`)

/** Opens a world of its own. `build` makes the estate once the folder is known. */
export async function openFilesWorld(build: (folder: string) => Estate): Promise<FilesWorld> {
  const base = mkdtempSync(join(tmpdir(), 'plumbline-files-'))
  const folder = join(base, 'drop')
  mkdirSync(folder)
  const store = await openMigrated(base)
  const estate = build(folder)
  let sources: Sources | undefined
  let clock = Math.floor(Date.now() / 1000) - 5000
  const world: FilesWorld = {
    store,
    folder,
    write: (name, content) => {
      writeFileSync(join(folder, name), content)
      clock += 10
      utimesSync(join(folder, name), clock, clock)
    },
    poll: async () => {
      if (!sources) await world.reopen()
      else await sources.pollNow()
    },
    reopen: async (options = {}) => {
      await sources?.stop()
      sources = startSources({
        estate: options.estate ?? estate,
        store,
        queue: options.queue ?? createSerialQueue(store),
        folder: join(base, 'pulls'),
        settleMs: 200,
        log: { warn: () => undefined } as never,
      })
      await sources.pollNow()
    },
    rows: (sql, params = {}) => store.rows(sql, params),
    current: async (entity, key, columns) => {
      const rows = await store.rows<{ row: unknown }>(
        `SELECT argMax(tuple(${columns}), version) AS row FROM ${entity}_log WHERE load_seq IN (SELECT load_seq FROM loads)
         GROUP BY plant, system, ${key} HAVING NOT argMax(deleted, version) ORDER BY row`,
      )
      return rows.map(({ row }) => Object.values(row as object))
    },
    list: () => sources?.list() ?? [],
    readings: () =>
      store.rows('SELECT path, rows, rejected, outcome, reason FROM readings ORDER BY read_at, path'),
    close: async () => {
      await sources?.stop()
      await store.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
  return world
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sources, startSources } from '../../collectors/sources/index.ts'
import { openPush } from '../../collectors/sources/push/push.ts'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool, type Spool } from '../../collectors/spool/spool.ts'
import type { Estate } from '../../server/core/estate.ts'
import { openStore } from '../../sql/open.ts'
import type { Params, Store } from '../../sql/store.ts'
import { openMigrated } from './store.ts'

/** What takes in what is pushed, on a store of its own: spool, loader and sources, as server/start.ts puts them together. */
export type PushWorld = {
  store: Store
  spool: Spool
  sources: Sources
  warnings: string[]
  rows<Row = Record<string, unknown>>(sql: string, params?: Params): Promise<Row[]>
  /** Resolves when what was put down is in the store. */
  drain(): Promise<void>
  /** Waits until something is so; what is in the spool is loaded before each look. @throws after ten seconds */
  until(what: string, isSo: () => Promise<boolean>): Promise<void>
  /** The items of committed stock with their newest quantity, as `item quantity` */
  stock(source: string): Promise<string[]>
  close(): Promise<void>
}

/** Opens a world on a folder; one that is given is left as it is, for who comes after. */
export async function openPushWorld(
  estate: Estate,
  options: { folder?: string; maxBytes?: number } = {},
): Promise<PushWorld> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'plumbline-push-'))
  const store = options.folder ? await openStore({ dataFolder: folder }) : await openMigrated(folder)
  const spool = await openSpool({
    folder: join(folder, 'spool'),
    sealMs: 50,
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
  })
  const push = await openPush({ estate, store, spool, folder: join(folder, 'pushed') })
  const carriers = { deliveries: push.carry }
  const loader = startLoader({ store, spool, estate, carriers, onLoaded: () => undefined })
  const warnings: string[] = []
  const sources = startSources({
    estate,
    store,
    queue: loader,
    folder: join(folder, 'pulls'),
    push,
    settleMs: 0,
    log: { warn: (told: { error?: string }) => warnings.push(told.error ?? '') } as never,
  })
  const world: PushWorld = {
    store,
    spool,
    sources,
    warnings,
    rows: (sql, params = {}) => store.rows(sql, params),
    drain: () => loader.drain(),
    until: async (what, isSo) => {
      const end = Date.now() + 10_000
      for (;;) {
        await loader.drain()
        if (await isSo()) return
        if (Date.now() > end) throw new Error(`never came to be: ${what}; ${warnings.slice(-3).join('; ')}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    stock: async (source) =>
      (
        await store.rows<{ item: string; quantity: string }>(
          `SELECT item, toString(argMax(quantity, version)) AS quantity FROM inventory_positions_log
           WHERE source = {source:String} AND load_seq IN (SELECT load_seq FROM loads) GROUP BY item ORDER BY item`,
          { source },
        )
      ).map(({ item, quantity }) => `${item} ${quantity}`),
    close: async () => {
      await sources.stop()
      await loader.close()
      await spool.close()
      await store.close()
      if (!options.folder) rmSync(folder, { recursive: true, force: true })
    },
  }
  return world
}

import { copyFile, cp, link, mkdir, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Store } from '../../sql/store.ts'
import type { Gate } from '../core/gate.ts'
import { backingUpIn } from './backup.ts'
import { type Manifest, readTable, type TableContent } from './manifest.ts'
import type { Place } from './place.ts'
import { engineOf, finishBackup, refuseHalfLoads, writeEngine } from './write.ts'

/** What a backup of a product that runs stands on. */
export type Live = {
  /** the engine itself: its statements pass no gate */
  store: Store
  /** what all others write through */
  gate: Gate
  /** Lets no load go on while work is done, which is told what files hold what is acknowledged and not stored. */
  holdLoads<Result>(work: (waiting: string[]) => Promise<Result>): Promise<Result>
  dataFolder: string
  estatePath: string | undefined
}
export type LiveBackup = { manifest: Manifest; heldMs: number; tookMs: number }

/** Tables of more rows are read for their hash once work goes on; nothing in them is merged or removed until then. */
const mostRowsHeld = 200_000

/**
 * Backs up a product that runs: loads end and none begins, then no statement writes any more; what is acknowledged and not
 * stored is linked, and the engine writes its tables. Then all goes on. Requests are acknowledged meanwhile, into segments
 * that are no part of it: the backup holds exactly what was acknowledged when loads were held.
 * @throws PlumblineError `backup_refused`; nothing that looks whole is left of one that failed
 */
export async function backUpLive(live: Live, place: Place): Promise<LiveBackup> {
  const { store, gate, holdLoads, dataFolder, estatePath } = live
  const started = performance.now()
  const growing = backingUpIn(dataFolder)
  const spool = join(dataFolder, 'spool')
  await place.expectFree()
  await rm(growing, { recursive: true, force: true })
  await mkdir(growing, { recursive: true })
  let heldFrom = started
  try {
    const cut = await holdLoads((waiting) =>
      gate.hold(async () => {
        heldFrom = performance.now()
        refuseHalfLoads(spool, waiting)
        const at = new Date()
        await linkAll(waiting, spool, join(growing, 'spool'))
        await cp(join(spool, 'recent'), join(growing, 'spool', 'recent'), { recursive: true })
        // what is counted is what is written: nothing is merged, or too old, in between
        await store.command('SYSTEM STOP MERGES')
        await writeEngine(store, growing)
        return { at, engine: await engineOf(store), ...(await readSmall(store)) }
      }),
    )
    const heldMs = Math.round(performance.now() - heldFrom)
    const large: TableContent[] = []
    for (const { table, parts, rows } of cut.large) {
      const content = await readTable(store, table, parts)
      // whole partitions may have been dropped since: then nobody can say any more
      large.push(content.rows === rows ? content : { table, rows, hash: '' })
      await store.command(`SYSTEM START MERGES \`${table}\``)
    }
    await store.command('SYSTEM START MERGES')
    const tables = [...cut.small, ...large].sort((a, b) => a.table.localeCompare(b.table))
    const manifest = await finishBackup(growing, estatePath, { tables, engine: cut.engine, at: cut.at })
    await place.take(growing, manifest)
    return { manifest, heldMs, tookMs: Math.round(performance.now() - started) }
  } finally {
    await store.command('SYSTEM START MERGES')
    await rm(growing, { recursive: true, force: true })
  }
}

type Large = { table: string; parts: string[]; rows: string }

/** What small tables hold, and of which parts the large ones are. */
async function readSmall(store: Store): Promise<{ small: TableContent[]; large: Large[] }> {
  const tables = await store.rows<Large & { is_large: boolean }>(
    `SELECT tables.name AS table, groupArrayIf(parts.name, parts.active) AS parts, toString(sumIf(parts.rows, parts.active)) AS rows,
       sumIf(parts.rows, parts.active) > {most:UInt64} AS is_large
     FROM system.tables AS tables LEFT JOIN system.parts AS parts ON parts.database = tables.database AND parts.table = tables.name
     WHERE tables.database = currentDatabase() AND endsWith(tables.engine, 'MergeTree')
     GROUP BY tables.name ORDER BY tables.name`,
    { most: mostRowsHeld },
  )
  const small = await Promise.all(
    tables.filter((each) => !each.is_large).map(({ table }) => readTable(store, table)),
  )
  const large = await Promise.all(
    tables
      .filter((each) => each.is_large)
      // rows that were deleted and not yet taken out are no longer counted
      .map(async ({ table, parts }) => ({ table, parts, rows: await countRows(store, table) })),
  )
  return { small, large }
}

async function countRows(store: Store, table: string): Promise<string> {
  const [row] = await store.rows<{ rows: string }>(`SELECT toString(count()) AS rows FROM \`${table}\``)
  return row?.rows ?? '0'
}

/** Files of the spool by their own names below another folder; no bytes are copied where the disk is the same. */
async function linkAll(paths: readonly string[], from: string, to: string): Promise<void> {
  for (const path of paths) {
    const target = join(to, relative(from, path))
    await mkdir(dirname(target), { recursive: true })
    await link(path, target).catch(() => copyFile(path, target))
  }
}

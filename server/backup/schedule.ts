import { rm } from 'node:fs/promises'
import type { BackupDesk, BackupState, MadeBackup } from '../core/backup-desk.ts'
import { describeError, PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'
import { log } from '../core/log.ts'
import type { Settings } from '../core/settings.ts'
import { backingUpIn } from './backup.ts'
import { backUpLive, type Live } from './live.ts'
import { openPlace } from './place.ts'

/** How often is looked whether one is due. */
const lookMs = 30_000
/** After a failure it is tried again no sooner. */
const againMs = 10 * 60_000
/** It is late once it is so many times as old as the time between two. */
const lateAfter = 1.5

/** Names sort by their time; nothing that is called otherwise is ever counted or removed. */
const nameOf = (at: Date) => at.toISOString().replaceAll(/[:.]/g, '-')
const named = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)/
const momentOf = (name: string) => name.replace(named, '$1:$2:$3.$4')

export type Backups = BackupDesk & { start(): Promise<void>; stop(): Promise<void> }

/** @throws PlumblineError where backups are asked for of a store that has its own */
export function expectBackups({ clickhouseUrl }: Settings, { backups }: Estate): void {
  if (backups && clickhouseUrl)
    throw new PlumblineError('setting_invalid', 'backups in the estate are those of the embedded engine', {
      where: 'backups',
      mend: 'Take them out, and let the server make its own: BACKUP DATABASE … TO S3(…).',
    })
}

/** What makes the backups that the estate asks for. */
export const openBackups = (
  { backups }: Estate,
  { dataFolder, estatePath }: Settings,
  live: Pick<Live, 'store' | 'gate' | 'holdLoads'>,
): Backups | undefined => backups && createBackups(backups, { ...live, dataFolder, estatePath })

/**
 * Makes backups as the estate says: one whenever the newest that is whole is as old as `every`, each in a folder or prefix
 * of its own below `to`. Those behind the newest `keep` are removed once a newer one is whole.
 */
function createBackups(config: NonNullable<Estate['backups']>, live: Live): Backups {
  const place = openPlace(config.to)
  const startedAt = Date.now()
  let last: MadeBackup | null = null
  let failure: BackupState['failure'] = null
  let underWay: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopping = false

  const list = async () => {
    const ours = (await place.list()).filter(({ name }) => named.test(name))
    const namesOf = (isWhole: boolean) =>
      ours.flatMap((one) => (one.isWhole === isWhole ? [one.name] : [])).sort()
    return { whole: namesOf(true), broken: namesOf(false) }
  }
  /** What is behind the newest so many, and what was broken off before this one. */
  const tidy = async (made: string) => {
    const { whole, broken } = await list()
    for (const old of [...whole.slice(0, -config.keep), ...broken.filter((name) => name < made)])
      await place.remove(old)
  }
  const dueMs = () =>
    Math.max(
      last ? Date.parse(last.at) + config.every : startedAt,
      failure ? Date.parse(failure.at) + againMs : 0,
    )
  const make = async (): Promise<void> => {
    const at = new Date()
    const name = nameOf(at)
    try {
      const { manifest, heldMs, tookMs } = await backUpLive(live, place.below(name))
      const rows = String(manifest.tables.reduce((sum, table) => sum + BigInt(table.rows), 0n))
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
      last = { name, at: at.toISOString(), cost: { rows, bytes, held_ms: heldMs, took_ms: tookMs } }
      failure = null
      log.info({ name, to: place.name, ...last.cost }, 'a backup was made')
      await tidy(name)
    } catch (error) {
      if (isStopping) return
      failure = { at: new Date().toISOString(), message: describeError(error) }
      log.error({ to: place.name, error: describeError(error) }, 'a backup failed; it is tried again')
    }
  }
  const begin = () => {
    if (underWay || isStopping) return false
    underWay = make().finally(() => {
      underWay = undefined
    })
    return true
  }
  return {
    state: () => ({
      to: place.name,
      every_ms: config.every,
      keep: config.keep,
      is_under_way: underWay !== undefined,
      last,
      failure,
      due_at: new Date(dueMs()).toISOString(),
      is_late: Date.now() - (last ? Date.parse(last.at) : startedAt) > config.every * lateAfter,
    }),
    begin,
    start: async () => {
      try {
        // of a process that was killed while it made one
        await rm(backingUpIn(live.dataFolder), { recursive: true, force: true })
        const newest = (await list()).whole.at(-1)
        if (newest) last = { name: newest, at: momentOf(newest), cost: null }
      } catch (error) {
        failure = { at: new Date().toISOString(), message: describeError(error) }
      }
      const look = () => {
        if (Date.now() >= dueMs()) begin()
      }
      look()
      timer = setInterval(look, lookMs)
    },
    stop: async () => {
      isStopping = true
      clearInterval(timer)
      // what is sent to a bucket ends at once; the engine's own part is waited for
      await place.close()
      await underWay
    },
  }
}

import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeWhole } from '../../spool/recover.ts'

/** Keys that somebody told us have changed, until they were fetched. */
export type Notices = {
  /** Notes keys of a source, each once; on disk when it resolves. */
  add(source: string, keys: readonly string[]): Promise<void>
  /** Keys that wait to be fetched, the oldest first */
  waiting(source: string): string[]
  /** Takes keys off that were fetched. One that was named again meanwhile stays. */
  done(source: string, keys: ReadonlyMap<string, number>): Promise<void>
  /** How often each of these keys was named: what `done` is given. */
  counts(source: string, keys: readonly string[]): Map<string, number>
  /** Called whenever keys were added */
  onAdded(source: string, listener: () => void): void
}

/**
 * Opens the notices: a small file for each source that is asked for keys, written whole before the message that named
 * them leaves the spool. A key that is fetched once too often changes nothing; one that is not fetched would.
 */
export async function openNotices(folder: string): Promise<Notices> {
  await mkdir(folder, { recursive: true })
  const named = new Map<string, Map<string, number>>()
  const listeners = new Map<string, () => void>()
  const lines = new Map<string, Promise<void>>()
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.json')) await rm(join(folder, file))
    else {
      const keys = JSON.parse(await readFile(join(folder, file), 'utf8')) as string[]
      named.set(file.slice(0, -'.json'.length), new Map(keys.map((key) => [key, 1])))
    }
  }
  const keysOf = (source: string) => {
    const keys = named.get(source) ?? new Map<string, number>()
    named.set(source, keys)
    return keys
  }
  const write = async (source: string) => {
    await writeWhole(join(folder, `${source}.json`), Buffer.from(JSON.stringify([...keysOf(source).keys()])))
    await syncFolder(folder)
  }
  /** One write after the other. */
  const save = (source: string): Promise<void> => {
    const last = (lines.get(source) ?? Promise.resolve()).catch(() => undefined).then(() => write(source))
    lines.set(source, last)
    return last
  }
  return {
    add: async (source, keys) => {
      if (keys.length === 0) return
      const own = keysOf(source)
      for (const key of keys) own.set(key, (own.get(key) ?? 0) + 1)
      await save(source)
      listeners.get(source)?.()
    },
    waiting: (source) => [...keysOf(source).keys()],
    counts: (source, keys) => new Map(keys.map((key) => [key, keysOf(source).get(key) ?? 0])),
    done: async (source, keys) => {
      const own = keysOf(source)
      for (const [key, count] of keys) if (own.get(key) === count) own.delete(key)
      await save(source)
    },
    onAdded: (source, listener) => {
      listeners.set(source, listener)
    },
  }
}

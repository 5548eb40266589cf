import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own that is soon full: what is written to it fails as on any full disk. */
export type SmallDisk = {
  /** As processes started by `within` see it */
  folder: string
  /** As we see it */
  path: string
  /** What stands before a command that is to write there */
  within: readonly string[]
  free(): number
  /** Writes until so many bytes are left */
  fill(left: number): void
  /** Takes away what was filled */
  empty(): void
  close(): void
}

/** Of the memory of the machine no more is ever filled than this. */
const mostShared = 512 * 2 ** 20

/**
 * Makes one in memory: a tmpfs in a mount namespace of its own, for which no root is needed. Where that is not allowed (in
 * a container, mostly) the container's own /dev/shm is one, if it is small.
 * @throws where there is neither: then nothing can be shown
 */
export async function makeSmallDisk(mebibytes: number): Promise<SmallDisk> {
  const own = await inNamespace(mebibytes)
  if (own) return own
  const shared = '/dev/shm'
  if (existsSync(shared) && sizeOf(shared).total <= mostShared) {
    const folder = mkdtempSync(join(shared, 'plumbline-small-'))
    return diskAt(folder, folder, [], () => rmSync(folder, { recursive: true, force: true }))
  }
  throw new Error(
    'no small disk can be had: neither a mount namespace (unshare -Urm, nsenter) is allowed here, nor is /dev/shm small',
  )
}

async function inNamespace(mebibytes: number): Promise<SmallDisk | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-small-'))
  const script = `mount -t tmpfs -o size=${mebibytes}m tmpfs '${folder}' && echo mounted && exec cat`
  for (const flags of [['-U', '-r', '-m'], ['-m']]) {
    const holder = spawn('unshare', [...flags, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'ignore'] })
    if (!(await isMounted(holder))) continue
    const within = [
      'nsenter',
      '-t',
      String(holder.pid),
      ...(flags.includes('-U') ? ['-U', '--preserve-credentials'] : []),
      '-m',
    ]
    const path = join('/proc', String(holder.pid), 'root', folder)
    const close = () => {
      holder.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
    if (existsSync(path) && spawnSync(within[0] as string, [...within.slice(1), 'true']).status === 0)
      return diskAt(folder, path, within, close)
    close()
  }
  rmSync(folder, { recursive: true, force: true })
  return undefined
}

const isMounted = (holder: ChildProcess) =>
  new Promise<boolean>((resolve) => {
    holder.once('error', () => resolve(false))
    holder.once('exit', () => resolve(false))
    holder.stdout?.once('data', () => resolve(true))
  })

const sizeOf = (path: string) => {
  const { bavail, blocks, bsize } = statfsSync(path)
  return { free: bavail * bsize, total: blocks * bsize }
}

function diskAt(folder: string, path: string, within: string[], close: () => void): SmallDisk {
  const ballast = join(path, 'ballast')
  const free = () => sizeOf(path).free
  return {
    folder,
    path,
    within,
    free,
    close,
    empty: () => rmSync(ballast, { force: true }),
    fill: (left) => {
      const file = openSync(ballast, 'a')
      try {
        for (let room = free() - left; room > 0; room = free() - left)
          writeSync(file, Buffer.alloc(Math.min(room, 2 ** 20)))
      } catch (error) {
        // it was the other that took the last of it
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        closeSync(file)
      }
    },
  }
}

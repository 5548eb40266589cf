import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fence } from '../../sql/fence.ts'
import { claimLease, endStatements, releaseLease, renewLease } from '../../sql/lease.ts'
import type { Store } from '../../sql/store.ts'
import { describeError } from '../core/errors.ts'
import { log } from '../core/log.ts'

/** How long a lease lasts that is not renewed; it is renewed at a third of that. */
export const leaseMs = 15_000

/** Who claims, by data folder: what a process that is gone from the same folder held is not waited for. */
export type Holder = { holder: string; after: string | undefined }

export type Held = { fence: Fence; release(): Promise<void> }

/** Names this process, and the one before it on the same folder where that is known to be gone. */
export function nameHolder(folder: string): Holder {
  const path = join(folder, 'process.json')
  let before: { id: string; pid: number } | undefined
  try {
    before = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // the first one here
  }
  const isThere = before !== undefined && before.pid !== process.pid && isAlive(before.pid)
  const id = before && !isThere ? before.id : randomUUID()
  if (!isThere) writeFileSync(path, JSON.stringify({ id, pid: process.pid }))
  return { holder: `${id}/${randomUUID()}`, after: before && !isThere ? `${id}/` : undefined }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // it belongs to somebody else
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Waits until a lease is held, then renews it until it is given back.
 * @param onLost somebody else has it: nothing that is done under it counts any more
 * @returns undefined when it was not had before `signal`
 */
export async function holdLease(
  store: Store,
  lease: string,
  { holder, after }: Holder,
  options: { onLost: () => void; signal: AbortSignal },
): Promise<Held | undefined> {
  let fence: Fence | undefined
  let isTold = false
  while (!fence && !options.signal.aborted) {
    const claimed = claimLease(store, { lease, holder, after, lengthMs: leaseMs })
    fence = await claimed.catch((error) => {
      log.warn(
        { lease, error: describeError(error) },
        'a lease could not be asked for; it is asked for again',
      )
      return undefined
    })
    if (fence) break
    if (!isTold) log.info({ lease }, 'another process has the lease; this one stands by')
    isTold = true
    await sleep(leaseMs / 5, undefined, { signal: options.signal }).catch(() => undefined)
  }
  if (!fence) return undefined
  const held = fence
  // a server of which we may not end statements asks each of them for the lease all the same
  await endStatements(store, held).catch((error) =>
    log.warn({ lease, error: describeError(error) }, 'statements of the holder before could not be ended'),
  )
  log.info({ lease, epoch: held.epoch }, 'the lease is held')
  const ending = new AbortController()
  const renewing = (async () => {
    while (!ending.signal.aborted) {
      await sleep(leaseMs / 3, undefined, { signal: ending.signal }).catch(() => undefined)
      if (ending.signal.aborted) return
      // an engine that is away gives the lease to nobody else
      const isOurs = await renewLease(store, held, { holder, lengthMs: leaseMs }).catch(() => true)
      if (isOurs) continue
      log.error({ lease, epoch: held.epoch }, 'the lease was taken over: this process ends')
      options.onLost()
      return
    }
  })()
  return {
    fence: held,
    release: async () => {
      ending.abort()
      await renewing
      await releaseLease(store, held, holder).catch(() => false)
    },
  }
}

import { type Fence, statementsOf } from './fence.ts'
import type { Store } from './store.ts'

const writing = (condition: string) => `INSERT INTO leases (lease, epoch, holder, at, until)
SELECT {lease:String}, {epoch:UInt64}, {holder:String}, now64(6) AS moment, moment + toIntervalMillisecond({length_ms:UInt64})
WHERE ${condition}`
const last = '(SELECT max(epoch) FROM leases WHERE lease = {lease:String})'
const claiming = writing(
  `${last} = {before:UInt64} AND (SELECT argMax(leases.until, (leases.epoch, leases.at)) <= now64(6) OR ({after:String} != '' AND startsWith(argMax(leases.holder, (leases.epoch, leases.at)), {after:String})) FROM leases WHERE lease = {lease:String})`,
)
const renewing = writing(`${last} = {epoch:UInt64}`)
/** A renewal says again what stands there already. */
const again = { insert_deduplicate: 0 } as const

export type Claim = {
  lease: string
  /** who asks; another one for each process and start */
  holder: string
  lengthMs: number
  /** a beginning of holders that are known to be gone: their lease is not waited for */
  after?: string | undefined
  /** no epoch is given that is not above it */
  above?: string | undefined
}

/**
 * Takes a lease if nobody has it, or whoever had it let it run out by the engine's clock. Epochs are above all before
 * them, and not below the clock in microseconds, so that they rise over whatever was forgotten. Of all who claim to
 * follow one epoch the engine keeps a single insert: they share its token.
 * @returns under which epoch it is held; undefined while somebody else holds it
 */
export async function claimLease(
  store: Store,
  { lease, holder, lengthMs, after = '', above = '0' }: Claim,
): Promise<(Fence & { before: string }) | undefined> {
  const [now] = await store.query('lease_now', { lease })
  if (!now || (now.is_held && !(after && now.holder.startsWith(after)))) return undefined
  const candidates = [BigInt(now.now_us), BigInt(now.last) + 1n, BigInt(above) + 1n]
  const epoch = String(candidates.reduce((highest, each) => (each > highest ? each : highest)))
  await store.command(
    claiming,
    { lease, epoch, holder, before: now.last, after, length_ms: lengthMs },
    { lane: 'load', settings: { insert_deduplication_token: `${lease}-${now.last}` } },
  )
  return (await isMine(store, { lease, epoch }, holder)) ? { lease, epoch, before: now.last } : undefined
}

/**
 * Holds on to a lease for its length from now on.
 * @returns false when somebody else has taken it over
 */
export async function renewLease(
  store: Store,
  { lease, epoch }: Fence,
  { holder, lengthMs }: Omit<Claim, 'lease'>,
): Promise<boolean> {
  await store.command(
    renewing,
    { lease, epoch, holder, length_ms: lengthMs },
    { lane: 'load', settings: again },
  )
  return isMine(store, { lease, epoch }, holder)
}

/** Gives a lease back: whoever asks next has it at once. */
export const releaseLease = (store: Store, fence: Fence, holder: string): Promise<boolean> =>
  renewLease(store, fence, { holder, lengthMs: 0 })

/** Ends the statements of those who held a lease before, which may be under way although their sender is gone. */
export const endStatements = (store: Store, { lease, epoch }: Fence): Promise<void> =>
  store.command(
    'KILL QUERY WHERE startsWith(query_id, {statements:String}) AND NOT startsWith(query_id, {mine:String}) SYNC',
    { statements: statementsOf(lease), mine: `${statementsOf(lease)}${epoch}-` },
    { lane: 'load' },
  )

async function isMine(store: Store, { lease, epoch }: Fence, holder: string): Promise<boolean> {
  const [row] = await store.query('lease_mine', { lease, epoch, holder })
  return row?.is_mine === 1
}

import type { AskOptions, Params, Store } from './store.ts'

/** Under which epoch of a lease somebody writes. */
export type Fence = { lease: string; epoch: string }

/** Holds as long as nobody has taken the lease over; a statement that comes later fails, whoever wakes up and sends it. */
const condition =
  "(SELECT throwIf(max(epoch) > {fence_epoch:UInt64}, 'the lease was taken over') FROM leases WHERE lease = {fence_lease:String}) = 0"

/** The ids of the statements under a fence begin with this, so that whoever follows can end those still under way. */
export const statementsOf = (lease: string): string => `plumbline-${lease}-`

/** What the condition is bound to. */
export const fenceParams = ({ lease, epoch }: Fence): Params => ({ fence_lease: lease, fence_epoch: epoch })

const inserting = /^\s*INSERT INTO (\w+)\s*(\((?:[^()]|\([^()]*\))*\))?\s*((?:SELECT|WITH)\b[\s\S]*)$/
const dropping = /^\s*ALTER TABLE (\w+(?: ON CLUSTER '[\w-]+')?) DROP PARTITION (\{\w+:\w+\})\s*$/
const deleting =
  /^\s*ALTER TABLE (\w+(?: \/\*on cluster\*\/)?(?: ON CLUSTER '[\w-]+')?) DELETE WHERE ([\s\S]+)$/
const updating =
  /^\s*ALTER TABLE (\w+(?: \/\*on cluster\*\/)?(?: ON CLUSTER '[\w-]+')?) UPDATE ([\s\S]+)\nWHERE ([\s\S]+)$/

/**
 * A statement that does nothing, and fails, once the lease was taken over: the engine asks in the same statement.
 * @throws Error for a statement that it can't be asked in, so that none goes out without
 */
export function fenceStatement(sql: string): string {
  const insert = inserting.exec(sql)
  if (insert) {
    const [, table, columns = '', select] = insert
    return `INSERT INTO ${table} ${columns} SELECT * FROM (\n${select}\n) WHERE ${condition}`
  }
  const drop = dropping.exec(sql)
  if (drop) return `ALTER TABLE ${drop[1]} DELETE IN PARTITION ${drop[2]} WHERE ${condition}`
  const cut = deleting.exec(sql)
  if (cut) return `ALTER TABLE ${cut[1]} DELETE WHERE (${cut[2]}) AND ${condition}`
  const update = updating.exec(sql)
  if (update) return `ALTER TABLE ${update[1]} UPDATE ${update[2]}\nWHERE (${update[3]}) AND ${condition}`
  throw new Error(`"${sql.trim().slice(0, 60)}" is no statement that a lease can be asked for in`)
}

/** How the engine takes it: what was deleted is gone when it answers, and the lease is asked for once, at once. */
export const fenceSettings = { mutations_sync: 2, mutations_execute_subqueries_on_initiator: 1 } as const

/** The same store, in which whatever is written counts only while nobody has taken the lease over. */
export const fenceStore = (store: Store, fence: Fence): Store => ({
  ...store,
  command: (sql: string, params?: Params, options?: AskOptions) =>
    store.command(sql, params, { ...options, fence }),
  insert: (table, rows, options) => store.insert(table, rows, { ...options, fence }),
  insertFile: (load) => store.insertFile({ ...load, fence }),
})

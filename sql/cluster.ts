import { created, type Places, placeTables } from './placement.ts'
import type { Settings, Store } from './store.ts'

/** A cluster as the engine's configuration names it. */
export type Cluster = { name: string /** of each shard */; replicas: number }

/** The part of a sharded table that a node has; under the table's own name stands the whole, over all shards. */
export const localName = (table: string): string => `${table}_local`
/** The table that a node's part belongs to; itself when it is none. */
export const wholeName = (table: string): string => table.replace(/_local$/, '')

/**
 * The statements of the schema as a cluster is given them, each on every node, each as often as one likes.
 * Every table is replicated. One that is sharded is a local table, of the same replicas per shard, under a Distributed
 * one; the views that fill it read and write local tables, so that a load is deduplicated by each shard as one engine
 * does it. One that is everywhere is one group of replicas over all nodes, so that views and joins read it where they run.
 */
export function clusterStatements(statements: readonly string[], name: string): string[] {
  const places = placeTables(statements)
  return statements.flatMap((sql) => deriveStatement(sql, places, name))
}

function deriveStatement(sql: string, places: Places, name: string): string[] {
  const cluster = `ON CLUSTER '${name}'`
  const on = (text: string) => text.replaceAll('/*on cluster*/', cluster)
  const isSharded = (table: string | undefined) => places.get(table ?? '')?.by !== undefined
  const whole = (table: string, how: string) =>
    `${how} ${table} ${cluster} AS ${localName(table)} ENGINE = Distributed('${name}', currentDatabase(), '${localName(table)}', ${places.get(table)?.by})`

  const table = created.exec(sql)?.[1]
  if (table) {
    const made = on(replicate(sql, table, isSharded(table)))
    if (!isSharded(table)) return [made]
    return [
      made
        .replace(created, `CREATE TABLE IF NOT EXISTS ${localName(table)}`)
        .replace(/(EMPTY AS\s+SELECT[\s\S]*\bFROM )(\w+)/, (_, before, like) => before + localName(like)),
      whole(table, 'CREATE TABLE IF NOT EXISTS'),
    ]
  }
  const altered = /ALTER TABLE (\w+)/.exec(sql)?.[1]
  if (altered && isSharded(altered))
    return [
      on(sql).replace(`ALTER TABLE ${altered}`, `ALTER TABLE ${localName(altered)}`),
      // it has no rows of its own, and takes no part in indexes and projections: it is made anew with the columns
      whole(altered, 'CREATE OR REPLACE TABLE'),
    ]
  if (/CREATE MATERIALIZED VIEW/.test(sql)) {
    return [
      on(sql)
        .replace(/ TO (\w+) AS/, (all, to) => (isSharded(to) ? ` TO ${localName(to)} AS` : all))
        // columns are named by the table in places
        .replace(/\bFROM (\w+)/, (all, from) =>
          isSharded(from) ? `FROM ${localName(from)} AS ${from}` : all,
        ),
    ]
  }
  return [on(sql)]
}

/** How long the engine remembers what it was given, to take it once; a server's own default forgets within an hour. */
const remembered = 'replicated_deduplication_window_seconds = 604800'

/** A table of the MergeTree family as one with replicas; any other as it is. */
function replicate(sql: string, table: string, isSharded: boolean): string {
  const [path, replica] = isSharded ? ['{shard}', '{replica}'] : ['all', '{shard}-{replica}']
  const made = sql.replace(/\/\*replicated\*\/(\w*MergeTree)(?:\(([^)]*)\))?/, (_, family, given) => {
    const more = given ? `, ${given}` : ''
    return `Replicated${family}('/clickhouse/tables/{database}/${path}/${table}', '${replica}'${more})`
  })
  if (made === sql) return sql
  // without a window of its own the embedded engine takes what looks the same as often as it comes; so must this one
  if (!/^SETTINGS /m.test(made)) return `${made.trimEnd()}\nSETTINGS replicated_deduplication_window = 0`
  return made.includes('non_replicated_deduplication_window')
    ? made.replace(
        /non_replicated_deduplication_window = (\d+)/,
        `replicated_deduplication_window = $1, ${remembered}`,
      )
    : made.replace(/^SETTINGS /m, 'SETTINGS replicated_deduplication_window = 0, ')
}

/** What every statement on a cluster is told. */
export const clusterSettings: Settings = {
  // an insert is answered when the shards have it, not when a queue has
  distributed_foreground_insert: 1,
  // right wherever rows lie; what belongs together lies together, and is reckoned with where it lies
  distributed_product_mode: 'global',
  // replicas in one order for all: as long as the first is there, it is the one that is read
  load_balancing: 'in_order',
  // a change of the schema is in force on every node when it is answered
  alter_sync: 2,
} as const

/**
 * How many replicas must have what is inserted into a table before it is acknowledged. Of a sharded one all of its shard:
 * whichever a check reads then has all that was acknowledged, and nothing is passed over when the next cut begins. Of one
 * that is everywhere the greater part: each process reads it where it writes.
 */
export const quorumOf = (table: string, places: Places, replicas: number): Settings =>
  places.get(table)?.by === undefined
    ? { insert_quorum: 'auto' }
    : replicas > 1
      ? { insert_quorum: replicas }
      : {}

/** A store of one node as that of its cluster: what changes a table goes to the parts of it on every node. */
export function clusterStore(store: Store, cluster: Cluster, statements: readonly string[]): Store {
  const places = placeTables(statements)
  const quorum = (table: string) => quorumOf(wholeName(table), places, cluster.replicas)
  return {
    ...store,
    cluster,
    command: (sql, params, options = {}) => {
      const table = /^\s*INSERT INTO (\w+)/.exec(sql)?.[1]
      return store.command(
        onEveryNode(sql, places, cluster.name),
        params,
        table ? { ...options, settings: { ...quorum(table), ...options.settings } } : options,
      )
    },
    insert: (table, rows, options = {}) =>
      store.insert(table, rows, {
        ...options,
        settings: { ...quorum(/^\w+/.exec(table)?.[0] ?? ''), ...options.settings },
      }),
    insertFile: (load) =>
      store.insertFile({
        ...load,
        settings: { ...quorum(/^\w+/.exec(load.table)?.[0] ?? ''), ...load.settings },
      }),
  }
}

/** `ALTER TABLE` and `TRUNCATE TABLE` of a table that is sharded, as its parts take it. */
export const onEveryNode = (sql: string, places: Places, name: string): string =>
  sql.replace(/^\s*(ALTER TABLE|TRUNCATE TABLE) (\w+)(?! ON CLUSTER)\b/, (all, verb, table) =>
    places.get(table)?.by !== undefined && !sql.includes('ON CLUSTER')
      ? `${verb} ${localName(table)} ON CLUSTER '${name}'`
      : all,
  )

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PlumblineError } from '../server/core/errors.ts'
import { clusterSettings, clusterStore } from './cluster.ts'
import { openChdb, openClickHouse } from './engine.ts'
import { readSchema } from './migrate.ts'
import type { Store } from './store.ts'

/**
 * Opens the engine the settings name: a ClickHouse server by its address, alone or as a node of its cluster, else the
 * embedded one in the data folder.
 * @throws PlumblineError `cluster_unknown` where the server is no node of such a cluster
 */
export async function openStore(options: {
  clickhouseUrl?: string | undefined
  /** as the server's configuration names it (remote_servers) */
  cluster?: string | undefined
  dataFolder: string
  /** arguments of the embedded engine's own */
  args?: string[]
}): Promise<Store> {
  if (options.clickhouseUrl) return openServer(options.clickhouseUrl, options.cluster)
  const folder = join(options.dataFolder, 'engine')
  mkdirSync(folder, { recursive: true })
  return openChdb(folder, options.args)
}

async function openServer(url: string, name: string | undefined): Promise<Store> {
  if (!name) return openClickHouse(url)
  const store = await openClickHouse(url, clusterSettings)
  const [found] = await store.rows<{ replicas: number }>(
    // of the smallest shard: no quorum asks for more than there are
    `SELECT toUInt32(min(replicas)) AS replicas FROM (SELECT shard_num, count() AS replicas FROM system.clusters WHERE cluster = {name:String} GROUP BY shard_num) HAVING count() > 0`,
    { name },
  )
  if (found) return clusterStore(store, { name, replicas: found.replicas }, readSchema().statements)
  await store.close()
  throw new PlumblineError('cluster_unknown', `The server knows no cluster "${name}"`, {
    where: 'PLUMBLINE_CLUSTER',
    mend: "Name one of system.clusters: a cluster of the server's configuration, under remote_servers.",
  })
}

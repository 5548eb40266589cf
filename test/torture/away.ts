import { setTimeout as sleep } from 'node:timers/promises'
import { type FileLoad, type Store, StoreError } from '../../sql/store.ts'
import { openIngest } from '../support/ingest.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { type KindName, kinds, perRequest, type Stored } from './load.ts'

export type AwayResult = { figures: Record<string, number>; broken: string[] }

/** An engine that can be out of reach: then every load fails as a connection does. */
export function createAbsence() {
  const absence = { isAway: false, failures: 0, wrap: (store: Store) => store }
  absence.wrap = (store) => ({
    ...store,
    insertFile: async (load: FileLoad) => {
      if (!absence.isAway) return store.insertFile(load)
      absence.failures++
      throw new StoreError('load', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    },
  })
  return absence
}

/** Takes the engine away for so many seconds under load: what is acknowledged meanwhile is loaded once it is back. */
export async function tortureAway(seconds: number): Promise<AwayResult> {
  const absence = createAbsence()
  const ingest = await openIngest(scenarioEstate(), { wrap: absence.wrap })
  const broken: string[] = []
  const figures = {
    seconds,
    acknowledged: 0,
    refused: 0,
    'failed loads': 0,
    'waiting, bytes': 0,
    'oldest, s': 0,
    'drained in, ms': 0,
    doubled: 0,
    missing: 0,
  }
  const acknowledged = Object.fromEntries(
    Object.keys(kinds).map((name) => [name, new Set<number>()]),
  ) as Record<KindName, Set<number>>
  try {
    absence.isAway = true
    const end = Date.now() + seconds * 1000
    let number = 0
    let before = 0
    while (Date.now() < end) {
      for (const [name, { path, type, write }] of Object.entries(kinds)) {
        const answer = await ingest.post(path, write(++number), { 'content-type': type })
        if (answer.ok) acknowledged[name as KindName].add(number)
        else figures.refused++
      }
      const { waiting_bytes } = ingest.spool.stats()
      if (waiting_bytes < before) broken.push('the spool shrank while the engine was away')
      before = waiting_bytes
      await sleep(20)
    }
    const stats = ingest.spool.stats()
    figures['waiting, bytes'] = stats.waiting_bytes
    figures['oldest, s'] = stats.oldest_s
    figures['failed loads'] = absence.failures
    if (absence.failures === 0) broken.push('the engine was never asked while it was away')
    if (stats.oldest_s < seconds - 1) broken.push(`the oldest is said to have waited ${stats.oldest_s} s`)
    if (figures.refused > 0) broken.push(`${figures.refused} requests were refused`)
    absence.isAway = false
    const back = performance.now()
    await ingest.loader.drain()
    figures['drained in, ms'] = Math.round(performance.now() - back)
    for (const [name, { stored }] of Object.entries(kinds)) {
      const wanted = acknowledged[name as KindName]
      figures.acknowledged += wanted.size
      for (const [table, sql] of Object.entries(stored)) {
        // states follow when the clock of the checks strikes; here is none
        if (table === 'stock_movements') continue
        const rows = new Map((await ingest.store.rows<Stored>(sql)).map((row) => [row.request, row]))
        for (const own of wanted) if (rows.get(own)?.ids !== perRequest) figures.missing += perRequest
        for (const { rows: found } of rows.values()) figures.doubled += Math.max(0, found - perRequest)
        if (rows.size !== wanted.size) broken.push(`${table} holds ${rows.size} of ${wanted.size} requests`)
      }
    }
    if (figures.missing + figures.doubled > 0) broken.push('acknowledged is not stored')
    const { waiting_bytes, waiting_segments } = ingest.spool.stats()
    if (waiting_bytes + waiting_segments > 0) broken.push('the spool is not empty')
    return { figures, broken }
  } finally {
    await ingest.close()
  }
}

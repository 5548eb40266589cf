import { setTimeout as sleep } from 'node:timers/promises'
import { advanceStates } from '../../reconcilers/advance.ts'
import { type Store, StoreError } from '../../sql/store.ts'
import { openIngest } from '../support/ingest.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { type KindName, kinds, perRequest, type Stored } from './load.ts'

export type AwayResult = { figures: Record<string, number>; broken: string[] }

/** An engine that can be out of reach: then whatever is asked of it fails as a connection does. */
export function createAbsence() {
  const absence = { isAway: false, failures: {} as Record<string, number>, wrap: (store: Store) => store }
  const asked = <Arguments extends unknown[], Result>(
    method: string,
    ask: (...given: Arguments) => Promise<Result>,
  ) => {
    absence.failures[method] = 0
    return async (...given: Arguments): Promise<Result> => {
      if (!absence.isAway) return ask(...given)
      absence.failures[method] = (absence.failures[method] ?? 0) + 1
      throw new StoreError(method, Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    }
  }
  absence.wrap = (store) => ({
    ...store,
    query: asked('query', store.query) as Store['query'],
    rows: asked('rows', store.rows) as Store['rows'],
    command: asked('command', store.command),
    insert: asked('insert', store.insert),
    insertFile: asked('insertFile', store.insertFile),
  })
  return absence
}

/**
 * Takes the engine away for so many seconds under load, before the first load and then once more after it: what is
 * acknowledged meanwhile is loaded once it is back.
 */
export async function tortureAway(seconds: number): Promise<AwayResult> {
  const absence = createAbsence()
  const ingest = await openIngest(scenarioEstate(), { wrap: absence.wrap })
  const broken: string[] = []
  const figures = {
    seconds,
    acknowledged: 0,
    refused: 0,
    'failed calls': 0,
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
    let number = 0
    for (const spell of ['from the start', 'after loads'] as const) {
      absence.isAway = true
      const end = Date.now() + (seconds * 1000) / 2
      const failures = () => Object.values(absence.failures).reduce((sum, each) => sum + each, 0)
      const failed = failures()
      let before = 0
      // at least until it was asked in vain
      while (Date.now() < end || failures() === failed) {
        for (const [name, { path, type, write }] of Object.entries(kinds)) {
          const answer = await ingest.post(path, write(++number), { 'content-type': type })
          if (answer.ok) acknowledged[name as KindName].add(number)
          else figures.refused++
        }
        const { waiting_bytes } = ingest.spool.stats()
        if (waiting_bytes < before) broken.push(`the spool shrank while the engine was away, ${spell}`)
        before = waiting_bytes
        await sleep(20)
      }
      const stats = ingest.spool.stats()
      figures['waiting, bytes'] += stats.waiting_bytes
      figures['oldest, s'] = Math.max(figures['oldest, s'], stats.oldest_s)
      if (stats.oldest_s < seconds / 2 - 1)
        broken.push(`the oldest is said to have waited ${stats.oldest_s} s, ${spell}`)
      absence.isAway = false
      const back = performance.now()
      await ingest.loader.drain()
      figures['drained in, ms'] += Math.round(performance.now() - back)
    }
    figures['failed calls'] = Object.values(absence.failures).reduce((sum, each) => sum + each, 0)
    for (const method of ['query', 'insertFile'])
      if (!absence.failures[method]) broken.push(`${method} was never asked while the engine was away`)
    if (figures.refused > 0) broken.push(`${figures.refused} requests were refused`)
    await advanceStates(ingest.store, scenarioEstate(), [])
    for (const [name, { stored }] of Object.entries(kinds)) {
      const wanted = acknowledged[name as KindName]
      figures.acknowledged += wanted.size
      for (const [table, sql] of Object.entries(stored)) {
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

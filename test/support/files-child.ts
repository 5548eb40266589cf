import { join } from 'node:path'
import { startSources } from '../../collectors/sources/index.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'
import { createSerialQueue } from './files-world.ts'

/**
 * Reads files until the store has been written to `killAt` times, then dies at once, as by kill -9. Arguments: data
 * folder, estate text, killAt. Exits 7 when there were fewer writes than that.
 */
const [dataFolder, estateText, killAt] = process.argv.slice(2) as [string, string, string]
const store = await openStore({ dataFolder })
let writes = 0
const counted = <Arguments extends unknown[]>(write: (...given: Arguments) => Promise<void>) => {
  return async (...given: Arguments) => {
    await write(...given)
    writes += 1
    if (writes === Number(killAt)) process.kill(process.pid, 'SIGKILL')
  }
}
const mortal: Store = {
  ...store,
  command: counted(store.command),
  insert: counted(store.insert) as Store['insert'],
  insertFile: counted(store.insertFile),
}
const sources = startSources({
  estate: parseEstate(estateText),
  store: mortal,
  queue: createSerialQueue(mortal),
  folder: join(dataFolder, 'pulls'),
  settleMs: 10,
})
await sources.pollNow()
await sources.stop()
await store.close()
process.exit(7)

import { join } from 'node:path'
import { startSources } from '../../collectors/sources/index.ts'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'

// Pulls the sources of an estate over and over until it is killed; says a line after each round. Arguments: data
// folder, estate text.
const [dataFolder, estateText] = process.argv.slice(2) as [string, string]
const estate = parseEstate(estateText)
const store = await openStore({ dataFolder })
await migrate(store)
const spool = await openSpool({ folder: join(dataFolder, 'spool') })
const loader = startLoader({ store, spool, estate, onLoaded: () => undefined })
const sources = startSources({ estate, store, queue: loader, folder: join(dataFolder, 'pulls') })
for (;;) {
  await sources.pollNow()
  process.stdout.write('pulled\n')
}

import { parseEstate } from '../../server/core/estate.ts'
import { openPushWorld } from './push-world.ts'

/** Takes in what is pushed, on a data folder, until it is killed. Arguments: the folder, and the text of the estate. */
const [folder, estateText] = process.argv.slice(2) as [string, string]
const world = await openPushWorld(parseEstate(estateText), { folder })
await world.sources.pollNow()
process.stdout.write('open\n')
// whoever asked is gone: nobody would ever end this
process.stdin.on('end', () => process.exit(0)).resume()

import { measureBig } from './big.ts'
import { measureIngest } from './ingest.ts'
import { measureBytes } from './ingest-bytes.ts'
import { measureEvents } from './ingest-events.ts'
import { measureParts } from './ingest-parts.ts'
import { measureSpans } from './ingest-spans.ts'
import { measureOverview } from './overview.ts'
import { measurePull } from './pull.ts'
import { measureQueue } from './queue.ts'
import { measureReconcile } from './reconcile.ts'
import { measureRuns } from './runs.ts'
import { printFigures } from './table.ts'

/**
 * `npm run bench`, or `npm run bench -- ingest` for one part, `-- ingest:events` for one of its tables, `-- --big` for
 * every endpoint on a large store. Figures of one run on one machine: read the ratios.
 */
const parts: Record<string, () => Promise<void>> = {
  ingest: measureIngest,
  'ingest:spans': measureSpans,
  'ingest:events': measureEvents,
  'ingest:bytes': measureBytes,
  'ingest:parts': measureParts,
  pull: measurePull,
  reconcile: measureReconcile,
  runs: async () => printFigures(await measureRuns()),
  queue: async () => printFigures(await measureQueue()),
  '--big': measureBig,
  overview: async () => printFigures(await measureOverview()),
}
const wanted = process.argv.slice(2)
for (const [name, measure] of Object.entries(parts))
  if (wanted.includes(name) || (wanted.length === 0 && !/[:-]/.test(name))) await measure()
process.exit(0)

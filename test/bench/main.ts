import { measureIngest } from './ingest.ts'
import { measureOverview } from './overview.ts'
import { measureQueue } from './queue.ts'
import { measureReconcile } from './reconcile.ts'
import { measureRuns } from './runs.ts'
import { printFigures } from './table.ts'

/** `npm run bench`, or `npm run bench -- ingest` for one part. Figures of one run on one machine: read the ratios. */
const parts: Record<string, () => Promise<void>> = {
  ingest: measureIngest,
  reconcile: measureReconcile,
  runs: async () => printFigures(await measureRuns()),
  queue: async () => printFigures(await measureQueue()),
  overview: async () => printFigures(await measureOverview()),
}
const wanted = process.argv.slice(2)
for (const [name, measure] of Object.entries(parts))
  if (wanted.length === 0 || wanted.includes(name)) await measure()
process.exit(0)

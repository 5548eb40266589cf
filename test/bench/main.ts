import { measureIngest } from './ingest.ts'
import { measureOverview } from './overview.ts'
import { measureRuns } from './runs.ts'
import { type Figure, printFigures } from './table.ts'

/** `npm run bench`, or `npm run bench -- ingest` for one part. Figures of one run on one machine: read the ratios. */
const parts: Record<string, () => Promise<Figure[]>> = {
  ingest: measureIngest,
  runs: measureRuns,
  overview: measureOverview,
}
const wanted = process.argv.slice(2)
const figures: Figure[] = []
for (const [name, measure] of Object.entries(parts))
  if (wanted.length === 0 || wanted.includes(name)) figures.push(...(await measure()))
printFigures(figures)
process.exit(0)

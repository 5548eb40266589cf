import { tortureAway } from './away.ts'
import { tortureBodies } from './bodies.ts'
import { tortureKills } from './kills.ts'
import { torturePulls } from './pulls.ts'
import { tortureRequests } from './requests.ts'

/**
 * `npm run torture`, or one part: `npm run torture -- kills 100`, `-- bodies 200000`, `-- memory 200000`,
 * `-- requests 100000`, `-- away 60` (seconds), `-- pulls 100`. What the tests try in small, for as long as is asked; ends with 1 when a promise was broken.
 */
const parts: Record<
  string,
  { usual: number; run: (size: number) => Promise<{ figures: object; broken: string[] }> }
> = {
  kills: { usual: 100, run: tortureKills },
  bodies: { usual: 200_000, run: tortureBodies },
  requests: { usual: 100_000, run: (requests) => tortureRequests(requests) },
  memory: { usual: 200_000, run: (bodies) => tortureBodies(bodies, 'memory') },
  away: { usual: 60, run: tortureAway },
  pulls: { usual: 100, run: (pulls) => torturePulls(pulls) },
}
const [wanted, size] = process.argv.slice(2)
let isBroken = false
for (const [name, { usual, run }] of Object.entries(parts)) {
  if (wanted !== undefined && wanted !== name) continue
  const { figures, broken } = await run(Number(size ?? usual))
  console.log(name)
  console.table(figures)
  for (const each of broken) console.log(`BROKEN  ${each}`)
  if (broken.length > 0) isBroken = true
}
process.exit(isBroken ? 1 : 0)

import { parseArgs } from 'node:util'
import { printTable } from '../bench/table.ts'
import { type SoakMinute, soak } from './soak.ts'

/**
 * `npm run soak`: an hour at half of what a machine of two cores sustains (spans 78,000 or events 22,000 a second, each
 * alone: a quarter of each, together half). `npm run soak -- 10` for so many minutes, `--spans`, `--events` and `--points`
 * for other rates a second. A line a minute, then what was stored, and 1 as its exit code when a promise was broken.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    spans: { type: 'string', default: '19500' },
    events: { type: 'string', default: '5500' },
    points: { type: 'string', default: '500' },
  },
})
const [minutes, spans, events, points] = [
  positionals[0] ?? '60',
  values.spans,
  values.events,
  values.points,
].map(Number) as [number, number, number, number]
if (!(minutes > 0 && spans >= 0 && events >= 0 && points >= 0)) {
  console.error('npm run soak -- MINUTES --spans N --events N --points N (a second)')
  process.exit(2)
}

const columns: [string, (minute: SoakMinute) => string][] = [
  ['min', ({ minute }) => String(minute)],
  ...(['spans', 'events', 'points'] as const).flatMap((kind): typeof columns => [
    [kind, ({ sent }) => String(sent[kind].items)],
    ['refused', ({ sent }) => String(sent[kind].refused)],
    ['ack p99', ({ sent }) => `${Math.round(sent[kind].p99_ms)} ms`],
  ]),
  ['memory', ({ memory }) => `${Math.round(memory / 2 ** 20)} MiB`],
  ['handles', ({ handles }) => String(handles)],
  ['threads', ({ threads }) => String(threads)],
  ['loop p99', ({ eventLoop }) => `${eventLoop.toFixed(1)} ms`],
  ['spool', ({ spool }) => `${(spool / 2 ** 20).toFixed(1)} MiB`],
  ['parts', ({ parts }) => String(parts)],
  ['reader p95', ({ reader }) => `${Math.round(reader)} ms`],
]
const width = 10
const line = (cells: string[]) => console.log(cells.map((cell) => cell.padStart(width)).join(''))

console.log(`${minutes} minutes: a second ${spans} spans, ${events} events, ${points} points`)
line(columns.map(([name]) => name))
const { figures, compared, broken } = await soak({
  minutes,
  rates: { spans, events, points },
  onMinute: (minute) => line(columns.map(([, write]) => write(minute))),
})
console.log()
printTable(
  ['at the end', 'acknowledged', 'stored'],
  compared.map(({ what, acknowledged, stored }) => [what, String(acknowledged), String(stored)]),
)
console.table(figures)
for (const each of broken) console.log(`BROKEN  ${each}`)
console.log(broken.length > 0 ? 'The soak is broken.' : 'Everything held.')
process.exit(broken.length > 0 ? 1 : 0)

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEstate } from '../../server/core/estate.ts'
import { demoEstatePath } from '../../server/start.ts'
import { type Product, startProduct } from '../support/product.ts'
import { compareCollector } from './big-collector.ts'
import { big, makeBigWorld } from './big-world.ts'
import { printTable, quantile, write } from './table.ts'

const rounds = 12
/** What is asked of a page at most: for a day, and for a month over all plants. */
const promisedMs = { day: 100, month: 300 }

/** What pages ask for: `{range}` is a day or a month. Others speak of now, and are asked once. */
const asked = [
  '/api/overview?{range}',
  '/api/flows?{range}',
  '/api/flows/order_to_cash?{range}',
  '/api/flows/order_to_cash?plant=HAM&{range}',
  '/api/plants/HAM?{range}',
  '/api/quality?{range}',
  '/api/dependencies?{range}',
  '/api/dependencies/carrier?{range}',
  '/api/service-map?{range}',
  '/api/traces?{range}&limit=50',
  '/api/traces?{range}&errors=true&limit=50',
  '/api/sources',
  '/api/checks',
  '/api/runs?limit=100',
  '/api/exceptions?limit=50&facets=no&sleeping=no',
  '/api/exceptions?limit=0&sleeping=no',
  '/api/exceptions/standing',
  '/api/exceptions/groups',
  '/api/exceptions/5000',
  '/api/exceptions/open',
  '/api/search?q=SO-5000000',
  '/api/keys/SO-5000000',
  '/api/wall',
  '/api/alerts',
  '/api/estate',
]

/** Whom the estate tells and asks: nobody listens there. */
const secret = `whsec_${Buffer.alloc(32).toString('base64')}`
const elsewhere = {
  PLUMBLINE_DEMO_DESK_URL: 'http://127.0.0.1:9/',
  PLUMBLINE_DEMO_DESK_SECRET: secret,
  PLUMBLINE_DEMO_REPLAY_URL: 'http://127.0.0.1:9/',
  PLUMBLINE_DEMO_REPLAY_SECRET: secret,
}

/**
 * `npm run bench -- --big`: every endpoint a page calls, on a month of a company of some size: 12 million spans,
 * 10 million events, a million states and 100,000 open cases; and the same questions asked of the OpenTelemetry Collector's
 * default schema. PLUMBLINE_BENCH_FOLDER keeps that store for the next time.
 */
export async function measureBig(): Promise<void> {
  const kept = process.env.PLUMBLINE_BENCH_FOLDER
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'plumbline-big-'))
  mkdirSync(folder, { recursive: true })
  const started = performance.now()
  if (!existsSync(join(folder, 'engine'))) await makeBigWorld(folder, loadEstate(demoEstatePath))
  console.log(
    `${Object.entries(big)
      .map(([what, count]) => `${write(count)} ${what}`)
      .join(', ')}; made in ${write((performance.now() - started) / 1000)} s\n`,
  )
  await compareCollector(folder)
  const product = await startProduct({ folder, estate: demoEstatePath, env: elsewhere })
  try {
    await askAll(product)
  } finally {
    if (kept) await product.kill()
    else await product.stop()
    if (!kept) rmSync(folder, { recursive: true, force: true })
  }
}

async function askAll(product: Product): Promise<void> {
  const rows: string[][] = []
  for (const path of asked) {
    const isRanged = path.includes('{range}')
    const day = await ask(product, path.replace('{range}', 'hours=24'))
    const month = isRanged ? await ask(product, path.replace('{range}', 'hours=720')) : undefined
    // a table comes at the end; until then, how far it is
    console.error(
      `${path}: ${[day, month ?? []].map((times) => times.map(Math.round).join(' ')).join(' | ')}`,
    )
    rows.push([
      path.replace(/[?&]\{range\}/, ''),
      ...cells(day, promisedMs.day),
      ...(month ? cells(month, promisedMs.month) : ['', '', '']),
    ])
  }
  printTable(
    [
      'asked of the API',
      'p50 ms',
      'p95 ms',
      `of ${promisedMs.day}`,
      'a month, p50',
      'p95 ms',
      `of ${promisedMs.month}`,
    ],
    rows,
  )
}

const cells = (times: number[], promised: number) => [
  write(quantile(times, 0.5)),
  write(quantile(times, 0.95)),
  `${(quantile(times, 0.95) / promised).toFixed(2)}×`,
]

async function ask({ url }: Product, path: string): Promise<number[]> {
  const times: number[] = []
  // the first is not counted: nothing has been read yet
  for (let round = 0; round <= rounds; round++) {
    const from = performance.now()
    const answer = await fetch(url + path)
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    const took = performance.now() - from
    if (round > 0) times.push(took)
    // what takes so long needs no twelve rounds to be known
    if (took > 5_000 && round > 1) break
  }
  return times
}

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActOnMany, ActProgress } from '../../server/api/schemas/acts.ts'
import { launchBrowser } from '../support/browser.ts'
import { type Product, startProduct } from '../support/product.ts'
import { foldLogsNaively, makeQueue } from './queue-world.ts'
import { type Figure, quantile } from './table.ts'

const cases = 100_000
const acted = 10_000
const rounds = 40
/** Nobody's queue is asked for the first time all day: the server has compiled what it runs. */
const warmRounds = 10
const warmPages = 6
/** What a page still asks for when it is shut would be in the next one's way. */
const pauseMs = 500

/** What people ask of a queue, one after the other: what stands, lists sorted and filtered, further pages, what is counted. */
const questions = [
  '/standing',
  '?limit=50&facets=no&sleeping=no',
  '?limit=0&sleeping=no',
  '?limit=50&facets=no&sleeping=no&sort=due',
  '?limit=50&facets=no&sleeping=no&plant=HAM&severity=high',
  '?limit=0&sleeping=no&assignee=Ann',
  '?limit=50&facets=no&sleeping=no&assignee=Ann',
  '?limit=50&facets=no&sleeping=no&cause=stale_price&sort=age',
  '?limit=50&facets=no&sleeping=no&offset=5000',
]

/** The queue with 100,000 open cases: its API, its first rows in a browser, and an act on 10,000 by filter. */
export async function measureQueue(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-queue-'))
  const { estate, folded_ms } = await makeQueue(folder, cases).then(async (made) => ({
    ...made,
    folded_ms: await foldLogsNaively(folder),
  }))
  const product = await startProduct({ folder, estate })
  try {
    const times = await askQuestions(product)
    const rows = await measureRows(product)
    const act = await measureAct(product)
    const fold = 'the same list folded from the logs'
    return [
      figure('queue API, 100,000 open cases, p50', 'ms', quantile(times, 0.5), fold, folded_ms),
      figure('queue API, 100,000 open cases, p95', 'ms', quantile(times, 0.95), fold, folded_ms),
      figure('first rows on screen', 'ms', rows.ours, 'what was promised', 300),
      figure('first rows on screen', 'ms', rows.ours, 'such rows in plain HTML, nothing else', rows.plain),
      figure('first rows, once the browser has the scripts', 'ms', rows.kept, 'what was promised', 300),
      figure(`an act on ${acted.toLocaleString('en-US')} by filter`, 's', act / 1000, 'what was promised', 5),
    ]
  } finally {
    await product.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const figure = (what: string, unit: string, ours: number, baseline: string, theirs: number): Figure => ({
  what,
  unit,
  ours,
  baseline,
  theirs,
  isHigherBetter: false,
})

async function askQuestions({ url }: Product): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < (warmRounds + rounds) * questions.length; index++) {
    const started = performance.now()
    const answer = await fetch(`${url}/api/exceptions${questions[index % questions.length]}`)
    const body = (await answer.json()) as { as_of?: string }
    if (!answer.ok || !body.as_of) throw new Error(`the queue answered ${answer.status}`)
    if (index >= warmRounds * questions.length) times.push(performance.now() - started)
  }
  return times
}

type Looks = Record<'ours' | 'kept' | 'plain', number>

/**
 * From the page's own start until it has drawn rows, the median of nine: of a browser that opens Plumbline for the first
 * time; of one that has kept the scripts, as of somebody who works there all day; and of a page between them that has the
 * same rows in its plain text, no script and no style: what the browser itself takes.
 */
async function measureRows({ url }: Product): Promise<Looks> {
  const browser = await launchBrowser()
  const bare = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(plainPage))
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`
  const viewport = { width: 1440, height: 900 }
  const atWork = await browser.newContext({ viewport })
  const look = async (at: string, isAtWork = false) => {
    const page = await (isAtWork ? atWork.newPage() : browser.newPage({ viewport }))
    await page.addInitScript({ content: noteRows })
    await page.goto(at, { waitUntil: 'commit' })
    const drawn = await page.waitForFunction(() => (globalThis as { drawnAt?: number }).drawnAt)
    const drawnAt = (await drawn.jsonValue()) as number
    await page.close()
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    return drawnAt
  }
  const times: Looks[] = []
  for (let index = 0; index < warmPages + 9; index++) {
    const queue = `${url}/exceptions`
    const all = { plain: await look(address), ours: await look(queue), kept: await look(queue, true) }
    if (index >= warmPages) times.push(all)
  }
  await browser.close()
  bare.close()
  const median = (of: keyof Looks) =>
    quantile(
      times.map((all) => all[of]),
      0.5,
    )
  return { ours: median('ours'), kept: median('kept'), plain: median('plain') }
}

const plainPage = `<!doctype html><title>Rows</title><table>${Array.from(
  { length: 50 },
  (_, row) =>
    `<tr class="case">${Array.from({ length: 11 }, (_, cell) => `<td${cell === 6 ? ' class="key"' : ''}>${row} ${cell} SO-100004/10</td>`).join('')}</tr>`,
).join('')}</table>`

/** The page itself notes when rows were drawn: the frame after the one they came with has begun. */
const noteRows = `
  const watch = new MutationObserver(() => {
    if (document.querySelectorAll('tr.case td.key').length <= 10) return
    watch.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.drawnAt = performance.now() }))
  })
  watch.observe(document, { childList: true, subtree: true })
`

/** Assigns all of a filter; whoever waits is told how far it is. */
async function measureAct({ url }: Product): Promise<number> {
  const given: ActOnMany = { act: 'assign', assignee: 'Eve', filter: { plant: 'HAM' } }
  const started = performance.now()
  const answer = await fetch(`${url}/api/exceptions/acts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-plumbline-actor': 'Eve' },
    body: JSON.stringify(given),
  })
  const lines = (await answer.text()).trim().split('\n')
  const took = performance.now() - started
  const last = JSON.parse(lines.at(-1) ?? '{}') as ActProgress
  const done = last.results?.filter((item) => item.outcome === 'done').length
  if (done !== acted || lines.length < 4) throw new Error(`${done} of ${acted} done in ${lines.length} lines`)
  return took
}

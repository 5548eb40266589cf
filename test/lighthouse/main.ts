import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { launchBrowser, settle } from '../support/browser.ts'
import { freePort, startProduct } from '../support/product.ts'

/**
 * `npm run lighthouse`: how Lighthouse scores the overview of the demo, as a laptop and as a phone load it. Each is
 * measured a few times on a product that has answered before, and the middle one counts. Ends with 1 below the bounds.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const bounds = { performance: 95, accessibility: 100 } as const
const times = 3

type Category = keyof typeof bounds
type Audit = { score: number | null; displayValue?: string; title: string; numericValue?: number }
type Report = {
  categories: Record<Category, { score: number | null; auditRefs: { id: string; weight: number }[] }>
  audits: Record<string, Audit>
}
type Lighthouse = (url: string, flags: object, config?: object) => Promise<{ lhr: Report } | undefined>

const { lighthouse, desktop } = await loadLighthouse()
const product = await startProduct({ demoHours: 24 })
const port = await freePort()
const browser = await launchBrowser([`--remote-debugging-port=${port}`])
try {
  await product.waitForDemo()
  await warm()
  const rows = []
  for (const [name, config] of [
    ['laptop', desktop],
    ['phone', undefined],
  ] as const) {
    const reports = []
    for (let time = 0; time < times; time++) reports.push(await measure(config))
    const middle = reports.sort((a, b) => scoreOf(a, 'performance') - scoreOf(b, 'performance'))[
      times >> 1
    ] as Report
    const accessibility = Math.min(...reports.map((report) => scoreOf(report, 'accessibility')))
    const performance = scoreOf(middle, 'performance')
    rows.push({
      name,
      performance,
      accessibility,
      isBelow: performance < bounds.performance || accessibility < bounds.accessibility,
      report: middle,
    })
  }
  for (const { name, performance, accessibility, report } of rows) {
    console.log(`\n${name}: performance ${performance}, accessibility ${accessibility}`)
    console.table(detailsOf(report))
  }
  console.table(
    Object.fromEntries(
      rows.map(({ name, performance, accessibility, isBelow }) => [
        name,
        { performance, accessibility, bound: isBelow ? 'missed' : 'kept' },
      ]),
    ),
  )
  if (rows.some(({ isBelow }) => isBelow)) process.exitCode = 1
} finally {
  await browser.close()
  await product.stop()
}

/** What was measured: it is installed apart, so that nobody who installs Plumbline downloads it. */
async function loadLighthouse(): Promise<{ lighthouse: Lighthouse; desktop: object }> {
  const core = join(folder, 'node_modules', 'lighthouse', 'core')
  if (!existsSync(core)) {
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
    if (status !== 0) throw new Error('Lighthouse could not be installed')
  }
  const load = async (...path: string[]) =>
    (await import(pathToFileURL(join(core, ...path)).href)).default as unknown
  return {
    lighthouse: (await load('index.js')) as Lighthouse,
    desktop: (await load('config', 'desktop-config.js')) as object,
  }
}

/** Lets the product answer everything the overview asks, and the browser compile its parts, once. */
async function warm(): Promise<void> {
  const page = await browser.newPage()
  await page.goto(product.url)
  await settle(page)
  await page.close()
}

async function measure(config: object | undefined): Promise<Report> {
  const flags = { port, output: 'json', logLevel: 'error', onlyCategories: Object.keys(bounds) }
  const result = await lighthouse(`${product.url}/`, flags, config)
  if (!result) throw new Error('Lighthouse has measured nothing')
  return result.lhr
}

function scoreOf({ categories }: Report, category: Category): number {
  return Math.round(100 * (categories[category].score ?? 0))
}

/** What performance is made of, and what accessibility misses. */
function detailsOf({ categories, audits }: Report): Record<string, { value: string; score: number }> {
  const of = (category: Category) =>
    categories[category].auditRefs.flatMap(({ id, weight }) => {
      const audit = audits[id]
      return audit && weight > 0 && audit.score !== null ? [{ ...audit, score: audit.score }] : []
    })
  return Object.fromEntries(
    [...of('performance'), ...of('accessibility').filter(({ score }) => score < 1)].map((audit) => [
      audit.title,
      { value: audit.displayValue ?? '', score: Math.round(100 * audit.score) },
    ]),
  )
}

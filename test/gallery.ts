import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import type { ExceptionList } from '../server/api/schemas/exceptions.ts'
import { launchBrowser, settle } from './support/browser.ts'
import { type Product, startProduct } from './support/product.ts'

/**
 * `npm run gallery`, or `npm run gallery -- overview queue` for some: a picture of every page and state, in test/.gallery,
 * to be looked through beside the style sheet. The world is the demo's, with faults enough that every kind has happened.
 */
const folder = fileURLToPath(new URL('.gallery', import.meta.url))
const wanted = process.argv.slice(2)

const views = {
  light: { width: 1440, height: 900, colorScheme: 'light' },
  dark: { width: 1440, height: 900, colorScheme: 'dark' },
  phone: { width: 390, height: 844, colorScheme: 'light' },
  'phone-dark': { width: 390, height: 844, colorScheme: 'dark' },
} as const
type View = keyof typeof views

type Shot = { name: string; path: string; views?: View[]; state?: (page: Page) => Promise<unknown> }

const hang = (page: Page) => page.route('**/api/**', () => undefined)
const fail = (page: Page) =>
  page.route('**/api/**', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: 'The store does not answer', detail: 'The store does not answer' }),
    }),
  )
/** The page without the answers that come with it, so that it has to ask. */
const bare = (page: Page) =>
  page.route('**/*', async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback()
    const response = await route.fetch()
    const body = (await response.text()).replaceAll(/<script type="application\/json"[\s\S]*?<\/script>/g, '')
    await route.fulfill({ response, body })
  })

/** The pages by their addresses; those that show one thing show the first of its kind. */
async function listPages(product: Product): Promise<Shot[]> {
  const cases = await product.get<ExceptionList>('/api/exceptions?limit=200')
  const first = async (path: string, pick: (answer: never) => unknown) =>
    String(pick((await product.get(path)) as never))
  const ofCheck = (check: string) => cases.rows.find((row) => row.check === check)?.number
  const pages: Record<string, string | undefined> = {
    overview: '/',
    'overview-plant': '/?plant=HAM&hours=8',
    'overview-own-currency': '/?plant=BRN&currency=plant&flow=order_to_cash',
    queue: '/exceptions',
    'queue-own-currency': '/exceptions?currency=plant',
    'queue-by-cause': '/exceptions?group=on',
    flows: '/flows',
    flow: '/flows/order_to_cash',
    dependencies: '/dependencies',
    dependency: '/dependencies/carrier',
    traces: '/traces',
    trace: `/traces/${await first('/api/traces?errors=true&limit=1', (answer: { rows: { trace_id: string }[] }) => answer.rows[0]?.trace_id)}`,
    reconciliation: '/reconciliation',
    check: '/checks/inventory_on_hand',
    run: `/runs/${cases.rows[0] ? await first(`/api/exceptions/${cases.rows[0].number}`, (answer: { exception: { last_run: string } }) => answer.exception.last_run) : ''}`,
    propagation: '/propagation',
    sources: '/sources',
    health: '/health',
    quarantine: '/quarantine',
    replays: '/replays',
    quality: '/quality',
    alerts: '/alerts',
    deliveries: '/deliveries',
    nowhere: '/no-such-page',
  }
  for (const check of new Set(cases.rows.map((row) => row.check)))
    pages[`case-${check.replaceAll('_', '-')}`] = `/exceptions/${ofCheck(check)}`
  return Object.entries(pages).flatMap(([name, path]) =>
    path && !path.endsWith('undefined') ? [{ name, path }] : [],
  )
}

/** What a page shows while it waits, when it fails, and when nothing matches. */
const states: Shot[] = [
  '/',
  '/exceptions',
  '/flows/order_to_cash',
  '/dependencies',
  '/reconciliation',
  '/sources',
  '/health',
  '/quality',
  '/alerts',
].flatMap((path) => {
  const name = path === '/' ? 'overview' : path.split('/')[1]
  const both: View[] = ['light', 'phone-dark']
  return [
    {
      name: `${name}-loading`,
      path,
      views: both,
      state: async (page: Page) => Promise.all([bare(page), hang(page)]),
    },
    {
      name: `${name}-error`,
      path,
      views: both,
      state: async (page: Page) => Promise.all([bare(page), fail(page)]),
    },
  ]
})
states.push({
  name: 'queue-nothing-matches',
  path: '/exceptions?text=nothing+like+this',
  views: ['light', 'phone'],
})

async function shoot(browser: Browser, url: string, { name, path, state, ...shot }: Shot): Promise<void> {
  for (const view of shot.views ?? (Object.keys(views) as View[])) {
    const { colorScheme, ...viewport } = views[view]
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await state?.(page)
    await page.goto(url + path)
    await settle(page, 4_000).catch(() => undefined)
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(folder, `${name}-${view}.png`), fullPage: true })
    await context.close()
  }
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const product = await startProduct({ demoHours: 24, env: { PLUMBLINE_DEMO_FAULTS: '4' } })
const browser = await launchBrowser()
try {
  await product.waitForDemo()
  const shots = [...(await listPages(product)), ...states]
  for (const shot of shots)
    if (wanted.length === 0 || wanted.some((name) => shot.name.startsWith(name))) {
      await shoot(browser, product.url, shot)
      console.log(shot.name)
    }
  // last, since nothing answers any more: what a page that stands open says then
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(product.url)
  await settle(page, 4_000).catch(() => undefined)
  await product.kill()
  await page.locator('.app[data-stale]').waitFor({ timeout: 90_000 })
  await page.screenshot({ path: join(folder, 'overview-stale-light.png'), fullPage: true })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.screenshot({ path: join(folder, 'overview-stale-dark.png'), fullPage: true })
  await context.close()
} finally {
  await browser.close()
  await product.stop()
}
process.exit(0)

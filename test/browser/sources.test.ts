import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ingest } from '../../server/api/schemas/ingest.ts'
import type { QuarantineList, QuarantineReasons } from '../../server/api/schemas/sources.ts'
import { codeWords, kindWords } from '../../web/lib/codes.ts'
import { findViolations } from '../support/accessibility.ts'
import { launchBrowser, settle } from '../support/browser.ts'
import { type LiveDemo, visitDemo } from '../support/live-demo.ts'

/** The sources page on the demo, which has an interface failing and messages refused. */
let product: LiveDemo
let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  product = await visitDemo()
  browser = await launchBrowser()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.leave()
})

const openPage = async (
  path: string,
  width = 1440,
  height = 900,
  colorScheme: 'light' | 'dark' = 'light',
) => {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const open = () => page.goto(product.url + path)
  return { page, open, context }
}

test('a reason leads to its messages, each as it came, by click and by address', async () => {
  const { page, open, context } = await openPage('/sources')
  await open()
  const { rows } = await product.get<QuarantineReasons>('/api/quarantine/reasons')
  const [reason] = rows
  if (!reason) throw new Error('the demo has messages that are refused')
  const what = `${codeWords(reason.code)}, ${kindWords(reason.kind)}`
  await page
    .getByRole('link', { name: `messages: ${what} of ${reason.source}` })
    .first()
    .click()
  const messages = page.getByRole('region', { name: 'Messages in quarantine' })
  await messages.getByText(`${what}, ${reason.source}`).waitFor()
  expect(new URL(page.url()).searchParams.get('code')).toBe(reason.code)
  await page.reload()
  const list = await product.get<QuarantineList>(
    `/api/quarantine?code=${reason.code}&kind=${reason.kind}&source=${reason.source}`,
  )
  expect(list.total).toBe(reason.messages)
  await messages.getByText(list.rows[0]?.message_id ?? '', { exact: true }).waitFor()
  expect(await messages.getByRole('listitem').count()).toBe(list.total)
  await messages.getByText('The message as it came').first().click()
  await messages
    .getByText(/"specversion": "1.0"/)
    .first()
    .waitFor()
  await page.keyboard.press('Escape')
  await messages.getByText('All messages').waitFor()
  await context.close()
})

test('what waits in the broker’s queues is shown, most first', async () => {
  const { page, open, context } = await openPage('/sources')
  await open()
  const first = page.getByRole('region', { name: 'Queues' }).locator('tbody tr').first()
  await first.getByText('goods_issue').waitFor()
  await first.getByText('Waiting').waitFor()
  await page.getByRole('button', { name: /^Show \d+ in which nothing waited/ }).click()
  await page.getByRole('button', { name: /^Hide / }).waitFor()
  await page.getByRole('button', { name: 'Traces', exact: true }).click()
  await page.getByText('Loader lag of traces').waitFor()
  await page.getByText('Sums over spans: exact').waitFor()
  await context.close()
})

test('that nothing more is taken is said loudly, with the reason', async () => {
  const { page, open, context } = await openPage('/sources')
  await page.route('**/api/ingest*', async (route) => {
    const answer = (await (await route.fetch()).json()) as Ingest
    const refusing = 'the disk has too little room'
    await route.fulfill({
      json: { ...answer, refusing, kinds: answer.kinds.map((one) => ({ ...one, status: 'breach' })) },
    })
  })
  await open()
  const alert = page.getByRole('alert').filter({ hasText: 'Nothing more is taken' })
  await alert.waitFor()
  expect(await alert.innerText()).toContain('the disk has too little room')
  await page.getByText('Refusing').first().waitFor()
  // the page asks again while it closes: that answer is nobody's
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await context.close()
})

test.each(['light', 'dark'] as const)('it fits a phone and is accessible, %s', async (colorScheme) => {
  const { page, open, context } = await openPage('/sources?hours=24', 390, 844, colorScheme)
  await open()
  await page.getByText('Sums over spans: exact').waitFor()
  await settle(page)
  const [scroll, client] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  expect(scroll).toBe(client)
  expect(await findViolations(page)).toEqual([])
  await context.close()
})

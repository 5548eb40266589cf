import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findViolations } from '../support/accessibility.ts'
import { flows } from '../support/app.ts'
import { says, settle } from '../support/browser.ts'
import { keepPicture } from '../support/gallery.ts'
import { goodPassword, signInAs, signInEstate } from '../support/people.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { laptop, nameOf, openSigningIn, type SigningIn, views } from '../support/signing-in.ts'

/** How people come in, and what happens when their session is over, in a real browser. */
let place: SigningIn
beforeAll(async () => {
  place = await openSigningIn(scenarioEstate(flows + signInEstate, ['inventory_on_hand']))
}, 120_000)
afterAll(() => place?.close())

const signIn = async (page: Page, login: string, password: string) => {
  await page.getByLabel('Name').fill(login)
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
}
const pathOf = (page: Page) => page.url().slice(place.url.length)
/** What a browser says of an answer that is no success; it says so of its own accord. */
const isRefusal = (fault: string) => /^Failed to load resource/.test(fault)

describe('signing in', () => {
  test('a page that is asked for leads to where one signs in, and from there to that page', async () => {
    await signInAs(place.app, 'ada', ['workers'])
    const { page, context, faults, foreign } = await place.open('/exceptions?plant=HAM')
    expect(pathOf(page)).toBe(`/sign-in?to=${encodeURIComponent('/exceptions?plant=HAM')}`)
    const name = page.getByLabel('Name')
    await vi.waitUntil(() => name.evaluate((field) => field === document.activeElement))
    expect(await name.getAttribute('autocomplete')).toBe('username')
    expect(await page.getByLabel('Password').getAttribute('autocomplete')).toBe('current-password')
    await signIn(page, 'ada', goodPassword)
    await page.waitForURL('**/exceptions?plant=HAM')
    await settle(page)
    await page.getByRole('button', { name: 'Signed in as ada by name' }).waitFor()
    expect([faults, foreign]).toEqual([[], []])
    await context.close()
  })

  test('it loads nothing of the dashboard', async () => {
    const context = await place.browser.newContext()
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${place.url}/sign-in`)
    await page.getByLabel('Name').waitFor()
    const scripts = asked.filter((path) => path.endsWith('.js'))
    expect(scripts.filter((path) => !/^\/(theme|assets\/sign-in-[\w-]+)\.js$/.test(path))).toEqual([])
    expect(asked.filter((path) => path.startsWith('/api/'))).toEqual(['/api/sign-in'])
    await context.close()
  })

  test('a wrong password says so, and is asked for again', async () => {
    await signInAs(place.app, 'ben', ['viewers'])
    const { page, context, faults } = await place.open('/sign-in')
    await signIn(page, 'ben', 'not this one')
    await page.getByRole('alert').getByText('The name or the password is not right.').waitFor()
    const password = page.getByLabel('Password')
    expect(await password.evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await page.getByLabel('Name').inputValue()).toBe('ben')
    await password.fill(goodPassword)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${place.url}/`)
    expect(faults.filter((fault) => !isRefusal(fault))).toEqual([])
    await context.close()
  })

  test('whose groups are granted nothing is told so', async () => {
    await signInAs(place.app, 'nora', [])
    const { page, context } = await place.open('/sign-in')
    await signIn(page, 'nora', goodPassword)
    await says(page, /You are signed in\s+Nothing here is granted to your groups\. Ask whoever/)
    await context.close()
  })

  test('a name that is locked says for how long, and how it is opened', async () => {
    await signInAs(place.app, 'cleo', ['viewers'])
    for (let tried = 0; tried < 10; tried++)
      await place.app.ask('/api/sign-in', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: 'cleo', password: `wrong ${tried}` }),
      })
    const { page, context } = await place.open('/sign-in')
    await signIn(page, 'cleo', goodPassword)
    await says(page, /try again in 15 min\. Or ask whoever administers Plumbline for a new link/)
    await context.close()
  })

  test.each(['//evil.example/x', '/\\evil.example', '/\t/evil.example', 'https://evil.example', '/sign-in'])(
    'it leads to no other place than a page of ours: %j',
    async (to) => {
      const login = `dora${to.length}`
      await signInAs(place.app, login, ['viewers'])
      const { page, context, foreign } = await place.open(`/sign-in?to=${encodeURIComponent(to)}`)
      await signIn(page, login, goodPassword)
      await page.waitForURL(`${place.url}/`)
      expect(foreign).toEqual([])
      await context.close()
    },
  )

  test('whose browser keeps no cookies is told so, and goes round no longer', async () => {
    await signInAs(place.app, 'eve', ['viewers'])
    const { page, context } = await place.open('/sign-in?to=/flows')
    await page.route('**/api/sign-in', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      await route.fulfill({ json: { name: 'Eve' } })
    })
    await signIn(page, 'eve', goodPassword)
    await says(page, /this browser did not keep it\. Allow cookies/)
    expect(pathOf(page)).toBe(`/sign-in?to=${encodeURIComponent('/flows')}`)
    await context.close()
  })

  test.each([true, false])(
    'single sign-on has its button, and the focus where there is nothing else: %s',
    async (password) => {
      const context = await place.browser.newContext({ viewport: laptop, reducedMotion: 'reduce' })
      const page = await context.newPage()
      await page.route('**/api/sign-in', (route) =>
        route.fulfill({ json: { password, single: 'Company account', is_first: false } }),
      )
      await page.goto(`${place.url}/sign-in?to=${encodeURIComponent('/flows?plant=HAM')}`)
      const button = page.getByRole('link', { name: 'Company account' })
      expect(await button.getAttribute('href')).toBe(
        `/sign-in/single?to=${encodeURIComponent('/flows?plant=HAM')}`,
      )
      const hasFocus = () => button.evaluate((link) => link === document.activeElement)
      await vi.waitUntil(async () => (await hasFocus()) === !password)
      expect(await page.getByLabel('Password').count()).toBe(password ? 1 : 0)
      expect(await findViolations(page, { tags: [] })).toEqual([])
      await keepPicture(page, `sign-in-single-${password}`)
      await context.close()
    },
  )

  test('why single sign-on brought nobody in is said', async () => {
    const { page, context } = await place.open('/sign-in?failed=no_group')
    await says(page, /Nothing here is granted to your groups\. Ask whoever/)
    await page.goto(`${place.url}/sign-in?failed=something_new`)
    await says(page, /did not work \(something_new\)/)
    await context.close()
  })
})

describe('choosing a password by a link', () => {
  const invite = async (login: string) =>
    (await place.app.access.people.invite({ login, name: `${login} by name`, groups: ['viewers'] }, 'a test'))
      .code

  test('it says whose link it is, why a password is too weak, and lets them in; it counts once', async () => {
    const code = await invite('fay')
    const { page, context, faults } = await place.open(`/sign-in#join=${code}`)
    await says(page, /This link is for fay by name, until .*\. It counts once\./)
    expect(await page.getByLabel('You sign in as').inputValue()).toBe('fay')
    expect(await page.getByLabel('You sign in as').getAttribute('autocomplete')).toBe('username')
    const password = page.getByLabel('New password')
    expect(await password.getAttribute('autocomplete')).toBe('new-password')
    await password.fill('short')
    await page.keyboard.press('Enter')
    await says(page, /The password has 5 characters\. Choose 12 characters or more/)
    await page.getByLabel('Show it').check()
    expect(await password.getAttribute('type')).toBe('text')
    await password.fill(goodPassword)
    await password.press('Enter')
    await page.waitForURL(`${place.url}/`)
    await page.getByRole('button', { name: 'Signed in as fay by name' }).waitFor()
    expect(faults.filter((fault) => !isRefusal(fault))).toEqual([])
    // a link that is opened where the page is open already
    await page.goto(`${place.url}/sign-in`)
    await page.getByLabel('Name').waitFor()
    await page.evaluate((used) => {
      location.hash = `join=${used}`
    }, code)
    await says(page, /This link opens nothing/)
    await says(page, /used, or is older than a day\. Ask whoever administers/)
    await context.close()
  })

  test.each(views)(
    'both forms fit $width, $colorScheme, and keep the rules of accessibility',
    async (view) => {
      const code = await invite(`gus-${nameOf(view)}`)
      const { page, context, faults, foreign } = await place.open('/sign-in', view)
      await page.getByLabel('Name').waitFor()
      const looksRight = async () => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
          view.width,
        )
        expect(await findViolations(page, { tags: [] })).toEqual([])
      }
      await looksRight()
      await keepPicture(page, `sign-in-${nameOf(view)}`)
      await page.goto(`${place.url}/sign-in?x#join=${code}`)
      await page.getByLabel('New password').waitFor()
      await looksRight()
      await keepPicture(page, `sign-in-join-${nameOf(view)}`)
      expect([faults, foreign]).toEqual([[], []])
      await context.close()
    },
  )
})

describe('a session that is over', () => {
  const personOf = (login: string) => {
    const person = place.app.access.people.findLogin(login)
    if (!person) throw new Error(`nobody is ${login}`)
    return person.id
  }

  test('leads to where one signs in, once, and back to the same page', async () => {
    const { page, context } = await place.openAs('hal', ['workers'], '/exceptions?severity=high', laptop)
    await settle(page)
    const ways: string[] = []
    page.on('framenavigated', (frame) => ways.push(new URL(frame.url()).pathname))
    await place.app.access.people.signOut(personOf('hal'), 'a test')
    place.app.bus.tell('exceptions')
    await page.waitForURL('**/sign-in?to=*')
    await page.getByLabel('Name').waitFor()
    expect(ways).toEqual(['/sign-in'])
    await signIn(page, 'hal', goodPassword)
    await page.waitForURL('**/exceptions?severity=high')
    await settle(page)
    await context.close()
  })

  test('also when it is the stream of changes that is refused', async () => {
    const { context, cookie } = await place.openAs('ivy', ['workers'], '/flows')
    const page = await context.newPage()
    const refuse = { status: 401, json: { error: { code: 'unauthorized', message: 'Nobody is signed in' } } }
    let refused = 0
    await page.route('**/api/stream', (route) => {
      refused++
      return route.fulfill(refuse)
    })
    await page.goto(`${place.url}/flows`)
    await vi.waitUntil(() => refused > 0)
    // who is signed in still stays where they are
    await settle(page)
    expect(pathOf(page)).toBe('/flows')
    expect(cookie).not.toBe('')
    await place.app.access.people.signOut(personOf('ivy'), 'a test')
    await page.waitForURL('**/sign-in?to=*', { timeout: 20_000 })
    await context.close()
  })
})

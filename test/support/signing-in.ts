import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openApp, type TestApp } from './app.ts'
import { launchBrowser } from './browser.ts'
import { signInAs } from './people.ts'

export type View = { width: number; height: number; colorScheme: 'light' | 'dark' }
export const laptop: View = { width: 1440, height: 900, colorScheme: 'light' }
export const phone: View = { width: 390, height: 844, colorScheme: 'dark' }
/** The two sizes and the two themes. */
export const views: View[] = [
  laptop,
  { ...laptop, colorScheme: 'dark' },
  { ...phone, colorScheme: 'light' },
  phone,
]
export const nameOf = ({ width, colorScheme }: View): string =>
  `${width === phone.width ? 'phone' : 'laptop'}-${colorScheme}`

/** A page, with what its browser complained of and what it asked of others. */
export type Opened = { page: Page; context: BrowserContext; faults: string[]; foreign: string[] }

/** An estate where people sign in, behind a port, and browsers before it. */
export type SigningIn = {
  app: TestApp
  url: string
  browser: Browser
  /** Opens an address in a browser of its own: of nobody, or of somebody with that cookie */
  open(path: string, view?: View, cookie?: string): Promise<Opened>
  /** Lets somebody in, signs them in, and opens an address as them. */
  openAs(login: string, groups: string[], path: string, view?: View): Promise<Opened & { cookie: string }>
  close(): Promise<void>
}

export async function openSigningIn(estate: Parameters<typeof openApp>[0]): Promise<SigningIn> {
  const app = await openApp(estate)
  const server = serve({ fetch: (request) => app.fetch(request), hostname: '127.0.0.1', port: 0 })
  await new Promise((listening) => server.once('listening', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await launchBrowser()
  const open = async (path: string, view: View = laptop, cookie = ''): Promise<Opened> => {
    const context = await browser.newContext({
      viewport: { width: view.width, height: view.height },
      colorScheme: view.colorScheme,
      reducedMotion: 'reduce',
    })
    if (cookie) {
      const [name = '', value = ''] = cookie.split('=')
      await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }])
    }
    const page = await context.newPage()
    const [faults, foreign]: string[][] = [[], []]
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) foreign?.push(request.url())
    })
    page.on('pageerror', (error) => faults?.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') faults?.push(message.text())
    })
    await page.goto(url + path)
    return { page, context, faults: faults ?? [], foreign: foreign ?? [] }
  }
  return {
    app,
    url,
    browser,
    open,
    openAs: async (login, groups, path, view) => {
      const { cookie } = await signInAs(app, login, groups)
      return { ...(await open(path, view, cookie)), cookie }
    },
    close: async () => {
      await browser.close()
      await new Promise((closed) => server.close(closed))
      await app.close()
    },
  }
}

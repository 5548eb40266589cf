import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const folder = fileURLToPath(new URL('../.gallery', import.meta.url))

/** Keeps what is on screen, to be looked at beside the style sheet's picture of that name; no test reads it. */
export const keepPicture = async (page: Page, name: string): Promise<void> =>
  void (await page.screenshot({ path: `${folder}/${name}.png` }))

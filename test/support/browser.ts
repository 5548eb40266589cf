import { execFileSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright-core'

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'node_modules')
const packed = join(modules, '@sparticuz', 'chromium', 'bin')
const home = join(modules, '.cache', 'plumbline-chromium')

async function decompress(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to))
}

/** Unpacks the browser that came with its npm package; once, and safely when several test files start at a time. */
async function unpackBrowser(): Promise<void> {
  if (existsSync(join(home, 'chromium'))) return
  await mkdir(dirname(home), { recursive: true })
  const work = await mkdtemp(join(dirname(home), 'unpack-'))
  await decompress(join(packed, 'chromium.br'), join(work, 'chromium'))
  await chmod(join(work, 'chromium'), 0o755)
  for (const name of (await readdir(packed)).filter((file) => file.endsWith('.tar.br'))) {
    const tar = join(work, name.replace(/\.br$/, ''))
    await decompress(join(packed, name), tar)
    execFileSync('tar', ['-xf', tar, '-C', work])
    await rm(tar)
  }
  // fonts of the machine don't matter: the pages bring their own
  const fonts = join(home, 'fonts')
  await mkdir(join(work, 'fonts'), { recursive: true })
  await writeFile(
    join(work, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${join(home, 'font-cache')}</cachedir></fontconfig>\n`,
  )
  try {
    await rename(work, home)
  } catch (error) {
    await rm(work, { recursive: true, force: true })
    // another test file was faster
    if (!existsSync(join(home, 'chromium'))) throw error
  }
}

/**
 * A headless Chromium from node_modules: no root, no download, nothing of the machine's own.
 * The caller closes it. Axe needs pages made from a context, not from the browser.
 * @param more flags besides those it always has
 */
export async function launchBrowser(more: string[] = []): Promise<Browser> {
  await unpackBrowser()
  const libraries = join(home, 'al2023', 'lib')
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none', ...more],
    env: {
      ...(process.env as Record<string, string>),
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
      // the machine's own nss is taken when there is one; these stand in where it is missing
      LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, existsSync(libraries) ? libraries : '']
        .filter(Boolean)
        .join(':'),
    },
  })
}

/** Asked at every frame, which is what is usual, the page does little else than to be laid out for the answer. */
const pollMs = 50

/**
 * Resolves when the page is there and no part of it waits for its answer, or to be drawn, any more. The network never falls quiet: every
 * page listens to what changes.
 */
export async function settle(page: Page, timeout = 20_000): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('main') && !document.querySelector('[aria-busy="true"], [data-drawing]'),
    undefined,
    { timeout, polling: pollMs },
  )
}

/** Resolves when the page says what is looked for. */
export async function says(page: Page, text: RegExp, timeout = 15_000): Promise<void> {
  await page.waitForFunction(
    ([source = '', flags]) => new RegExp(source, flags).test(document.body.innerText),
    [text.source, text.flags],
    { timeout, polling: pollMs },
  )
}

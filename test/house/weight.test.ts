import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { dist } from '../../server/api/build.ts'

test('what runs before the first chart is at most 60 kB of JavaScript', () => {
  const page = readFileSync(`${dist}/index.html`, 'utf8')
  const scripts = [...page.matchAll(/<(?:script|link rel="modulepreload")[^>]*(?:src|href)="([^"]+\.js)"/g)]
  // the theme, and one script with all that is needed first
  expect(scripts.length).toBeGreaterThan(1)
  const bytes = scripts.map(([, path]) => gzipSync(readFileSync(dist + path), { level: 9 }).length)
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(60_000)
})

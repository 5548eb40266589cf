import { afterAll, beforeAll, expect, test } from 'vitest'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

// What somebody might try at every parameter there is. Nothing of it is a fault of ours, and nothing gets out.
const probes = [
  `x' OR 1=1 --`,
  `') UNION ALL SELECT name FROM system.tables -- `,
  '../../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '\\x27; DROP TABLE runs; --',
  '{p:String}\u0000\uffff%00',
]

type Parameter = { name: string; in: string; schema?: { type?: string } }
type Operation = { parameters?: Parameter[] }
let app: TestApp
let operations: { method: string; path: string; parameters: Parameter[] }[]
beforeAll(async () => {
  app = await openApp(scenarioEstate(flows, ['inventory_on_hand']))
  const { body } = await app.askJson<{ paths: Record<string, Record<string, Operation>> }>(
    '/api/openapi.json',
  )
  operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
    })),
  )
})
afterAll(() => app.close())

test('no parameter of any route is a way into the engine or the disk', async () => {
  const faults: string[] = []
  let asked = 0
  for (const { method, path, parameters } of operations.filter(({ parameters: { length } }) => length > 0))
    for (const probe of probes) {
      const inPath = path.replace(/\{\w+\}/g, encodeURIComponent(probe))
      const query = new URLSearchParams(
        parameters
          .filter((each) => each.in === 'query')
          // numbers and words of a list are refused as such, and would keep the probe from the rest
          .filter(({ schema }) => schema?.type === 'string' && !('enum' in (schema ?? {})))
          .map(({ name }): [string, string] => [name, probe]),
      )
      const answer = await app.ask(`${inPath}?${query}`, { method })
      const text = await answer.text()
      asked++
      if (answer.status >= 500 || /root:|Code: \d+|DB::Exception|node_modules|\.ts:\d/.test(text))
        faults.push(`${method} ${path} with ${probe}: ${answer.status} ${text.slice(0, 200)}`)
    }
  expect(faults).toEqual([])
  expect(asked).toBeGreaterThan(200)
  expect(await app.world.store.rows('SELECT count() FROM runs'), 'the tables are there').toHaveLength(1)
}, 120_000)

test.each([
  '/assets/../../package.json',
  '/assets/..%2f..%2fpackage.json',
  '/%2e%2e/package.json',
  '/api/docs/vendor/..%2f..%2f..%2fpackage.json',
])('no file but those of pages is given: %s', async (path) => {
  const answer = await app.ask(path)
  expect(await answer.text()).not.toContain('"dependencies"')
})

test('every answer tells browsers to run and draw nothing but files of ours', async () => {
  for (const path of ['/', '/api/estate', '/api/nothing', '/healthz', '/api/docs']) {
    const answer = await app.ask(path)
    // to its end: a page goes on asking the engine for what goes with it
    await answer.text()
    const { headers } = answer
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy, path).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
    expect(policy, path).not.toMatch(/unsafe-inline|unsafe-eval/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  }
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookieOf, goodPassword, openBrowser } from '../support/people.ts'
import { type Product, startProduct } from '../support/product.ts'

const command = fileURLToPath(new URL('../../server/plumbline.cjs', import.meta.url))
const canaries = {
  PLUMBLINE_READ_TOKEN: 'canary-of-the-read-token',
  PLUMBLINE_OPERATE_TOKEN: 'canary-of-the-operate-token',
  PLUMBLINE_INGEST_TOKEN: 'canary-of-the-ingest-token',
  PLUMBLINE_SESSION_KEY: 'canary-of-the-key-that-signs-cookies',
  ERP_PASSWORD: 'canary-of-the-password-of-the-erp',
  SSO_SECRET: 'canary-of-the-secret-of-the-client',
}
const folder = mkdtempSync(join(tmpdir(), 'plumbline-access-'))
const estate = join(folder, 'estate.yaml')
writeFileSync(
  estate,
  `name: Access
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: erp, name: ERP, role: erp }]
teams: [{ team: ops, name: Operations }]
sources:
  - { source: erp, kind: events, system: erp }
  - source: stock
    kind: sql
    system: erp
    dialect: postgresql
    host: 127.0.0.1
    port: 1
    database: erp
    user: erp
    password_from: ERP_PASSWORD
    table: stock
    key: [item]
    poll: 1s
    mode: snapshot
    plant: { const: HAM }
    states:
      inventory_positions: { location: { const: A }, item: item, quantity: quantity }
access:
  sign_in:
    local: true
    oidc: { issuer: 'http://127.0.0.1:1', client_id: plumbline, client_secret_from: SSO_SECRET }
  grants: [{ group: admins, role: admin }]
`,
)

let product: Product
beforeAll(async () => {
  product = await startProduct({ estate, env: canaries })
})
afterAll(async () => {
  await product.stop()
  rmSync(folder, { recursive: true, force: true })
})

const linksOf = (text: string) => [
  ...text.matchAll(/^Choose the password of (\w+) .*: (http\S+#join=\S+)$/gm),
]
/** What it prints it prints once it answers. */
async function printedLinks(count: number) {
  for (let tries = 0; tries < 100 && linksOf(product.log()).length < count; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  return linksOf(product.log())
}
const asking = {
  ask: (path: string, init?: RequestInit) => fetch(product.url + path, { redirect: 'manual', ...init }),
}
const post = (path: string, body: object) =>
  asking.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

describe('a first start', () => {
  test('prints one link to choose the first password, beside the log and not in it; sessions outlive kill -9', async () => {
    const [link] = await printedLinks(1)
    expect(link?.[1]).toBe('admin')
    const code = link?.[2]?.split('=')[1] ?? ''
    const logged = product
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{'))
    expect(logged.join('\n')).not.toContain(code)

    const joined = await post('/api/sign-in/join', { code, password: goodPassword })
    expect(joined.status).toBe(200)
    const cookie = cookieOf(joined)
    await product.kill()
    await product.restart()
    expect((await openBrowser(asking, cookie).ask('/api/me')).status).toBe(200)
    expect(linksOf(product.log()), 'nobody needs another').toHaveLength(1)
    expect((await post('/api/sign-in/join', { code, password: goodPassword })).status).toBe(404)
    expect((await post('/api/sign-in', { login: 'admin', password: goodPassword })).status).toBe(200)
  })

  test('gives somebody who stands before the machine a new link', async () => {
    await product.kill()
    const { folder: data } = product
    product = await startProduct({ estate, folder: data, env: { ...canaries, PLUMBLINE_INVITE: 'admin' } })
    const [link] = await printedLinks(1)
    const code = link?.[2]?.split('=')[1] ?? ''
    expect((await post('/api/sign-in/join', { code, password: goodPassword })).status).toBe(200)
  })

  test('is refused on an address that others can reach, without TLS in front', () => {
    const { status, stderr } = spawnSync(process.execPath, [command, 'start'], {
      env: {
        ...process.env,
        ...canaries,
        HOST: '0.0.0.0',
        PORT: '0',
        PLUMBLINE_ESTATE: estate,
        PLUMBLINE_DATA: folder,
      },
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([1, expect.stringContaining('no TLS stands before it')])
  })
})

test('who is refused while still sending reads the answer, and keeps the connection', async () => {
  const { host, port } = new URL(product.url)
  const socket = connect(Number(port), '127.0.0.1')
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  const length = 21 * 2 ** 20
  const head = `content-type: application/x-protobuf\r\ncontent-length: ${length}\r\n\r\n`
  socket.write(`POST /v1/traces HTTP/1.1\r\nhost: ${host}\r\n${head}`)
  await expect.poll(() => said).toMatch(/^HTTP\/1.1 401 /)
  // slower than a server that only wants to get rid of the rest would wait for
  await new Promise((resolve) => setTimeout(resolve, 700))
  socket.write(Buffer.alloc(length))
  said = ''
  socket.write(`GET /readyz HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  await expect.poll(() => said, { timeout: 10_000 }).toMatch(/^HTTP\/1.1 200 /)
  socket.destroy()
})

test('the audit trail is taken along and verified by a command, and one changed letter shows', async () => {
  const signedIn = await post('/api/sign-in', { login: 'admin', password: goodPassword })
  const admin = openBrowser(asking, cookieOf(signedIn))
  const text = await (await admin.ask('/api/audit/export')).text()
  expect(text.split('\n').length).toBeGreaterThan(3)
  expect(text).toContain('"act":"configuration.load"')
  const path = join(folder, 'audit.ndjson')
  const verify = (content: string) => {
    writeFileSync(path, content)
    return spawnSync(process.execPath, [command, 'audit-verify', path], { encoding: 'utf8' })
  }
  expect(verify(text)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/ is whole: \d+ entries in 3 chains/),
  })
  expect(verify(text.replace('"sign_in.join"', '"sign_in.lost"'))).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('says something else than when it was written'),
  })
})

test('no secret is in a log, an answer or an error', async () => {
  const bearer = { authorization: `Bearer ${canaries.PLUMBLINE_OPERATE_TOKEN}` }
  const answers = await Promise.all(
    [
      '/api/estate',
      '/api/sources',
      '/api/access/people',
      '/api/audit?limit=1000',
      '/api/me',
      '/metrics',
      '/api/openapi.json',
      '/api/nothing',
    ].map(async (path) => (await asking.ask(path, { headers: bearer })).text()),
  )
  const away = await asking.ask('/sign-in/single')
  await post('/api/sign-in', { login: 'admin', password: 'canary-of-a-wrong-password' })
  const wrong = await asking.ask('/api/estate', { headers: { authorization: 'Bearer canary-of-a-guess' } })
  answers.push(await wrong.text())
  // what the source that does not answer, and the provider that is away, have said
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const all = [product.log(), ...answers].join('\n')
  const told = all.split('\n').find((line) => line.includes('the provider of single sign-on does not answer'))
  // whoever has the answer finds the line, and from there the trace
  expect(JSON.parse(told ?? '{}')).toMatchObject({
    request_id: away.headers.get('x-request-id'),
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
  for (const secret of [...Object.values(canaries), 'canary-of-a-wrong-password', 'canary-of-a-guess'])
    expect(all.includes(secret), secret).toBe(false)
})

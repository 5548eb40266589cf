import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSpool } from '../../collectors/spool/spool.ts'
import type { Manifest } from '../../server/backup/manifest.ts'
import { expectRestored } from '../../server/backup/unfinished.ts'
import { openStore } from '../../sql/open.ts'
import { type Product, startProduct } from '../support/product.ts'

const command = fileURLToPath(new URL('../../server/plumbline.cjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'plumbline-backup-'))
const estate = join(folder, 'estate.yaml')
writeFileSync(
  estate,
  `name: Backup
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: erp, name: ERP, role: erp }]
teams: [{ team: ops, name: Operations }]
sources: [{ source: erp, kind: events, system: erp }]
`,
)
const data = join(folder, 'data')
const backup = join(folder, 'backup')

/** The command as people run it, on a data folder. */
const run = (dataFolder: string, ...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PLUMBLINE_DATA: dataFolder, PLUMBLINE_ESTATE: estate },
  })
const readManifest = (path: string) =>
  JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as Manifest
const eventOf = (id: string) => ({
  specversion: '1.0',
  id,
  source: 'erp',
  type: 'test.fact',
  subject: id,
  plant: 'HAM',
  time: new Date().toISOString(),
  data: { quantity: '12.50', note: 'Grüße' },
})
const asBatch = (ids: string[]) => JSON.stringify(ids.map(eventOf))

let product: Product
beforeAll(async () => {
  product = await startProduct({ estate, folder: data })
  for (const [path, type, body] of [
    ['/v1/events', 'application/cloudevents-batch+json', asBatch(['one', 'two', 'three'])],
    // of no plant we know
    ['/v1/events', 'application/cloudevents+json', JSON.stringify({ ...eventOf('nowhere'), plant: 'XXX' })],
  ] as const)
    await fetch(product.url + path, { method: 'POST', headers: { 'content-type': type }, body })
})
afterAll(async () => {
  await product.kill()
  rmSync(folder, { recursive: true, force: true })
})

test('a product that runs is not backed up beside itself: it is told to be stopped first', () => {
  const answer = run(data, 'backup', backup)
  expect(answer.status).toBe(1)
  expect(answer.stderr).toContain('stop it first')
  expect(readdirSync(folder).sort()).toEqual(['data', 'estate.yaml'])
})

test('all there is comes back: every table by its hash, and what was acknowledged and not yet loaded', async () => {
  await product.end()
  // acknowledged by a process that was ended before it loaded it
  const spool = await openSpool({ folder: join(data, 'spool') })
  const at = new Date().toISOString()
  const line = {
    kind: 'event',
    source: 'erp',
    system: 'erp',
    plant: 'HAM',
    event_id: 'late',
    type: 'test.fact',
  }
  await spool.append(
    'events',
    Buffer.from(
      `${JSON.stringify({ ...line, key: 'late', occurred_at: at, received_at: at, data: '{}' })}\n`,
    ),
    { receivedMs: Date.now(), contentType: 'application/json', source: 'erp' },
  )
  await spool.close()
  // rows that are older than they are kept, and not gone yet
  const old = await openStore({ dataFolder: data })
  await old.command('SYSTEM STOP MERGES')
  const at40 = new Date(Date.now() - 40 * 86_400_000).toISOString()
  await old.insert('measurements', [{ ts: at40, received_at: at40, name: 'depth', kind: 'gauge', value: 1 }])
  await old.close()
  const made = run(data, 'backup', backup)
  expect(made.stderr).toBe('')
  expect(made.stdout).toMatch(/^Backed up: \d+ rows in \d+ tables/m)
  const manifest = readManifest(backup)
  const rowsOf = (table: string) => manifest.tables.find((each) => each.table === table)?.rows
  expect([rowsOf('business_events'), rowsOf('quarantine')]).toEqual(['3', '1'])
  expect(existsSync(join(backup, 'estate.yaml'))).toBe(true)
  expect(manifest.files.some(({ path }) => path.includes('signing'))).toBe(false)

  const again = join(folder, 'again')
  expect(run(again, 'restore', backup)).toMatchObject({ status: 0, stderr: '' })
  // told by another backup of what was restored
  const second = join(folder, 'second')
  expect(run(again, 'backup', second).status).toBe(0)
  expect(readManifest(second).tables).toEqual(manifest.tables)

  await product.end()
  const restored = await startProduct({ estate, folder: again })
  try {
    await expect
      .poll(async () => (await restored.get<{ timeline: unknown[] }>('/api/keys/late')).timeline.length, {
        timeout: 30_000,
        interval: 300,
      })
      .toBe(1)
  } finally {
    await restored.end()
  }
  const store = await openStore({ dataFolder: again })
  const rows = await store.rows('SELECT event_id FROM business_events ORDER BY event_id')
  await store.close()
  expect(rows).toEqual(['late', 'one', 'three', 'two'].map((event_id) => ({ event_id })))
}, 120_000)

test.each([
  ['one letter of a file is another', (path: string) => flip(path)],
  ['a file is missing', (path: string) => rmSync(anyFile(path))],
  ['it was broken off', (path: string) => rmSync(join(path, 'manifest.json'))],
])('%s: it is refused, and nothing is left of it', (_what, change) => {
  const broken = mkdtempSync(join(folder, 'broken-'))
  cpSync(backup, broken, { recursive: true })
  change(broken)
  const target = join(folder, 'empty')
  const answer = run(target, 'restore', broken)
  expect(answer.status).toBe(1)
  expect(answer.stderr).toContain('is not a whole backup')
  expect(existsSync(join(target, 'engine'))).toBe(false)
})

test('killed at any moment it leaves nothing that looks like a store, and the next restore is whole', async () => {
  const target = join(folder, 'killed')
  const at = (...names: string[]) => join(target, ...names)
  /** Ends a restore as a power cut would, once something is there. */
  const killWhen = async (isThere: () => boolean) => {
    const restoring = spawn(process.execPath, [command, 'restore', backup], {
      env: { ...process.env, PLUMBLINE_DATA: target, PLUMBLINE_ESTATE: estate },
      stdio: 'ignore',
    })
    const ended = once(restoring, 'exit')
    while (!isThere() && restoring.exitCode === null) await sleep(1)
    restoring.kill('SIGKILL')
    await ended
    expect(restoring.signalCode, 'it was not done yet').toBe('SIGKILL')
    expect(existsSync(at('engine'))).toBe(false)
    expect(() => expectRestored(target)).toThrow('was ended before it was whole')
  }
  await killWhen(() => existsSync(at('restoring')))
  await killWhen(() => existsSync(at('restoring', 'engine')))
  await killWhen(() => existsSync(at('restoring', 'engine', 'data', 'default', 'otel_spans')))
  const started = run(target, 'migrate')
  expect(started.status).toBe(1)
  expect(started.stderr).toContain('Run it again: plumbline restore')
  // between the spool and the store, for which there is no moment long enough to be met
  cpSync(join(backup, 'spool'), at('spool'), { recursive: true })
  expect(() => expectRestored(target)).toThrow('was ended before it was whole')

  expect(run(target, 'restore', backup)).toMatchObject({ status: 0, stderr: '' })
  expect(() => expectRestored(target)).not.toThrow()
  expect(readdirSync(target).sort()).toEqual(['engine', 'spool'])
  expect(readdirSync(at('spool', 'events')).length).toBe(readdirSync(join(backup, 'spool', 'events')).length)
}, 120_000)

test('a folder that has a store is not written over', () => {
  const answer = run(data, 'restore', backup)
  expect(answer.status).toBe(1)
  expect(answer.stderr).toContain('There is something in')
})

/** The largest file of the engine. */
function anyFile(path: string): string {
  const [first] = readManifest(path)
    .files.filter((file) => file.path.startsWith('engine/'))
    .sort((a, b) => b.bytes - a.bytes)
  return join(path, first?.path ?? '')
}

function flip(path: string): void {
  const file = anyFile(path)
  const content = readFileSync(file)
  content[content.length >> 1] = (content[content.length >> 1] as number) ^ 1
  writeFileSync(file, content)
  expect(readdirSync(path)).toContain('manifest.json')
}

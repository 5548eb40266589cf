import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSpool } from '../../collectors/spool/spool.ts'
import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import type { Manifest } from '../../server/backup/manifest.ts'
import { expectRestored } from '../../server/backup/unfinished.ts'
import type { BackupState } from '../../server/core/backup-desk.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { openStore } from '../../sql/open.ts'
import { type Bucket, startBucket } from '../support/bucket.ts'
import { openIngest } from '../support/ingest.ts'
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
backups: { to: ${join(folder, 'nightly')}, keep: 1 }
`,
)
const data = join(folder, 'data')
const backup = join(folder, 'backup')

/** The command as people run it, on a data folder. */
const run = (dataFolder: string, ...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...bucketSettings, PLUMBLINE_DATA: dataFolder, PLUMBLINE_ESTATE: estate },
  })
let bucket: Bucket
let bucketSettings: Record<string, string> = {}
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

const stateOf = (of: Product) => () => of.get<BackupState>('/api/backups')
const nightly = () => readdirSync(join(folder, 'nightly'))

let product: Product
beforeAll(async () => {
  bucket = await startBucket()
  bucketSettings = {
    PLUMBLINE_BACKUP_ENDPOINT: bucket.endpoint,
    PLUMBLINE_BACKUP_ACCESS_KEY: bucket.credentials.accessKeyId,
    PLUMBLINE_BACKUP_SECRET_KEY: bucket.credentials.secretAccessKey,
  }
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
  bucket.close()
  rmSync(folder, { recursive: true, force: true })
})

test('of a product that has no backup yet one is made at its start', async () => {
  await expect
    .poll(stateOf(product), { timeout: 60_000, interval: 200 })
    .toMatchObject({ is_under_way: false, failure: null, is_late: false, last: { name: expect.any(String) } })
})

test('a product that runs is not backed up beside itself: it is told to be stopped first', () => {
  const answer = run(data, 'backup', backup)
  expect(answer.status).toBe(1)
  expect(answer.stderr).toContain('stop it first')
  expect(readdirSync(folder).sort()).toEqual(['data', 'estate.yaml', 'nightly'])
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

test('to a bucket and back: the same hash of every table, and nothing of a backup without its manifest', async () => {
  const place = `s3://${bucket.name}/nightly/1`
  const again = join(folder, 'of-bucket')
  // what is too large for one request goes in parts
  const large = randomBytes(16 * 2 ** 20 + 4711)
  const source = join(folder, 'large')
  cpSync(join(folder, 'again'), source, { recursive: true })
  mkdirSync(join(source, 'spool', 'rejected'), { recursive: true })
  writeFileSync(join(source, 'spool', 'rejected', 'events-large'), large)
  const made = run(source, 'backup', place)
  expect(made).toMatchObject({ status: 0, stderr: '' })
  expect(readdirSync(source)).not.toContain('backing-up')
  expect(run(source, 'backup', place).stderr).toContain('already')
  expect(made.stdout).not.toContain(bucket.credentials.secretAccessKey)

  expect(run(again, 'restore', place)).toMatchObject({ status: 0, stderr: '' })
  expect(readFileSync(join(again, 'spool', 'rejected', 'events-large')).equals(large)).toBe(true)
  const after = join(folder, 'after')
  expect(run(again, 'backup', after).status).toBe(0)
  const sent = JSON.parse(await bucket.get('nightly/1/manifest.json')) as Manifest
  expect(readManifest(after).tables).toEqual(sent.tables)

  await bucket.remove('nightly/1/manifest.json')
  const broken = run(join(folder, 'empty'), 'restore', place)
  expect(broken.status).toBe(1)
  expect(broken.stderr).toContain('There is no whole backup')
  expect(existsSync(join(folder, 'empty', 'engine'))).toBe(false)
}, 120_000)

test('a product that runs is backed up beside its work: what was acknowledged is there, once, and nothing stops', async () => {
  const running = await startProduct({ estate, folder: join(folder, 'again') })
  const before = nightly()
  expect(before).toHaveLength(1)
  // of a product that was killed while it made one
  const brokenOff = `${before[0]}.growing`
  mkdirSync(join(folder, 'nightly', brokenOff))
  const acknowledged: string[] = []
  let isOver = false
  const sending = (async () => {
    for (let index = 0; !isOver; index++) {
      const ids = Array.from({ length: 10 }, (_, offset) => `beside-${index}-${offset}`)
      const answer = await fetch(`${running.url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: asBatch(ids),
      })
      expect(answer.status).toBe(202)
      acknowledged.push(...ids)
    }
  })()
  try {
    while (acknowledged.length < 200) await sleep(20)
    const known = [...acknowledged]
    const asked = spawn(process.execPath, [command, 'backup', '--of', running.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = await Promise.all([text(asked.stdout), once(asked, 'exit')])
    expect(said).toMatch(/^Backed up: \d+ rows, \d+ bytes, to .*nightly/)
    const during = acknowledged.length
    while (acknowledged.length < during + 50) await sleep(20)
    isOver = true
    await sending
    // the one before went once this one was whole
    const [made = ''] = nightly()
    expect(nightly()).toEqual([made])
    expect(before).not.toContain(made)
    expect(await stateOf(running)()).toMatchObject({ last: { name: made }, failure: null })
    const health = await running.get<OwnHealth>('/api/health?hours=1')
    expect(health.parts.find(({ part }) => part === 'backup')).toMatchObject({ status: 'ok' })
    await running.end()

    const target = join(folder, 'of-running')
    expect(run(target, 'restore', join(folder, 'nightly', made))).toMatchObject({ status: 0, stderr: '' })
    const storedIn = async (dataFolder: string) => {
      const ingest = await openIngest(parseEstate(readFileSync(estate, 'utf8')), { folder: dataFolder })
      await ingest.loader.drain()
      // a row per receipt, which never collapse
      const rows = await ingest.store.rows<{ event_id: string }>(
        "SELECT event_id FROM event_receipts WHERE startsWith(event_id, 'beside-') ORDER BY event_id",
      )
      await ingest.close()
      return rows.map(({ event_id }) => event_id)
    }
    const stored = await storedIn(target)
    expect(stored).toHaveLength(new Set(stored).size)
    expect(known.filter((id) => !stored.includes(id))).toEqual([])
    // in the order in which they were sent: of what came later nothing is there without all before it
    expect([...stored].sort()).toEqual(acknowledged.slice(0, stored.length).sort())
    expect(stored.length).toBeLessThan(acknowledged.length)
    expect(await storedIn(join(folder, 'again'))).toEqual([...acknowledged].sort())
  } finally {
    isOver = true
    await running.kill()
  }
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

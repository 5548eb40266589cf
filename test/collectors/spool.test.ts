import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { rowsFraming } from '../../collectors/spool/frames.ts'
import { type Loader, type LoadJob, startLoader } from '../../collectors/spool/loader.ts'
import { openSpool, type Spool } from '../../collectors/spool/spool.ts'
import { type FileLoad, type Store, StoreError } from '../../sql/store.ts'
import { readQuarantine } from '../support/quarantine.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { openMigrated } from '../support/store.ts'

const estate = scenarioEstate()
const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-spool-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
async function newStore(): Promise<Store> {
  const store = await openMigrated(newFolder())
  cleanups.push(() => store.close())
  return store
}
function startOn(store: Store, spool: Spool): { loader: Loader; loaded: string[] } {
  const loaded: string[] = []
  const loader = startLoader({ store, spool, estate, onLoaded: (kind) => loaded.push(kind) })
  cleanups.push(() => loader.close())
  return { loader, loaded }
}
/** The store, with inserts of files answered by `insert` instead. */
const intercept = (
  store: Store,
  insert: (load: FileLoad, pass: () => Promise<void>) => Promise<void>,
): Store => ({
  ...store,
  insertFile: (load) => insert(load, () => store.insertFile(load)),
})

const refusal = (code: string, message: string) =>
  new StoreError('load', Object.assign(new Error(message), { code }))

const at = '2026-01-05T08:00:00.000Z'
const lineOf = (id: string) =>
  Buffer.from(
    `${JSON.stringify({ kind: 'event', source: 'erp', system: 'erp', plant: 'HAM', event_id: id, type: 't', key: id, occurred_at: at, received_at: at, data: '{}' })}\n`,
  )
const receipt = { receivedMs: Date.parse(at), contentType: 'application/json', source: 'test' }
const put = (spool: Spool, lines: Buffer) => spool.append('events', lines, receipt)
/** What lies on disk of a request. */
const framed = (lines: Buffer) => Buffer.concat(rowsFraming.encode(lines, receipt))
const idsIn = async (store: Store) =>
  (await store.rows<{ id: string }>('SELECT event_id AS id FROM business_events ORDER BY id')).map(
    (row) => row.id,
  )

test('what is appended is on disk when it is acknowledged, and those who wait together share a segment', async () => {
  const folder = newFolder()
  const spool = await openSpool({ folder, sealMs: 60_000 })
  cleanups.push(() => spool.close())
  const names = Array.from({ length: 200 }, (_, index) => `e${index}`)
  await Promise.all(names.map((name) => put(spool, lineOf(name))))
  const files = readdirSync(join(folder, 'events'))
  expect(files).toHaveLength(1)
  const lines = readFileSync(join(folder, 'events', files[0] as string), 'utf8')
    .trim()
    .split('\n')
  expect(lines.map((line) => JSON.parse(line).event_id).filter(Boolean)).toEqual(names)
})

test('above its limit it takes nothing more and says so with 503', async () => {
  const spool = await openSpool({ folder: newFolder(), maxBytes: 1000, sealMs: 60_000 })
  cleanups.push(() => spool.close())
  await put(spool, lineOf('first'))
  // all at once: what waits for the disk counts too
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, index) => put(spool, lineOf(`next${index}`))),
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused.length).toBeGreaterThan(40)
  expect(refused[0]?.reason).toMatchObject({ code: 'spool_full', status: 503 })
})

test('a torn tail is cut at the last whole frame, and what stands before it is loaded', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'events'), { recursive: true })
  const path = join(folder, 'events', '001767600000000000-0a0b0c0d.open')
  writeFileSync(path, Buffer.concat([framed(lineOf('whole-1')), framed(lineOf('whole-2'))]))
  appendFileSync(path, framed(lineOf('torn')).subarray(0, -1))
  const store = await newStore()
  const spool = await openSpool({ folder })
  const { loader } = startOn(store, spool)
  await loader.drain()
  expect(await idsIn(store)).toEqual(['whole-1', 'whole-2'])
  // and it is told, by kind
  expect(spool.stats('events').cut_bytes).toBe(framed(lineOf('torn')).length - 1)
  expect(spool.stats('traces').cut_bytes).toBe(0)
  expect(readdirSync(join(folder, 'events'))).toEqual([])
})

test('an engine that is away is waited for: the same load is tried again until it is taken, once', async () => {
  const store = await newStore()
  const spool = await openSpool({ folder: newFolder() })
  const tried: string[] = []
  const { loader } = startOn(
    intercept(store, async (load, pass) => {
      tried.push(`${load.token} ${load.params?.load_seq}`)
      if (tried.length === 1) throw new StoreError('load', new Error('connect ECONNREFUSED'))
      await pass()
      // it was taken, but we never hear of it
      if (tried.length === 2) throw new StoreError('load', new Error('socket hang up'))
    }),
    spool,
  )
  await put(spool, lineOf('patient'))
  await loader.drain()
  expect(tried).toHaveLength(3)
  expect(new Set(tried).size).toBe(1)
  expect(await idsIn(store)).toEqual(['patient'])
  expect(spool.stats()).toMatchObject({ waiting_segments: 0, waiting_bytes: 0 })
})

test('an engine that fails at the first load number is waited for, and asked for it again', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'events'), { recursive: true })
  const bytes = Buffer.concat(['changed', 'whole'].map((name) => framed(lineOf(name))))
  bytes[bytes.indexOf('"changed"') + 1] = 'C'.charCodeAt(0)
  writeFileSync(join(folder, 'events', '001767600000000000-0a0b0c0d.sealed'), bytes)
  const store = await newStore()
  const spool = await openSpool({ folder })
  const failed: string[] = []
  const failOnce = (name: string) => {
    if (failed.includes(name)) return
    failed.push(name)
    throw new StoreError(name, new Error('connect ECONNREFUSED'))
  }
  const { loader } = startOn(
    {
      ...store,
      query: async (name, params) => {
        failOnce(name)
        return store.query(name, params)
      },
      insert: async (table, rows, options) => {
        failOnce(table)
        return store.insert(table, rows, options)
      },
    },
    spool,
  )
  await loader.drain()
  expect(new Set(failed)).toEqual(new Set(['highest_load', 'loads', 'newest_load', 'quarantine']))
  expect(await idsIn(store)).toEqual(['whole'])
  const rows = await store.rows<{ loads: number }>('SELECT toUInt32(count()) AS loads FROM loads FINAL')
  expect(rows).toEqual([{ loads: 1 }])
  // what the disk had changed is told as soon as the engine listens
  await expect.poll(async () => (await readQuarantine(store, 10)).length).toBe(1)
})

test('a segment that cannot be tied to its load yet is tried again after a pause, whatever fails', async () => {
  const folder = newFolder()
  const store = await newStore()
  const spool = await openSpool({ folder })
  const claims: string[] = []
  const { loader } = startOn(store, {
    ...spool,
    claim: async (segment, loadSeq) => {
      claims.push(loadSeq)
      if (claims.length < 3) throw new Error('EIO: i/o error, rename')
      return spool.claim(segment, loadSeq)
    },
  })
  await put(spool, lineOf('tied'))
  await loader.drain()
  // neither for ever nor at once: a loop without a pause would have asked many times
  expect(claims).toHaveLength(3)
  expect(await idsIn(store)).toEqual(['tied'])
})

test('a request that the engine can never read is kept aside alone, and those beside it are loaded', async () => {
  const folder = newFolder()
  const store = await newStore()
  const spool = await openSpool({ folder, sealMs: 60_000 })
  const { loader, loaded } = startOn(store, spool)
  const broken = Buffer.from('{"kind": 17, "occurred_at": [\n')
  for (const name of ['a', 'b', 'c']) await put(spool, lineOf(name))
  await put(spool, broken)
  for (const name of ['d', 'e']) await put(spool, lineOf(name))
  await spool.seal()
  await put(spool, lineOf('next'))
  await loader.drain()
  expect(await idsIn(store)).toEqual(['a', 'b', 'c', 'd', 'e', 'next'])
  expect(new Set(loaded)).toEqual(new Set(['events']))
  const rows = await readQuarantine(store, 10)
  expect(rows).toHaveLength(1)
  const [row] = rows
  expect(row).toMatchObject({ source: 'spool', kind: 'events', body: framed(broken).toString() })
  expect(row?.reasons[0]).toMatch(/parse|read|expected/i)
  const [kept] = readdirSync(join(folder, 'rejected'))
  expect(row?.position).toBe(`spool/rejected/${kept}`)
  expect(readFileSync(join(folder, 'rejected', kept as string)).equals(framed(broken))).toBe(true)
  expect(spool.stats()).toMatchObject({ waiting_segments: 0, waiting_bytes: 0 })
})

test('a request the engine refuses lastingly, whatever for, ends in quarantine alone; one away is waited for', async () => {
  const folder = newFolder()
  const store = await newStore()
  const spool = await openSpool({ folder, sealMs: 60_000 })
  for (const name of ['a', 'poison', 'b', 'c']) await put(spool, lineOf(name))
  const tried = { poison: 0, away: 0 }
  const loader = startLoader({
    store: intercept(store, async (load, pass) => {
      // as often as would be enough to give up, had it said anything about the request
      if (tried.away++ < 15) throw refusal('210', 'Connection refused')
      if (!readFileSync(load.path, 'latin1').includes('"poison"')) return pass()
      tried.poison++
      throw refusal('241', 'Memory limit exceeded')
    }),
    spool,
    estate,
    onLoaded: () => undefined,
    longestWaitMs: 20,
  })
  cleanups.push(() => loader.close())
  await loader.drain()
  expect(await idsIn(store)).toEqual(['a', 'b', 'c'])
  const rows = await readQuarantine(store, 10)
  expect(rows).toMatchObject([{ codes: ['spool.unreadable'], body: framed(lineOf('poison')).toString() }])
  // 6 of four, 2 of two, 10 alone
  expect(tried.poison).toBe(18)
})

test('what the disk has changed is set aside and said; the frames around it are loaded', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'events'), { recursive: true })
  const bytes = Buffer.concat(['one', 'two', 'three'].map((name) => framed(lineOf(name))))
  bytes[bytes.indexOf('"two"') + 1] = 'T'.charCodeAt(0)
  writeFileSync(join(folder, 'events', '001767600000000000-0a0b0c0d.sealed'), bytes)
  const store = await newStore()
  const spool = await openSpool({ folder })
  const { loader } = startOn(store, spool)
  await loader.drain()
  expect(await idsIn(store)).toEqual(['one', 'three'])
  const [row] = await readQuarantine(store, 10)
  expect(row).toMatchObject({ source: 'spool', kind: 'events', codes: ['spool.damaged'] })
  expect(row?.body).toContain('"Two"')
})

test('halves of a segment that is still there are not loaded beside it', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'events'), { recursive: true })
  const name = '001767600000000000-0a0b0c0d'
  writeFileSync(
    join(folder, 'events', `${name}.7.loading`),
    Buffer.concat([framed(lineOf('a')), framed(lineOf('b'))]),
  )
  writeFileSync(join(folder, 'events', `${name}-a.sealed`), framed(lineOf('a')))
  writeFileSync(join(folder, 'events', `${name}-b.sealed.part`), framed(lineOf('b')).subarray(0, 10))
  const spool = await openSpool({ folder })
  cleanups.push(() => spool.close())
  expect(spool.pending('events').map((segment) => segment.name)).toEqual([name])
  expect(readdirSync(join(folder, 'events'))).toEqual([`${name}.7.loading`])
})

test('loads go one after another with rising numbers, files among segments', async () => {
  const store = await newStore()
  const spool = await openSpool({ folder: newFolder() })
  const { loader, loaded } = startOn(store, spool)
  let running = 0
  const job = (name: string): LoadJob<string> => ({
    kind: 'file',
    source: 'files',
    name,
    bytes: 1,
    run: async (loadSeq) => {
      expect(++running).toBe(1)
      await sleep(20)
      running--
      return loadSeq
    },
  })
  await put(spool, lineOf('one'))
  const numbers = await Promise.all([
    loader.submit(job('a')),
    loader.drain().then(() => '0'),
    loader.submit(job('b')),
  ])
  await expect(
    loader.submit({
      ...job('broken'),
      run: async () => {
        throw new Error('no such file')
      },
    }),
  ).rejects.toThrow('no such file')
  const after = await loader.submit(job('c'))
  expect(BigInt(numbers[2] as string)).toBeGreaterThan(BigInt(numbers[0] as string))
  expect(BigInt(after)).toBeGreaterThan(BigInt(numbers[2] as string))
  const rows = await store.rows<{ name: string; kind: string }>(
    'SELECT name, kind FROM loads FINAL ORDER BY load_seq',
  )
  // a load that failed leaves no row
  expect(rows.filter((row) => row.kind === 'file').map((row) => row.name)).toEqual(['a', 'b', 'c'])
  expect([...loaded].sort()).toEqual(['events', 'file', 'file', 'file'])
})

test('while somebody reads, a load is followed by as long a pause, unless it is waited for', async () => {
  const store = await newStore()
  const spool = await openSpool({ folder: newFolder() })
  const steps: { began: number; ended: number }[] = []
  const slow = intercept(store, async (_load, pass) => {
    const began = performance.now()
    await sleep(800)
    await pass()
    steps.push({ began, ended: performance.now() })
  })
  const { loader } = startOn({ ...slow, isRead: () => true }, spool)
  for (const id of ['first', 'second']) {
    await put(spool, lineOf(id))
    await spool.seal(['events'])
  }
  await expect.poll(() => steps.length, { timeout: 10_000 }).toBe(2)
  const [first, second] = steps as [(typeof steps)[0], (typeof steps)[0]]
  expect(second.began - first.ended).toBeGreaterThan(800)
  await loader.drain()
  expect(await idsIn(store)).toEqual(['first', 'second'])
})

test('stopping does not wait for an engine that is away; the next start loads what was left', async () => {
  const folder = newFolder()
  const store = await newStore()
  const first = await openSpool({ folder })
  const away = startLoader({
    store: intercept(store, async () => {
      throw new StoreError('load', new Error('connect ECONNREFUSED'))
    }),
    spool: first,
    estate,
    onLoaded: () => undefined,
  })
  await put(first, lineOf('left'))
  await away.close()
  await first.close()
  expect(await idsIn(store)).toEqual([])
  const second = await openSpool({ folder })
  const { loader } = startOn(store, second)
  await loader.drain()
  expect(await idsIn(store)).toEqual(['left'])
})

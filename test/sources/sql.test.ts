import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newTally } from '../../collectors/sources/pull/tally.ts'
import { placeOf, type Range, shapeOf, writePage } from '../../collectors/sources/sql/dialect.ts'
import { openEngineDatabase } from '../../collectors/sources/sql/engine.ts'
import { postgresql } from '../../collectors/sources/sql/postgresql.ts'
import type { SqlSourceConfig } from '../../server/core/estate-sql-schema.ts'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'
import { addReader, type Postgres, startPostgres } from '../support/postgres.ts'

/** A password with all that could be taken for a part of something else. */
const canary = `ca'na"ry\\7531`
let postgres: Postgres
let world: FilesWorld
beforeAll(async () => {
  process.env.WMS_PASSWORD = canary
  postgres = await startPostgres()
  await addReader(postgres, 'reader', canary)
  await postgres.run(
    `CREATE TABLE plain (location text, item text, quantity int, cost int, changed_at timestamptz);
      INSERT INTO plain VALUES ('A', '1', 1, 1, now())`,
  )
  world = await openFilesWorld((folder) => estateOf(folder, 'first', 'table: nothing\nmode: snapshot'))
})
afterAll(async () => {
  await world?.close()
  await postgres?.close()
  delete process.env.WMS_PASSWORD
})

const stocked = 'location: location, item: item, quantity: quantity, unit_cost: cost'
const rules = `states: { inventory_positions: { ${stocked}, occurred_at: changed_at } }`
/** An estate with one source; what its settings do not say is as it is for all of them. */
const estateOf = (folder: string, source: string, settings: string, mapped = rules) => {
  const usual = {
    port: postgres.port,
    database: 'postgres',
    user: 'reader',
    password_from: 'WMS_PASSWORD',
    host: '127.0.0.1',
    limits: '{ retries: 0, timeout: 20s }',
  }
  const lines = Object.entries(usual).flatMap(([name, value]) =>
    new RegExp(`^${name}:`, 'm').test(settings) ? [] : [`${name}: ${value}`],
  )
  return filesEstate(
    folder,
    `  - source: ${source}
    kind: sql
    dialect: postgresql
    system: wms
    poll: 1h
    plant: { const: HAM }
${[...lines, ...mapped.split('\n'), ...settings.split('\n')].map((line) => `    ${line}`).join('\n')}
`,
  )
}

/** Reads a source of its own, as after a start. */
const open = (source: string, settings: string, mapped = rules) =>
  world.reopen({ estate: estateOf(world.folder, source, settings, mapped) })
const states = async (source: string) =>
  (
    await world.rows<{ item: string; quantity: string }>(
      `SELECT item, toString(argMax(quantity, version)) AS quantity FROM inventory_positions_log
       WHERE source = {source:String} AND load_seq IN (SELECT load_seq FROM loads) GROUP BY location, item HAVING NOT argMax(deleted, version) ORDER BY item`,
      { source },
    )
  ).map(({ item, quantity }) => `${item} ${quantity}`)
const count = async (from: string, source = '') =>
  Number((await world.rows<{ count: string }>(`SELECT count() AS count FROM ${from}`, { source }))[0]?.count)
const versions = (source: string) => count('inventory_positions_log WHERE source = {source:String}', source)
type Poll = { outcome: string; code: string; reason: string; requests: number; skew_ms: string | null }
const lastPoll = async (source: string) =>
  (
    await world.rows<Poll>(
      'SELECT outcome, code, reason, requests, skew_ms FROM source_polls WHERE source = {source:String} ORDER BY started_at DESC LIMIT 1',
      { source },
    )
  )[0] as Poll
/** The statements that fetched rows, since a mark in the log. */
const fetches = (since = 0) =>
  [
    ...postgres
      .log()
      .slice(since)
      .matchAll(/statement: (COPY \(SELECT "raw" FROM .*row_to_json\(r\).*)/g),
  ].map(([, sql]) => sql as string)

const stock = (name: string, rows: string) =>
  postgres.run(`CREATE TABLE ${name} (location text NOT NULL DEFAULT 'A', item text PRIMARY KEY, quantity numeric(20, 6) NOT NULL, cost numeric(18, 6), changed_at timestamptz NOT NULL);
    INSERT INTO ${name} (item, quantity, changed_at) VALUES ${rows}`)
const delta = 'cursor: { field: changed_at, overlap: 2m }\nkey: [item]'

test('what is there first; then what has changed, by a WHERE that the database works on', async () => {
  await stock(
    's1',
    `('1', 5, '2026-01-05 08:00Z'), ('2', 6.5, '2026-01-05 08:01Z'), ('3', 7, '2026-01-05 08:02Z')`,
  )
  await open('s1', `table: s1\n${delta}`)
  expect(await states('s1')).toEqual(['1 5', '2 6.5', '3 7'])
  await postgres.run(`UPDATE s1 SET quantity = 6.25, changed_at = '2026-01-05 08:03Z' WHERE item = '2'`)
  const mark = postgres.log().length
  await world.poll()
  expect(await states('s1')).toEqual(['1 5', '2 6.25', '3 7'])
  expect(await versions('s1'), 'three, and the one that changed').toBe(4)
  const from = [...'2026-01-05T08:00:00.000Z'].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`)
  expect(fetches(mark)).toEqual([
    expect.stringContaining(
      `WHERE q."changed_at" >= E'${from.join('')}' ORDER BY q."changed_at", q."item" LIMIT 50000`,
    ),
  ])
  await open('s1', `table: s1\n${delta}`)
  expect(await versions('s1'), 'after a restart it goes on').toBe(4)
  expect(await lastPoll('s1')).toMatchObject({ outcome: 'ok', skew_ms: '0' })
  expect(await count('file_rows'), 'nothing is left waiting').toBe(0)
})

test('page by page among rows of one moment, and on from where it was when a page failed', async () => {
  await postgres.run(`CREATE TABLE s2 (location text DEFAULT 'A', item text PRIMARY KEY, quantity int, cost numeric, changed_at timestamptz, ok boolean DEFAULT true);
    INSERT INTO s2 (item, quantity, changed_at) SELECT 'i' || to_char(i, 'FM00'), i, '2026-01-05 08:00Z'::timestamptz + (i > 7)::int * interval '1 hour' FROM generate_series(1, 11) AS i;
    UPDATE s2 SET ok = false WHERE item = 'i06';
    CREATE INDEX ON s2 (changed_at, item); ALTER ROLE reader SET enable_seqscan = off; ALTER ROLE reader SET enable_sort = off`)
  const query = `|-
  SELECT location, item, quantity / ok::int AS quantity, cost, changed_at
  FROM s2 -- as it was asked for`
  const settings = `query: ${query}\n${delta}\npage_rows: 2`
  await open('s2', settings)
  expect(await lastPoll('s2')).toMatchObject({ outcome: 'failed', code: 'query_refused' })
  expect((await lastPoll('s2')).reason).toContain('127.0.0.1 says: division by zero')
  expect(await states('s2'), 'two pages are in').toEqual(['i01 1', 'i02 2', 'i03 3', 'i04 4'])
  await postgres.run('ALTER ROLE reader RESET ALL; UPDATE s2 SET ok = true')
  await world.poll()
  const names = Array.from({ length: 11 }, (_, index) => String(index + 1))
  expect(await states('s2')).toEqual(names.map((name) => `i${name.padStart(2, '0')} ${name}`))
  expect(await versions('s2'), 'none is a new version when it comes again').toBe(11)
  expect(await count('file_rows')).toBe(0)
})

test('what was deleted there is deleted here: by a full fetch, or each time; but never by nothing at all', async () => {
  await stock(
    's3',
    `('1', 1, '2026-01-05 08:00Z'), ('2', 2, '2026-01-05 08:01Z'), ('3', 3, '2026-01-05 08:02Z')`,
  )
  const full = `table: s3\n${delta}\nfull: 1s`
  const part = `table: s3\nmode: snapshot\ncolumns: [location, item, quantity, cost, changed_at]\nwhere: item <> '1'`
  await open('s3', full)
  await open('s3b', part)
  await postgres.run(`DELETE FROM s3 WHERE item = '2'`)
  await world.poll()
  expect(await states('s3b')).toEqual(['3 3'])
  expect(await states('s3')).toEqual(['1 1', '2 2', '3 3'])
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  await open('s3', full)
  expect(await states('s3')).toEqual(['1 1', '3 3'])
  await postgres.run('TRUNCATE s3')
  await open('s3b', part)
  expect(await lastPoll('s3b')).toMatchObject({ code: 'snapshot_empty' })
  expect(await states('s3b')).toEqual(['3 3'])
  await open('s3b', `${part}\nmay_be_empty: true`)
  expect(await lastPoll('s3b')).toMatchObject({ outcome: 'ok' })
  expect(await states('s3b')).toEqual([])
})

test('each type as it is: every digit of a number, times in UTC or in the zone of the plant, any text', async () => {
  await postgres.run(`CREATE TYPE colour AS ENUM ('red'); CREATE DOMAIN amount AS numeric(60, 20);
    CREATE TABLE s4 (id uuid, big numeric, exact amount, cash money, flag boolean, small smallint, huge bigint, ratio double precision,
      raw bytea, doc jsonb, tags text[], grid int[], hue colour, name text, pad char(4), day date, naive timestamp, zoned timestamptz, forever timestamptz, span interval, nothing numeric);
    INSERT INTO s4 VALUES ('0190163d-8694-739b-aea5-966c26f8ad91', 123456789012345678901234567890123456789012345678901234567890.123456789, '7.00000000000000000001', '1234.56', true, -7, 9223372036854775807, 0.1,
      '\\xdeadbeef', '{"lines": [{"qty": 1.10}]}', '{a,"b \\" c",NULL}', '{}', 'red', E'Schräge 漢字 🏭 "quoted" \\\\ tab\\t line\\n \\u001f', 'ab', '2026-07-01', '2026-07-01 08:00:00.25', '2026-07-01 08:00:00.123456+02', 'infinity', '1 day', NULL)`)
  const mapped = `states: { inventory_positions: { location: hue, item: huge, batch: name, quantity: cash, unit_cost: 'doc.lines[0].qty', occurred_at: naive } }
events: [{ type: moved, key: id, occurred_at: zoned, id: id }]`
  await open('s4', 'table: s4\nmode: snapshot', mapped)
  expect((await lastPoll('s4')).reason).toBe('')
  const [event] = await world.rows<{ data: string; occurred_at: string }>(
    "SELECT data, occurred_at FROM business_events WHERE source = 's4'",
  )
  expect(JSON.parse(event?.data.replace(/"huge":(\d+)/, '"huge":"$1"') ?? '')).toEqual({
    id: '0190163d-8694-739b-aea5-966c26f8ad91',
    big: '123456789012345678901234567890123456789012345678901234567890.123456789',
    exact: '7.00000000000000000001',
    cash: '1234.56',
    flag: true,
    small: -7,
    huge: '9223372036854775807',
    ratio: '0.1',
    raw: 'deadbeef',
    doc: { lines: [{ qty: 1.1 }] },
    tags: ['a', 'b " c', null],
    grid: [],
    hue: 'red',
    name: 'Schräge 漢字 🏭 "quoted" \\ tab\t line\n \u001f',
    pad: 'ab',
    day: '2026-07-01',
    naive: '2026-07-01T08:00:00.25',
    zoned: '2026-07-01T06:00:00.123456Z',
    forever: 'infinity',
    span: '1 day',
    nothing: null,
  })
  expect(event?.occurred_at).toBe('2026-07-01T06:00:00.123Z')
  const [state] = await world.rows(
    "SELECT item, batch, toString(quantity) AS quantity, toString(unit_cost) AS cost, occurred_at FROM inventory_positions_log WHERE source = 's4'",
  )
  expect(state).toEqual({
    item: '9223372036854775807',
    batch: 'Schräge 漢字 🏭 "quoted" \\ tab\t line\n \u001f',
    quantity: '1234.56',
    cost: '1.1',
    // eight o'clock in Hamburg, in summer
    occurred_at: '2026-07-01T06:00:00.250Z',
  })
})

const uuid = (last: string) => `'00000000-0000-0000-0000-00000000000${last}'`
test.each([
  ['smallint', 'number', ['1', '2', '3']],
  ['numeric(40, 3)', 'number', ['1.001', '2', '12345678901234567890123456789.5']],
  ['text', 'text', ["'b'''", "'c\\'", "'é🏭'"]],
  ['uuid', 'text', ['1', 'a', 'b'].map(uuid)],
  ['bytea', 'text', ["'\\x00'", "'\\x01ff'", "'\\xff'"]],
  ['timestamp', 'moment', [1, 2, 3].map((micro) => `'2026-01-05 08:00:00.00000${micro}'`)],
  ['date', 'moment', [5, 6, 7].map((day) => `'2026-01-0${day}'`)],
] as const)('a cursor and key of type %s lead from page to page', async (type, kind, values) => {
  const name = `c_${type.replace(/\W/g, '')}`
  await postgres.run(`CREATE TABLE ${name} (c ${type} NOT NULL, n serial);
    INSERT INTO ${name} (c) VALUES ${values.flatMap((value) => [`(${value})`, `(${value})`]).join(', ')}`)
  const [source] = estateOf(
    world.folder,
    name,
    `table: ${name}\ncursor: { field: c, type: ${kind} }\nkey: [c, n]\npage_rows: 1`,
    'events: [{ type: moved, key: n, occurred_at: c }]',
  ).pulledSources as [SqlSourceConfig]
  const tally = newTally()
  const database = openEngineDatabase(
    postgresql,
    source,
    world.store,
    () => tally,
    () => undefined,
  )
  const shape = shapeOf(postgresql, source, [], (await postgresql.learn(source, database.ask)).columns)
  const read = (rows: number, range: Range) =>
    database.ask.rows<{ raw: string }>(
      postgresql.wrap(writePage(postgresql, { ...source, page_rows: rows }, shape, range).sql),
    )
  const found: unknown[] = []
  for (let range: Range = { from: '' }; ; ) {
    const [row] = await read(1, range)
    if (!row) break
    range = { after: placeOf(shape, JSON.parse(row.raw)) }
    found.push(JSON.parse(row.raw).n)
  }
  expect(found).toEqual([1, 2, 3, 4, 5, 6])
  const [third] = (await read(6, { from: '' })).slice(2)
  const [from] = placeOf(shape, JSON.parse(third?.raw ?? ''))
  expect(await read(6, { from: from as string }), 'from a value on, it is among them').toHaveLength(4)
})

test.each([
  [
    'a wrong password',
    'table: plain\nmode: snapshot\nuser: stranger',
    'unauthorized',
    'See that user and password_from',
  ],
  [
    'a database that is none',
    'table: plain\nmode: snapshot\ndatabase: nowhere',
    'database_missing',
    'Name the database',
  ],
  ['a port where nobody is', 'table: plain\nmode: snapshot\nport: 1', 'not_answered', 'could not be reached'],
  ['a table that is gone', 'table: gone\nmode: snapshot', 'table_missing', 'relation "gone" does not exist'],
  ['a table that is closed', 'table: closed\nmode: snapshot', 'forbidden', 'permission denied'],
  ['a query that is none', 'query: SELECT FROM WHERE\nmode: snapshot', 'query_refused', 'syntax error'],
  [
    'one that leaves its place',
    "query: 'SELECT 1) AS x --'\nmode: snapshot",
    'query_refused',
    'syntax error',
  ],
  [
    'one that writes',
    'query: SELECT *, write_one() AS one FROM plain\nmode: snapshot',
    'writes',
    'read-only transaction',
  ],
  [
    'a cursor that is no moment',
    'table: plain\ncursor: { field: item }\nkey: [item]',
    'cursor_unreadable',
    'of type text',
  ],
  [
    'a column that is none',
    'table: plain\ncursor: { field: at }\nkey: [item]',
    'schema_changed',
    'lacks the column "at"; it has location, item',
  ],
])('%s is said as it is, and the password nowhere', async (what, settings, code, words) => {
  await postgres.run(
    `CREATE OR REPLACE FUNCTION write_one() RETURNS int LANGUAGE sql AS 'CREATE TABLE written (); SELECT 1';
      CREATE TABLE IF NOT EXISTS closed (item int); REVOKE ALL ON closed FROM reader`,
  )
  const name = what.replaceAll(' ', '_')
  await open(name, settings)
  const poll = await lastPoll(name)
  expect(poll).toMatchObject({ outcome: 'failed', code })
  expect(poll.reason).toContain(words)
  expect(poll.reason).not.toMatch(/nary|postgresql\(|COPY|__subquery/)
  expect(postgres.log()).not.toContain('nary')
})

test('a column that is called otherwise is said, and found again once the source names it', async () => {
  await stock('s5', `('1', 1, '2026-01-05 08:00Z')`)
  await open('s5', `table: s5\n${delta}`)
  await postgres.run('ALTER TABLE s5 RENAME quantity TO qty')
  await world.poll()
  expect(await lastPoll('s5')).toMatchObject({ code: 'schema_changed' })
  expect((await lastPoll('s5')).reason).toContain('lacks the column "quantity"; it has location, item, qty')
  expect(await states('s5')).toEqual(['1 1'])
  await postgres.run('UPDATE s5 SET qty = 2')
  await open('s5', `table: s5\n${delta}`, rules.replace('quantity: quantity', 'quantity: qty'))
  expect(await states('s5')).toEqual(['1 2'])
})

test('rows without a value of the cursor are a failure, since they would never come', async () => {
  await postgres.run(
    'CREATE TABLE s6 (location text, item text, quantity int, cost int, changed_at timestamptz)',
  )
  await postgres.run(`INSERT INTO s6 VALUES ('A', '1', 1, 1, now()), ('A', '2', 2, 2, NULL)`)
  await open('s6', `table: s6\n${delta}`)
  expect(await lastPoll('s6')).toMatchObject({ code: 'cursor_missing' })
  await postgres.run(`UPDATE s6 SET changed_at = now(), item = NULL WHERE item = '2'`)
  await open('s6', `table: s6\n${delta}`)
  expect(await lastPoll('s6')).toMatchObject({ code: 'key_missing' })
})

test('what takes longer than it may is ended there, too', async () => {
  await postgres.run(
    `CREATE VIEW s7 AS SELECT 'A' AS location, '1' AS item, 1 AS quantity, 1 AS cost, now() AS changed_at FROM (SELECT pg_sleep(30)) AS slept`,
  )
  await open('s7', 'table: s7\nmode: snapshot\nlimits: { retries: 0, timeout: 500ms }')
  expect(await lastPoll('s7')).toMatchObject({ code: 'timed_out' })
  const busy = `SELECT 1 FROM pg_stat_activity WHERE usename = 'reader' AND state = 'active'`
  expect(await postgres.run(busy)).toEqual([])
})

test('a database of another encoding gives the same texts', async () => {
  await postgres.run(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`)
  const query = `query: SELECT 'A' AS location, U&'Schr\\00e4ge' AS item, 1 AS quantity, 1 AS cost, now() AS changed_at`
  await open('s8', `${query}\nmode: snapshot\ndatabase: latin`)
  expect((await lastPoll('s8')).reason).toBe('')
  expect(await states('s8')).toEqual(['Schräge 1'])
})

test('with tls the server must prove who it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-tls-'))
  chmodSync(folder, 0o755)
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const request = ['req', '-new', '-x509', '-days', '30', '-nodes', ...curve, ...name]
  execFileSync('openssl', [...request, '-out', cert, '-keyout', key], { stdio: 'pipe' })
  if (process.getuid?.() === 0) chownSync(key, 65_534, 65_534)
  chmodSync(key, 0o600)
  await postgres.run(`ALTER SYSTEM SET ssl_cert_file = '${cert}'`)
  await postgres.run(`ALTER SYSTEM SET ssl_key_file = '${key}'`)
  await postgres.run('ALTER SYSTEM SET ssl = on')
  await postgres.run('SELECT pg_reload_conf()')
  const way = `query: SELECT 'A' AS location, version AS item, 1 AS quantity, 1 AS cost, now() AS changed_at FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  const settings = `${way}\nmode: snapshot\ntls: { ca_from: WMS_CA }`
  try {
    process.env.WMS_CA = readFileSync(cert, 'utf8')
    await open('s9', settings)
    // the certificate is of localhost, not of 127.0.0.1
    expect(await lastPoll('s9')).toMatchObject({ code: 'not_answered' })
    expect((await lastPoll('s9')).reason).toContain('does not match host name')
    await open('s9', `${settings}\nhost: localhost`)
    expect(await states('s9')).toEqual(['TLSv1.3 1'])
  } finally {
    for (const left of ['WMS_CA', 'PGSSLMODE', 'PGSSLROOTCERT']) delete process.env[left]
  }
})

import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LoadQueue, loadAdapters, type OpenSource } from '../../collectors/sources/index.ts'
import { newTally } from '../../collectors/sources/pull/tally.ts'
import { openSqlServer } from '../../collectors/sources/sql/session-sqlserver.ts'
import { describeError } from '../../server/core/errors.ts'
import { makeCertificate } from '../support/certificate.ts'
import { createSerialQueue, type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'
import { readExchange, readLogin, type Said } from '../support/tds/exchange.ts'
import { type Replay, startReplay } from '../support/tds/replay.ts'
import { recordedPassword, recordedSource } from '../support/tds/scenarios.ts'
import { startTds, type TdsAnswer } from '../support/tds/server.ts'
import {
  columns,
  done,
  error,
  failed,
  packet,
  prelogin,
  refused,
  row,
  selected,
  signedIn,
  types,
  writeMessage,
} from '../support/tds/tokens.ts'

// No SQL Server can be had from npm or Debian. Its driver, the real one, is played recordings on a real socket: what it
// says must be what was recorded, byte for byte; what is answered was written by the published protocol, [MS-TDS].

const recording = (name: string) => readExchange(new URL(`./recorded/sqlserver-${name}.tds`, import.meta.url))
const [first, next, whole] = ['first', 'next', 'whole'].map(recording) as [Said[], Said[], Said[]]
/** Which message of a connection says what */
const places = { login: 1, columns: 3, look: 4, page: 5, secondPage: 6 }
const answer = (body: Buffer) => ({ bytes: writeMessage(packet.answer, body) })

const certificate = makeCertificate()
let replay: Replay
let world: FilesWorld
let queue: LoadQueue
const source = (name: string, settings = '') =>
  recordedSource(replay.port, settings).replace('source: stock', `source: ${name}`)
/** Opens the source as after a restart, and polls it once; what it failed of, in people's words. */
const poll = async (name: string, settings?: string): Promise<string> => {
  const estate = filesEstate(world.folder, source(name, settings))
  const adapter = (await loadAdapters()).get('sql')
  const opened = adapter?.open(estate.pulledSources[0] as never, {
    estate,
    store: world.store,
    queue,
    log: { warn: () => undefined },
    settleMs: 0,
    folder: join(world.folder, 'pulls'),
    spend: () => undefined,
    push: undefined,
  }) as OpenSource
  const failure = await opened.poll(newTally()).then(() => '', describeError)
  await opened.close?.()
  return failure
}
const statesOf = async (name: string) =>
  (
    await world.rows<{ line: string }>(
      `SELECT concat(location, ' ', item, ' ', lower(batch), ' ', toString(argMax(quantity, version))) AS line FROM inventory_positions_log
       WHERE source = {name:String} AND load_seq IN (SELECT load_seq FROM loads)
       GROUP BY location, item, batch HAVING NOT argMax(deleted, version) ORDER BY line`,
      { name },
    )
  ).map(({ line }) => line)

beforeAll(async () => {
  process.env.STOCK_PASSWORD = recordedPassword
  replay = await startReplay(certificate)
  world = await openFilesWorld((folder) =>
    filesEstate(folder, '  - { source: idle, kind: events, system: wms }'),
  )
  queue = createSerialQueue(world.store)
})
afterAll(async () => {
  await world?.close()
  await replay?.close()
  delete process.env.STOCK_PASSWORD
})

test('what recordings are written by says what the specification’s own examples say', () => {
  const bar = [{ name: 'bar', type: types.varchar(3), flags: 0x20 }]
  const body = Buffer.concat([columns(bar), row(bar, ['foo']), done(0x10, 0xc1, 1)])
  // [MS-TDS] 4.7, SQL Batch Server Response
  expect(writeMessage(packet.answer, body, 0).toString('hex')).toBe(
    '0401003300000100810100000000002000a703000904d0003403620061007200d10300666f6ffd1000c1000100000000000000',
  )
  // [MS-TDS] 4.2, Login Request
  const login = Buffer.from(
    '1001009000000100880000000200097200100000000000070001000000000000e00300000000000009040000' +
      '5e0008006e00020072000000720007008000000080000000800004008800000088000000' +
      '00508be2b78f8800000088000000880000000000000073006b006f00730074006f00760031007300610' +
      '04f00530051004c002d00330032004f00440042004300',
    'hex',
  )
  expect(readLogin(login)).toMatchObject({
    tds: '72090002',
    packet: 4096,
    user: 'sa',
    app: 'OSQL-32',
    library: 'ODBC',
  })
})

test('a recording is played: what changes is fetched page by page, and the next poll goes on from there, once', async () => {
  replay.play(first)
  expect([await poll('stock'), replay.differences]).toEqual(['', []])
  expect(await statesOf('stock')).toEqual(['A1 bolt 6×20 de02 0.001', 'A1 nut de01 1.5', 'B2 nut de03 -7'])
  const [mark] = await world.rows<{ ms: string }>(
    "SELECT toString(toUnixTimestamp64Milli(max(complete_to))) AS ms FROM watermarks WHERE source = 'stock'",
  )
  // by its own clock, which is that of the recording, rather than by ours
  expect(Number(mark?.ms) - Date.parse('2026-01-05T09:30:00Z')).toBeLessThan(60_000)
  replay.play(next)
  expect([await poll('stock'), replay.differences, replay.matched]).toEqual(['', [], next.length / 2])
  expect(await statesOf('stock')).toEqual(['A1 bolt 6×20 de02 0.001', 'A1 nut de01 2.5', 'B2 nut de03 -7'])
  const versions = await world.rows(
    "SELECT toString(count()) AS count FROM inventory_positions_log WHERE source = 'stock' AND lower(batch) = 'de03'",
  )
  expect(versions, 'what comes again unchanged is no new version').toEqual([{ count: '1' }])
})

test('a snapshot by one statement', async () => {
  replay.play(whole)
  expect([await poll('shot', 'mode: snapshot'), replay.differences]).toEqual(['', []])
  expect(await statesOf('shot')).toEqual(['A1 nut de01 1.5', 'B2 nut de03 -7'])
})

describe('what goes wrong is said, nothing is taken, and it goes on', () => {
  const said = (number: number, text: string) => answer(failed(error(number, 14, text)))
  const lacking = answer(selected([{ name: 'Bin', type: types.varchar(10) }], []))
  const closed = "The SELECT permission was denied on the object 'Stock', database 'WMS', schema 'dbo'."
  const noLogin = error(18456, 14, "Login failed for user 'reader'.")
  const noDatabase = error(4060, 11, 'Cannot open database "WMS" requested by the login. The login failed.')
  test.each<[string, number, TdsAnswer, RegExp]>([
    [
      'a login it refuses',
      places.login,
      answer(refused(noLogin)),
      /Login failed.*See that user and password_from/,
    ],
    [
      'a database it has not',
      places.login,
      answer(refused(noDatabase, noLogin)),
      /Cannot open database.*Name the database as it is called there/,
    ],
    ['a table that is closed', places.columns, said(229, closed), /denied.*Let its user SELECT/],
    [
      'a table that is not there',
      places.columns,
      said(208, "Invalid object name 'dbo.Stock'."),
      /See that schema and table/,
    ],
    ['a column that is called otherwise', places.columns, lacking, /lacks the column "Item"/],
    [
      'a column that is gone meanwhile',
      places.page,
      said(207, "Invalid column name 'Qty'."),
      /Name the columns/,
    ],
    ['a connection that breaks', places.look, { isCut: true }, /could not be reached/],
    [
      'bytes that are no answer',
      places.look,
      answer(Buffer.from('no token')),
      /not of SQL Server's protocol/,
    ],
    [
      'bytes that are no sign-in',
      places.login,
      answer(Buffer.from('no token')),
      /not of SQL Server's protocol/,
    ],
  ])('%s', async (what, at, instead, says) => {
    const name = what.replaceAll(' ', '_')
    replay.play(first)
    replay.instead = { at, answer: instead }
    const failure = await poll(name)
    expect(failure).toMatch(says)
    expect(failure).not.toContain(recordedPassword)
    expect([await statesOf(name), replay.differences]).toEqual([[], []])
    replay.play(first)
    expect([await poll(name), replay.differences]).toEqual(['', []])
    expect(await statesOf(name)).toHaveLength(3)
  })

  test('what is not answered in time is ended', async () => {
    replay.play(first)
    replay.instead = { at: places.page, answer: {} }
    const settings = 'cursor: { field: Changed }\nlimits: { retries: 0, timeout: 700ms }'
    expect(await poll('late', settings)).toMatch(/did not answer within 700 ms/)
    expect(await statesOf('late')).toEqual([])
  })

  test('of a page that breaks off nothing is taken; the next poll has it all', async () => {
    const page = first.filter(({ from }) => from === 'server')[places.page] as Said
    // the first of its rows and a part of the second, in a packet that says that more comes
    const torn = Buffer.from(page.bytes.subarray(0, page.bytes.length - 60))
    torn.writeUInt8(0, 1)
    torn.writeUInt16BE(torn.length, 2)
    for (const instead of [
      { at: places.page, answer: { bytes: torn, isCut: true } },
      { at: places.secondPage, answer: { isCut: true } },
    ]) {
      replay.play(first)
      replay.instead = instead
      expect(await poll('torn')).toMatch(/could not be reached/)
      expect(await statesOf('torn')).toEqual([])
    }
    replay.play(first)
    expect([await poll('torn'), await statesOf('torn')]).toEqual(['', expect.objectContaining({ length: 3 })])
  })

  test('with tls the server must prove who it is', async () => {
    const access = {
      host: 'localhost',
      port: replay.port,
      database: 'WMS',
      user: 'reader',
      password: recordedPassword,
      timeoutMs: 5_000,
    }
    replay.play(first, first, first)
    await expect(openSqlServer({ ...access, tls: { ca: undefined } })).rejects.toThrow(
      /self-signed certificate/,
    )
    await expect(
      openSqlServer({ ...access, host: '127.0.0.1', tls: { ca: certificate.cert } }),
    ).rejects.toThrow(/does not match certificate|IP|self-signed/)
    await (await openSqlServer({ ...access, tls: { ca: certificate.cert } })).close()
    expect(replay.differences).toEqual([])
  })
})

test('types come by the driver’s names, each read as text; rows are taken no faster than they are asked for', async () => {
  const all = Object.entries({
    a: types.varchar(20),
    b: types.nvarchar(20),
    c: types.varbinary(20),
    d: types.char(4),
    e: types.int(),
    f: types.bit(),
    g: types.float(),
    h: types.money(),
    i: types.datetime(),
    j: types.smalldatetime(),
    k: types.decimal(18, 3),
    l: types.numeric(10, 2),
    m: types.date(),
    n: types.time(3),
    o: types.datetime2(7),
    p: types.datetimeoffset(7),
    q: types.guid(),
    r: types.rowversion(),
    s: types.xml(),
  }).map(([name, type]) => ({ name, type }))
  const text = [{ name: 'x', type: types.nvarchar(40) }]
  const many = Array.from({ length: 12_000 }, (_, index) => [`row ${index} äöü`])
  const server = await startTds(certificate, (_, index) => {
    const bodies = [prelogin(), signedIn('WMS'), done(), selected(all, []), selected(text, many)]
    return answer(bodies[index] as Buffer)
  })
  const session = await openSqlServer({
    host: 'localhost',
    port: server.port,
    database: 'WMS',
    user: 'reader',
    password: 'any',
    tls: undefined,
    timeoutMs: 5_000,
  })
  expect((await session.columns('SELECT 1')).map(({ type }) => type)).toEqual([
    ...[
      'VarChar',
      'NVarChar',
      'VarBinary',
      'Char',
      'IntN',
      'BitN',
      'FloatN',
      'MoneyN',
      'DateTimeN',
      'DateTimeN',
    ],
    ...[
      'DecimalN',
      'NumericN',
      'Date',
      'Time',
      'DateTime2',
      'DateTimeOffset',
      'UniqueIdentifier',
      'Binary',
      'Xml',
    ],
  ])
  const sizes: number[] = []
  let last = ''
  for await (const batch of session.rows({ sql: 'SELECT x FROM many', binds: [] })) {
    sizes.push(batch.length)
    last = String(batch.at(-1)?.x)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await session.close()
  await server.close()
  expect([sizes.reduce((sum, size) => sum + size, 0), last]).toEqual([12_000, 'row 11999 äöü'])
  expect(Math.max(...sizes), 'a batch is not all there is').toBeLessThan(3_000)
})

test('the command itself, as a process of its own: try-source shows a page beside what becomes of it', async () => {
  const path = join(tmpdir(), `plumbline-sqlserver-${process.pid}.yaml`)
  writeFileSync(
    path,
    `name: Try
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: wms, name: WMS, role: wms }]
teams: [{ team: ops, name: Operations }]
sources:
${source('stock')}`,
  )
  replay.play(first)
  const command = fileURLToPath(new URL('../../server/plumbline.cjs', import.meta.url))
  try {
    const said = await new Promise<string>((resolve) => {
      execFile(
        process.execPath,
        [command, 'try-source', 'stock'],
        { env: { ...process.env, PLUMBLINE_ESTATE: path, LOG_LEVEL: 'silent' }, timeout: 60_000 },
        (_, stdout, stderr) => resolve(stdout + stderr),
      )
    })
    expect(said).toContain('2 of 2 rows can be taken.')
    expect(said).toContain('→ inventory_positions of HAM: location=A1 item=nut batch=DE01')
    expect(replay.differences).toEqual([])
  } finally {
    rmSync(path)
  }
})

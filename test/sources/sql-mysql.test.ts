import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'
import { hasMariadb, type Mariadb, startMariadb } from '../support/mariadb.ts'

const canary = 'canary-7531'
const isHere = hasMariadb()
if (!isHere) console.warn('MariaDB is not on the PATH: nothing of the sources of dialect mysql is tested')

describe.runIf(isHere)('MariaDB', () => {
  let mariadb: Mariadb
  let world: FilesWorld
  beforeAll(async () => {
    process.env.WMS_PASSWORD = canary
    mariadb = await startMariadb()
    mariadb.run(`CREATE USER reader@'%' IDENTIFIED BY '${canary}'; GRANT SELECT ON wms.* TO reader@'%';
      CREATE TABLE stock (id int PRIMARY KEY AUTO_INCREMENT, item varchar(40), quantity decimal(24, 6), big bigint unsigned, at timestamp(6) NOT NULL, local datetime(3), raw varbinary(8), doc json);
      INSERT INTO stock VALUES (1, 'Schräge 漢字 🏭', 5, 18446744073709551615, '2026-07-01 13:30:00.123456', '2026-07-01 08:00', x'deadbeef', '{"a": 1.10}'), (2, '2', 6.5, 1, '2026-07-01 13:30:00.123456', '2026-07-01 08:00', NULL, NULL), (3, '3', 7, NULL, '2026-07-01 13:31:00', '2026-07-01 08:00', NULL, NULL)`)
    world = await openFilesWorld((folder) => estateOf(folder, 'first', 'table: nothing\nmode: snapshot'))
  })
  afterAll(async () => {
    await world?.close()
    await mariadb?.close()
    delete process.env.WMS_PASSWORD
  })
  const estateOf = (folder: string, source: string, settings: string) =>
    filesEstate(
      folder,
      `  - source: ${source}
    kind: sql
    dialect: mysql
    system: wms
    host: 127.0.0.1
    port: ${mariadb.port}
    database: wms
    password_from: WMS_PASSWORD
    poll: 1h
    plant: { const: HAM }
    states: { inventory_positions: { location: { const: A }, item: item, quantity: quantity, occurred_at: local } }
    events: [{ type: moved, key: id, occurred_at: at }]
    limits: { retries: 0, timeout: 2s }
${[...(/^user:/m.test(settings) ? [] : ['user: reader']), ...settings.split('\n')].map((line) => `    ${line}`).join('\n')}
`,
    )
  const open = (source: string, settings: string) =>
    world.reopen({ estate: estateOf(world.folder, source, settings) })
  const lastPoll = async (source: string) =>
    (
      await world.rows<{ code: string; reason: string }>(
        'SELECT code, reason FROM source_polls WHERE source = {source:String} ORDER BY started_at DESC LIMIT 1',
        { source },
      )
    )[0]
  const delta = 'cursor: { field: at, overlap: 1s }\nkey: [id]\npage_rows: 1'
  const now = () =>
    world.current('inventory_positions', 'location, item', 'item, toString(quantity), occurred_at')

  test('page by page among rows of one moment; each type as it is; then what has changed', async () => {
    await open('m1', `table: stock\n${delta}`)
    expect(await lastPoll('m1')).toEqual({ code: '', reason: '' })
    // eight in Hamburg, in summer
    const at = '2026-07-01T06:00:00.000Z'
    expect(await now()).toEqual([
      ['2', '6.5', at],
      ['3', '7', at],
      ['Schräge 漢字 🏭', '5', at],
    ])
    const [event] = await world.rows<{ data: string }>("SELECT data FROM business_events WHERE key = '1'")
    expect(JSON.parse(event?.data ?? '')).toEqual({
      id: '1',
      item: 'Schräge 漢字 🏭',
      quantity: '5.000000',
      big: '18446744073709551615',
      at: '2026-07-01T08:00:00.123456Z',
      local: '2026-07-01T08:00:00.000000',
      raw: 'deadbeef',
      doc: '{"a": 1.10}',
    })
    mariadb.run(`UPDATE stock SET quantity = 8, at = '2026-07-01 13:32:00' WHERE id = 2`)
    await world.poll()
    expect((await now())[0]).toEqual(['2', '8', at])
    const [versions] = await world.rows('SELECT count() AS count FROM inventory_positions_log')
    expect(versions).toEqual({ count: '4' })
  })

  test('what is deleted there is deleted here by a snapshot, of a query too', async () => {
    const snapshot =
      'query: SELECT id, CONCAT("q", item) AS item, quantity, local, at FROM stock WHERE id > 1\nmode: snapshot'
    await open('m2', snapshot)
    mariadb.run('DELETE FROM stock WHERE id = 3')
    await world.poll()
    expect((await now()).map((row) => (row as string[])[0]).filter((item) => item?.startsWith('q'))).toEqual([
      'q2',
    ])
  })

  test.each([
    ['table: stock\nmode: snapshot\nuser: stranger', 'unauthorized'],
    ['table: gone\nmode: snapshot', 'table_missing'],
    ['query: SELECT nope FROM stock\nmode: snapshot', 'query_refused'],
    ['query: SELECT *, SLEEP(20) AS slept FROM stock\nmode: snapshot', 'timed_out'],
  ])('%s: %s', async (settings, code) => {
    const name = `r_${code}`
    await open(name, settings)
    const poll = await lastPoll(name)
    expect(poll?.code).toBe(code)
    expect(poll?.reason).not.toMatch(/canary|mysql\(|nullptr/)
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClickHouse } from '../../sql/engine.ts'
import type { Store } from '../../sql/store.ts'
import { type ClickHouse, startClickHouse } from '../support/clickhouse.ts'

let engine: ClickHouse
let store: Store
const folder = mkdtempSync(join(tmpdir(), 'plumbline-server-loads-'))
beforeAll(async () => {
  engine = await startClickHouse()
  store = await openClickHouse(engine.url)
  await store.command('CREATE TABLE taken (id UInt32) ENGINE = MergeTree ORDER BY id')
})
afterAll(async () => {
  await store?.close()
  await engine?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const load = (id: number, line: string) => {
  const path = join(folder, String(id))
  writeFileSync(path, `${line}\n`)
  return store.insertFile({
    path,
    format: 'JSONEachRow',
    structure: 'id UInt32',
    table: 'taken (id)',
    token: String(id),
  })
}

// the client keeps ten connections: one that a load does not give back is missing from then on
test('a server takes load after load, and what it refuses gives its connection back too', {
  timeout: 30_000,
}, async () => {
  for (let id = 0; id < 25; id++) await load(id, JSON.stringify({ id }))
  for (let id = 25; id < 40; id++) await expect(load(id, '{"id": "none"')).rejects.toMatchObject({ code: 27 })
  await Promise.all(
    Array.from({ length: 25 }, (_, place) => load(40 + place, JSON.stringify({ id: 40 + place }))),
  )
  expect(await store.rows('SELECT toUInt32(count()) AS rows FROM taken')).toEqual([{ rows: 50 }])
})

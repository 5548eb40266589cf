import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-migrate-'))
  store = await openStore({ dataFolder: folder })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the schema is brought up twice without harm, also after a first time that broke off', async () => {
  await migrate(store)
  await store.command('TRUNCATE TABLE schema_made')
  await migrate(store)
  await migrate(store)
  expect(await store.rows('SELECT uniqExact(digest) = 1 AS one FROM schema_made')).toEqual([{ one: 1 }])
})

test('a store that another version made is refused with what to do, and left as it is', async () => {
  await migrate(store)
  await store.command('TRUNCATE TABLE schema_made')
  await store.insert('schema_made', [{ digest: 'other', made_at: '2026-01-05T08:00:00Z' }])
  await expect(migrate(store)).rejects.toMatchObject({
    code: 'schema_other',
    mend: expect.stringMatching(/folder/),
  })
})

test('so is one from before schemas were noted', async () => {
  await store.command('CREATE TABLE loads (load_seq UInt64) ENGINE = MergeTree ORDER BY load_seq')
  await expect(migrate(store)).rejects.toMatchObject({ code: 'schema_other' })
})

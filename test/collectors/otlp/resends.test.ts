import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mostRecent, openRecent, recentMs } from '../../../collectors/spool/recent.ts'
import { type Ingest, openIngest } from '../../support/ingest.ts'
import { scenarioEstate } from '../../support/scenario.ts'
import { createAbsence } from '../../torture/away.ts'
import { kinds, perRequest } from '../../torture/load.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-resends-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const { path, type, write } = kinds.spans
const send = async (ingest: Ingest, body: string | Uint8Array) =>
  expect((await ingest.post(path, body, { 'content-type': type })).status).toBe(200)
const sums = async ({ store }: Ingest) =>
  store.rows(
    'SELECT toUInt32(sum(calls)) AS calls, toUInt32(uniqExact(service)) AS requests FROM span_latency_1m',
  )

test('a body said again after a restart is one in every sum, whether it waited in the spool or was loaded', {
  timeout: 60_000,
}, async () => {
  const absence = createAbsence()
  const [loaded, waiting, unseen] = [write(1), write(2), write(3)]
  const first = await openIngest(scenarioEstate(), { folder, wrap: absence.wrap })
  await send(first, loaded)
  await first.loader.drain()
  absence.isAway = true
  await send(first, waiting)
  await first.close()
  const second = await openIngest(scenarioEstate(), { folder })
  for (const body of [loaded, waiting, unseen, waiting, loaded]) await send(second, body)
  await second.loader.drain()
  expect(await sums(second)).toEqual([{ calls: 3 * perRequest, requests: 3 }])
  await second.close()
  // and again: what the second process took and loaded, the third knows
  const third = await openIngest(scenarioEstate(), { folder })
  for (const body of [unseen, waiting, loaded]) await send(third, body)
  await third.loader.drain()
  expect(await sums(third)).toEqual([{ calls: 3 * perRequest, requests: 3 }])
  await third.close()
})

test('what was loaded is known for ten minutes, and of the newest bodies only; the rest is removed', async () => {
  const digest = (text: string) => Buffer.alloc(32, text).toString('base64')
  const noteOf = (ago: number, name: string, bytes: Buffer) =>
    writeFileSync(join(folder, `${String(Date.now() - ago).padStart(15, '0')}-${name}`), bytes)
  noteOf(recentMs + 1000, 'old', Buffer.alloc(32, 'o'))
  noteOf(3000, 'behind', Buffer.alloc(32, 'b'))
  noteOf(2000, 'many', Buffer.alloc(32 * (mostRecent - 1), 'm'))
  // a note that was being written when the process was killed
  noteOf(1000, 'torn.part', Buffer.alloc(10))
  const recent = await openRecent(folder)
  expect(recent.digests).toHaveLength(mostRecent)
  await recent.note('new', [digest('n')])
  expect(readdirSync(folder).map((file) => file.split('-')[1])).toEqual(['many', 'new'])
  const next = await openRecent(folder)
  expect([next.digests.length, next.digests.at(-1)]).toEqual([mostRecent, digest('n')])
})

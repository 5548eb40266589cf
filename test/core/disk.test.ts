import { expect, test } from 'vitest'
import { watchDisk, writeBytes } from '../../server/core/disk.ts'
import { marksOf } from '../../server/core/disk-marks.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { watchRoom } from '../support/disk.ts'
import { openEmptyStore } from '../support/store.ts'
import { goodEstate } from './estate-text.ts'

const gib = 2 ** 30
const marks = (text: string) => parseEstate(`${goodEstate}\n${text}`, 'estate.yaml').disk

test('marks are shares that are used or bytes that are left; a large disk keeps no more than it needs, a small one some', () => {
  expect(marksOf(marks(''), 100 * gib)).toEqual({ warn_bytes: 15 * gib, refuse_bytes: 5 * gib })
  expect(marksOf(marks(''), 10_000 * gib)).toEqual({ warn_bytes: 100 * gib, refuse_bytes: 10 * gib })
  expect(marksOf(marks(''), 2 * gib)).toEqual({ warn_bytes: gib / 2, refuse_bytes: gib / 2 })
  expect(marksOf(marks('disk: { warn_at: 70%, refuse_at: 99 % }'), 10_000 * gib)).toEqual({
    warn_bytes: 3_000 * gib,
    refuse_bytes: 100 * gib,
  })
  expect(marksOf(marks('disk: { warn_at: 1.5TB, refuse_at: 20GiB }'), 10_000 * gib)).toEqual({
    warn_bytes: 1.5e12,
    refuse_bytes: 20 * gib,
  })
  // of two kinds the disk decides: who would be told too late is told when nothing is taken
  expect(marksOf(marks('disk: { warn_at: 90%, refuse_at: 20GiB }'), 100 * gib)).toEqual({
    warn_bytes: 20 * gib,
    refuse_bytes: 20 * gib,
  })
})

test('it is said, then refused, and only with some room to spare taken again; who waits is told once', async () => {
  const disk = await watchRoom()
  let told = 0
  disk.onRoom(() => told++)
  const at = async (free: number) => {
    await disk.have(free)
    return disk.state().state
  }
  expect(await at(0.3e9)).toBe('ok')
  expect(await at(0.3e9 - 1)).toBe('warn')
  expect(disk.refusal()).toBeUndefined()
  // what is as large as the room is refused before the room is gone
  expect(disk.refusal(0.3e9)).toContain('the disk of the data folder has too little room')
  expect(await at(0.1e9 - 1)).toBe('refuse')
  expect(await at(0.1e9 + 1)).toBe('refuse')
  expect(disk.refusal()).toContain(
    `${writeBytes(0.1e9)} of ${writeBytes(2e9)} are free, and ${writeBytes(0.1e9)} are kept free (disk.refuse_at)`,
  )
  expect(told).toBe(0)
  expect(await at(0.106e9)).toBe('warn')
  expect(told).toBe(1)
  // somebody who keeps free more than there is is told so
  const small = await watchRoom({ refuse_at: { free: 3e9 } })
  expect(small.refusal()).toContain('which is all there is of it')
  small.close()
  disk.wrote(0.01e9)
  expect(disk.refusal(), 'what was just written is reckoned with before the next look').toBeDefined()
  await disk.look()
  expect(told).toBe(2)
  disk.close()
})

test('an engine elsewhere counts by its own disks; while it cannot be asked, what it last said does', async () => {
  let room: { disk: string; path: string; free_bytes: number; total_bytes: number }[] | undefined
  room = [{ disk: 'the engine (default)', path: '/var/lib/clickhouse/', free_bytes: 1e9, total_bytes: 100e9 }]
  const disk = await watchDisk({
    folders: { 'the data folder': '/data' },
    marks: marks('disk: { refuse_at: 5GB }'),
    engine: async () => room ?? Promise.reject(new Error('away')),
    statfs: async () => ({ bsize: 1, bavail: 90e9, blocks: 100e9 }),
  })
  expect(disk.all().map((each) => [each.disk, each.state])).toEqual([
    ['the data folder', 'ok'],
    ['the engine (default)', 'refuse'],
  ])
  expect(disk.refusal()).toContain('the disk of the engine (default)')
  room = undefined
  expect((await disk.look()).state).toBe('refuse')
  room = []
  expect((await disk.look()).state).toBe('ok')
  disk.close()
})

test('the engine tells the room that our tables have', async () => {
  const store = await openEmptyStore()
  const disks = await store.query('engine_disks', {})
  await store.close()
  expect(disks).toEqual([
    {
      disk: 'default',
      path: expect.stringContaining('/'),
      free_bytes: expect.any(Number),
      total_bytes: expect.any(Number),
    },
  ])
  expect(disks[0]?.free_bytes).toBeGreaterThan(0)
  expect(disks[0]?.free_bytes).toBeLessThan(disks[0]?.total_bytes ?? 0)
})

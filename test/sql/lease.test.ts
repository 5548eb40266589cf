import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fenceStatement, fenceStore } from '../../sql/fence.ts'
import { claimLease, endStatements, releaseLease, renewLease } from '../../sql/lease.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'
import { type ClickHouse, startClickHouse } from '../support/clickhouse.ts'

let engine: ClickHouse
let store: Store
beforeAll(async () => {
  engine = await startClickHouse()
  store = await openStore({ clickhouseUrl: engine.url, dataFolder: '' })
  await migrate(store)
})
afterAll(async () => {
  await store?.close()
  engine?.stop()
})

const lengthMs = 600_000
const claim = (lease: string, holder: string, length = lengthMs) =>
  claimLease(store, { lease, holder, lengthMs: length })

describe('a lease', () => {
  test('of many who claim it at once one has it, round after round, and epochs only grow', async () => {
    const epochs: bigint[] = []
    for (let round = 0; round < 12; round++) {
      const holders = Array.from({ length: 6 }, (_, index) => `${round}-${index}`)
      const won = (await Promise.all(holders.map((holder) => claim('race', holder)))).map((fence, index) => ({
        fence,
        holder: holders[index] as string,
      }))
      const [holding, ...others] = won.filter(({ fence }) => fence)
      expect(others).toEqual([])
      if (!holding?.fence) throw new Error('nobody has it')
      epochs.push(BigInt(holding.fence.epoch))
      // every other round it is given back, in those between it just runs out
      if (round % 2) await releaseLease(store, holding.fence, holding.holder)
      else await renewLease(store, holding.fence, { holder: holding.holder, lengthMs: 0 })
    }
    expect([...epochs].sort((a, b) => (a < b ? -1 : 1))).toEqual(epochs)
    const [doubled] = await store.rows<{ epochs: string }>(
      "SELECT count() AS epochs FROM (SELECT epoch FROM leases WHERE lease = 'race' GROUP BY epoch HAVING uniqExact(holder) > 1)",
    )
    expect(doubled?.epochs).toBe('0')
  })

  test('is nobody else’s while it lasts, and can be given to nobody by whoever lost it', async () => {
    const first = await claim('held', 'a')
    if (!first) throw new Error('nobody has it')
    expect(await claim('held', 'b')).toBeUndefined()
    expect(await renewLease(store, first, { holder: 'a', lengthMs: 0 })).toBe(true)
    const second = await claim('held', 'b')
    expect(BigInt(second?.epoch ?? 0) > BigInt(first.epoch)).toBe(true)
    expect(await renewLease(store, first, { holder: 'a', lengthMs })).toBe(false)
    expect(await releaseLease(store, first, 'a')).toBe(false)
    expect(await claim('held', 'a')).toBeUndefined()
  })

  test('has an epoch above what it is told, whatever the clock says', async () => {
    const above = String(BigInt(Date.now()) * 2000n)
    const fence = await claimLease(store, { lease: 'above', holder: 'a', lengthMs, above })
    expect(fence?.epoch).toBe(String(BigInt(above) + 1n))
  })
})

describe('what is written under a lease', () => {
  const release = { check: 'c', plant: 'HAM', run: '7', actor: 'somebody', at: '2026-11-01T00:00:00.000Z' }

  test('counts while it is held, and not once it was taken over', async () => {
    const first = await claim('writes', 'a')
    if (!first) throw new Error('nobody has it')
    const early = fenceStore(store, first)
    await early.insert('releases', [release])
    await early.command(
      "INSERT INTO releases (check, plant, run, actor, at) SELECT check, plant, 8, 'command', at FROM releases UNION ALL SELECT check, plant, 9, '', at FROM releases",
    )
    await early.command('INSERT INTO tolerated SELECT * FROM tolerated')
    await renewLease(store, first, { holder: 'a', lengthMs: 0 })
    const second = await claim('writes', 'b')
    if (!second) throw new Error('nobody has it')
    await endStatements(store, second)
    const late = 'the lease was taken over'
    await expect(early.insert('releases', [{ ...release, run: '10' }])).rejects.toThrow(late)
    await expect(
      early.command('INSERT INTO releases SELECT * EXCEPT (run), 11 AS run FROM releases'),
    ).rejects.toThrow(late)
    await fenceStore(store, second).insert('releases', [{ ...release, run: '12' }])
    const rows = await store.rows<{ run: string; actor: string }>(
      'SELECT toString(run) AS run, actor FROM releases ORDER BY toUInt64(run)',
    )
    expect(rows).toEqual([
      { run: '7', actor: 'somebody' },
      { run: '8', actor: 'command' },
      { run: '9', actor: '' },
      { run: '12', actor: 'somebody' },
    ])
  })

  test('so it is with what is taken away', async () => {
    const put = () =>
      store.command(
        "INSERT INTO contributions (check, plant, key, quantity) SELECT arrayJoin(['one', 'other']), 'HAM', 'k', 1",
        {},
        { settings: { insert_deduplicate: 0 } },
      )
    const count = async () =>
      (
        await store.rows<{ check: string; keys: string }>(
          'SELECT check, count() AS keys FROM contributions GROUP BY check ORDER BY check',
        )
      ).map(({ check, keys }) => `${check} ${keys}`)
    const drop = (of: Store) =>
      of.command('ALTER TABLE contributions DROP PARTITION {check:String}', { check: 'one' })
    await put()
    const first = await claim('drops', 'a')
    if (!first) throw new Error('nobody has it')
    await drop(fenceStore(store, first))
    expect(await count()).toEqual(['other 1'])
    await put()
    await renewLease(store, first, { holder: 'a', lengthMs: 0 })
    await claim('drops', 'b')
    await expect(drop(fenceStore(store, first))).rejects.toThrow('the lease was taken over')
    expect((await count())[0]).toBe('one 1')
  })

  test('so it is with what is changed in place: the lease is asked for beside its own condition', () => {
    const asked = fenceStatement(
      "ALTER TABLE runs /*on cluster*/ UPDATE reason = 'x'\nWHERE reason = 'a' OR reason = 'b'",
    )
    expect(asked).toMatch(
      /UPDATE reason = 'x'\nWHERE \(reason = 'a' OR reason = 'b'\) AND \(SELECT throwIf\(/,
    )
  })

  test('a statement that the lease can not be asked for in does not go out', () => {
    expect(() => fenceStatement('TRUNCATE TABLE contributions')).toThrow('no statement that a lease')
    expect(() => fenceStatement('INSERT INTO releases FORMAT JSONEachRow')).toThrow('no statement')
  })
})

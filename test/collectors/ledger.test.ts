import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLedger } from '../../collectors/spool/ledger.ts'
import type { Store } from '../../sql/store.ts'

/** A store whose loads end with a number; it takes its time to say so. */
const storeWith = (highest: string) =>
  ({ query: () => sleep(5).then(() => [{ load_seq: highest }]) }) as unknown as Store

test('loads that begin at the same moment, of several kinds, have numbers of their own, and they rise', async () => {
  const ledger = createLedger(storeWith('0'))
  const given: bigint[] = []
  const take = async () => {
    for (let index = 0; index < 50; index++) given.push(BigInt(await ledger.nextSeq()))
  }
  await Promise.all([take(), take(), take(), take()])
  expect(new Set(given).size).toBe(200)
  expect(given).toEqual([...given].sort((a, b) => (a < b ? -1 : 1)))
})

test('a number is above every one given before a restart, also when the clock was set back', async () => {
  const ahead = String((Date.now() + 3_600_000) * 1000)
  const ledger = createLedger(storeWith(ahead))
  const first = await ledger.nextSeq()
  expect(BigInt(first)).toBeGreaterThan(BigInt(ahead))
  const claimed = String(BigInt(first) + 1_000_000n)
  ledger.seen(claimed)
  expect(BigInt(await ledger.nextSeq())).toBeGreaterThan(BigInt(claimed))
})

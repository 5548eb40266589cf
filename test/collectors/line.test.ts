import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLine } from '../../collectors/spool/line.ts'

test('work starts in its order, never more than the width at a time, each with its own outcome', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ ms: fc.nat(3), fails: fc.boolean() }), { maxLength: 25 }),
      async (width, jobs) => {
        const line = createLine(() => width)
        const started: number[] = []
        let running = 0
        let most = 0
        const outcomes = jobs.map(({ ms, fails }, index) =>
          line.run(async () => {
            started.push(index)
            most = Math.max(most, ++running)
            await sleep(ms)
            running--
            if (fails) throw new Error(`job ${index}`)
            return index
          }),
        )
        expect(line.isBusy()).toBe(jobs.length > 0)
        const settled = await Promise.allSettled(outcomes)
        expect(
          settled.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason.message))),
        ).toEqual(jobs.map(({ fails }, index) => (fails ? `job ${index}` : index)))
        expect(started).toEqual(jobs.map((_job, index) => index))
        expect(most).toBe(Math.min(width, jobs.length))
        await line.idle()
        expect([running, line.isBusy()]).toEqual([0, false])
      },
    ),
    { numRuns: 60 },
  )
})

test('nobody slips in before those who wait, not even in the moment a place is freed', async () => {
  const line = createLine(() => 1)
  const order: string[] = []
  const first = line.run(async () => void order.push('first'))
  const second = line.run(async () => void order.push('second'))
  const third = first.then(() => line.run(async () => void order.push('third')))
  await Promise.all([first, second, third])
  expect(order).toEqual(['first', 'second', 'third'])
})

test('idle waits for what is under way and for what waits behind it, and does not wait for nothing', async () => {
  const line = createLine(() => 2)
  await line.idle()
  let done = 0
  for (let index = 0; index < 5; index++) void line.run(async () => sleep(5).then(() => done++))
  await Promise.all([line.idle(), line.idle()])
  expect([done, line.isBusy()]).toEqual([5, false])
})

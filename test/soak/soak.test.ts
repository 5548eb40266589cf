import { expect, test } from 'vitest'
import { judgeFlatness } from './watch.ts'

// that memory is flat is the one thing a run of `npm run soak` cannot show to be told apart from what is not

test('what grows with what comes in is no flat memory; what swings is', () => {
  const samplesOf = (memory: (second: number) => number, seconds = 3600) =>
    Array.from({ length: seconds }, (_, second) => ({
      memory: memory(second) * 2 ** 20,
      handles: 200 + (second % 20),
      threads: 60,
    }))
  const swinging = (second: number) => 1000 + 80 * Math.sin(second / 30)
  expect(judgeFlatness(samplesOf(swinging)).broken).toEqual([])
  // half a gigabyte an hour
  expect(judgeFlatness(samplesOf((second) => swinging(second) + second / 7)).broken).toEqual([
    expect.stringMatching(/^memory, MiB rose from \d+ to \d+$/),
  ])
  const short = judgeFlatness(samplesOf((second) => 1000 + second * 10, 100))
  expect(short.broken).toEqual([])
  expect(Object.values(short.figures)[0]).toContain('too short to judge')
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CheckList } from '../../server/api/schemas/runs.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp(scenarioEstate('', ['order_lines', 'movements']))
})
afterAll(() => app.close())

const hour = 3_600_000
let number = 0
/** A run of so many hours ago that found so much. */
const ran = (check: string, plant: string, ago: number, amount: string, more: object = {}) => {
  const clock = new Date(Date.now() - ago * hour).toISOString()
  return {
    run: String(++number),
    check,
    plant,
    kind: 'incremental',
    outcome: 'ok',
    started_at: clock,
    clock,
    amount,
    ...more,
  }
}

test('a check’s open value over time: in each plant by its last complete run, in all of them the sum', async () => {
  await app.world.store.insert('runs', [
    ran('order_lines', 'HAM', 60, '100.25'),
    ran('order_lines', 'HAM', 20, '40'),
    // what was not complete, and a past cut judged again, say nothing
    ran('order_lines', 'HAM', 12, '999', { outcome: 'incomplete' }),
    ran('order_lines', 'HAM', 11, '999', { kind: 'as_of' }),
    ran('order_lines', 'SHF', 40, '7.5', { kind: 'full' }),
    ran('movements', 'SHF', 30, '3'),
  ])
  const { checks } = (await app.askJson<CheckList>('/api/checks')).body
  const courseOf = (check: string, plant?: string) => {
    const found = checks.find((one) => one.check === check)
    const points = (plant ? found?.plants.find((one) => one.plant === plant)?.trend : found?.trend) ?? []
    expect(points.length).toBe(7 * 12 + 1)
    // between two runs it stays as it was
    return points
      .map(({ value }) => value)
      .filter((value, index, all) => index === 0 || value !== all[index - 1])
  }
  expect(courseOf('order_lines', 'HAM')).toEqual([null, 100.25, 40])
  expect(courseOf('order_lines', 'SHF')).toEqual([null, 7.5])
  expect(courseOf('order_lines')).toEqual([null, 100.25, 107.75, 47.5])
  expect(courseOf('movements', 'HAM')).toEqual([null])
  expect(courseOf('movements')).toEqual([null, 3])
})

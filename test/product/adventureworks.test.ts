import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import { sumDecimals } from '../../server/core/decimal.ts'
import { testData } from '../support/data.ts'
import { type Product, startProduct } from '../support/product.ts'

const folder = testData('adventureworks')

describe.skipIf(folder === null)('a real company’s export, by configuration alone', () => {
  let product: Product
  beforeAll(async () => {
    product = await startProduct({
      estate: fileURLToPath(new URL('../estates/adventureworks.yaml', import.meta.url)),
      env: { PLUMBLINE_ADVENTUREWORKS: folder ?? '' },
    })
  })
  afterAll(() => product.stop())

  const run = async () => {
    const answer = await fetch(`${product.url}/api/checks/ordered_received/runs`, { method: 'POST' })
    return ((await answer.json()) as { runs: RunRow[] }).runs
  }

  test('the product finds exactly the 380 lines received short, worth 551 448.994', async () => {
    let runs = await run()
    for (let tries = 0; tries < 60 && runs.some((row) => row.outcome !== 'ok'); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      runs = await run()
    }
    expect(runs.map((row) => row.outcome)).toEqual(['ok'])
    const list = await product.get<ExceptionList>('/api/exceptions?check=ordered_received&limit=1000')
    expect(list.total).toBe(380)
    expect(list.rows).toHaveLength(380)
    expect(sumDecimals(list.rows.map((row) => row.amount))).toBe('551448.994')
    for (const row of list.rows) {
      expect(row.class).toBe('short')
      expect(Number(row.left_value)).toBeGreaterThan(Number(row.right_value))
    }
  })

  test('a second run opens none and closes none', async () => {
    const [row] = await run()
    expect(row).toMatchObject({ outcome: 'ok', opened: 0, closed: 0, variances: 380, compared: 8845 })
  })
})

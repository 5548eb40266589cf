import { expect, test } from 'vitest'
import { parseEstate } from '../../server/core/estate.ts'
import { listRates } from '../../server/core/rates.ts'
import { goodEstate } from './estate-text.ts'

test('rates count from their day; the first one known counts for all time before it', () => {
  const estate = parseEstate(
    goodEstate.replace(
      'JPY: 0.0061 } }',
      "JPY: 0.0061 }, earlier: [{ date: '2025-12-01', values: { GBP: '1.2' } }, { date: '2025-06-01', values: { GBP: '1.1' } }] }",
    ),
  )
  const { currencies, rate_days, rates } = listRates(estate)
  expect(currencies.map((currency, index) => [currency, rate_days[index], rates[index]])).toEqual([
    ['*', '1970-01-01', '1'],
    ['EUR', '1970-01-01', '1'],
    ['GBP', '1970-01-01', '1.1'],
    ['GBP', '2025-12-01', '1.2'],
    ['GBP', '2026-01-01', '1.25'],
    ['JPY', '1970-01-01', '0.0061'],
  ])
})

import { writeMoney, writeNumber } from '../../../server/core/words.ts'
import { casesPath, checkTitle, plantName } from '../names.ts'
import { type Condition, decimalAgainstLimit } from '../observation.ts'

export const condition: Condition<'variance_value'> = {
  condition: 'variance_value',
  watch: async (settings, { estate, store, checks }) => {
    const rows = await store.query('alert_variances', {})
    return rows.map((row) => ({
      place: { plant: row.plant, check: row.check },
      value: row.amount,
      limit: settings.amount,
      ...decimalAgainstLimit(row.amount, settings.amount, settings.clear),
      title: `${checkTitle(checks, row.check)}, ${plantName(estate, row.plant)}: ${writeMoney(row.amount, estate.currency)} at risk`,
      summary: `${writeNumber(row.cases)} open cases are worth ${writeMoney(row.amount, estate.currency)}; the limit is ${writeMoney(settings.amount, estate.currency)}.`,
      amount: row.amount,
      orders: row.orders,
      path: row.cases === 1 ? `/exceptions/${row.first}` : casesPath({ check: row.check, plant: row.plant }),
    }))
  },
}

import { compareDecimals } from '../../../server/core/decimal.ts'
import { writeMoney, writeNumber } from '../../../server/core/words.ts'
import { checkTitle, plantName } from '../names.ts'
import { type Condition, decimalAgainstLimit } from '../observation.ts'

/** A run over every key is made each hour; one of before says what is no longer so. */
const longest = 2 * 24 * 3_600_000

export const condition: Condition<'tolerated_value'> = {
  condition: 'tolerated_value',
  watch: async (settings, { estate, store, checks, now }) => {
    const rows = await store.query('tolerance_account', {
      since: new Date(now.getTime() - longest),
      money: 'reporting',
    })
    return rows
      .filter((row) => checks.some(({ check }) => check === row.check))
      .map((row) => {
        // whichever side it leans to
        const net = compareDecimals(row.net, '0') < 0 ? row.net.slice(1) : row.net
        return {
          place: { plant: row.plant, check: row.check },
          value: net,
          limit: settings.amount,
          ...decimalAgainstLimit(net, settings.amount, settings.clear),
          title: `${checkTitle(checks, row.check)}, ${plantName(estate, row.plant)}: tolerance lets ${writeMoney(net, estate.currency)} pass`,
          summary: `${writeNumber(Number(row.keys))} keys differ within tolerance and come to ${writeMoney(row.net, estate.currency)} when more and less are set off; the limit is ${writeMoney(settings.amount, estate.currency)}.`,
          amount: net,
          orders: 0,
          path: '/runs',
        }
      })
  },
}

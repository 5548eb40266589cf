import type { Estate } from '../server/core/estate.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'

/** One plant a run judges: its run number and the moment it judges. */
export type Judged = { plant: string; run: string; clock: Date }

/**
 * Runs the check's SQL once for all judged plants and writes what it compared; the engine keeps the variances and the
 * counts in the same pass. The check's own columns and placeholders are the contract described in the README.
 */
export async function evaluateCheck(
  store: Store,
  estate: Estate,
  check: Check,
  judged: Judged[],
): Promise<void> {
  const currencies = [
    ...new Set([
      estate.currency,
      ...estate.plants.map((plant) => plant.currency),
      ...Object.keys(estate.rates?.values ?? {}),
    ]),
  ]
  await store.command(
    `INSERT INTO check_rows
     SELECT transform(toString(found.plant), {plants:Array(String)}, {runs:Array(String)}, '') AS run, {check:String} AS check, plant, key, class, item, order_no,
       left_rows, right_rows, left_value, right_value, difference, unit, amount, currency,
       CAST(amount * toDecimal64(transform(toString(currency), {currencies:Array(String)}, {rates:Array(String)}, '1'), 9) AS Decimal(38, 6)) AS amount_reporting,
       if(changed_at = toDateTime64(0, 3, 'UTC'), clock, changed_at) AS since,
       changed_at + toIntervalMillisecond({grace_ms:UInt64}) > clock AS in_grace
     FROM (
       SELECT *, {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, plant)] AS clock
       FROM (${check.sql})
     ) AS found`,
    {
      ...checkParams(estate, check, judged),
      check: check.check,
      runs: judged.map((plant) => plant.run),
      currencies,
      rates: currencies.map((currency) => estate.rateOf(currency)),
    },
  )
}

/** The placeholders every check may use. */
export function checkParams(estate: Estate, check: Check, judged: { plant: string; clock: Date }[]) {
  const systemsOf = (role: string) => [
    ...new Set(judged.flatMap(({ plant }) => estate.systemsOf(role, plant).map((system) => system.system))),
  ]
  return {
    plants: judged.map((plant) => plant.plant),
    clocks: judged.map((plant) => plant.clock),
    left_systems: systemsOf(check.left),
    right_systems: systemsOf(check.right),
    tolerance: check.tolerance,
    grace_ms: check.grace,
  }
}

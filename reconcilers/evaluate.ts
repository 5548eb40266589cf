import type { Estate } from '../server/core/estate.ts'
import { type KeptCurrencies, listKeptCurrencies, listRates, type Rates } from '../server/core/rates.ts'
import type { Params, Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import { keyText } from './check-file.ts'
import { worthSql } from './check-words.ts'
import { keyHashes, selectContributions, systemParams } from './contributions.ts'
import { comparesItems } from './fingerprint.ts'
import { ownPartition, type Scope } from './scope.ts'
import { currentStates, pastStates, placeStates, type StateSource } from './states.ts'

/** One plant a run judges: its run number and the moment it judges. */
export type Judged = { plant: string; run: string; clock: Date }

/** What judges: a check with everything of the estate that can change a verdict. */
export type Rule = { check: Check; systems: Params } & Rates & KeptCurrencies

/** The rule as it is now. */
export const ruleOf = (estate: Estate, check: Check): Rule => ({
  check,
  systems: systemParams(estate, check),
  ...listRates(estate),
  ...listKeptCurrencies(estate),
})

/** Keeps rules whole, so that what they judged can be judged by them again. */
export const keepRules = async (store: Store, rules: Rule[], at: Date) => {
  const kept = new Set(
    (await store.query('rules_kept', { rules: rules.map(({ check }) => check.rule) })).map((row) => row.rule),
  )
  await store.insert(
    'rules',
    rules
      .filter(({ check }) => !kept.has(check.rule))
      .map((rule) => ({
        rule: rule.check.rule,
        check: rule.check.check,
        body: JSON.stringify(rule),
        since: at.toISOString(),
      })),
  )
}

/**
 * Folds the contributions in scope key by key, lets the check's SQL judge them for all plants at once, and writes what
 * it judged; the engine keeps the variances and the counts in the same pass.
 * @param asOf the cut to judge from every version ever loaded; as the states are when left out
 */
export async function evaluateCheck(
  store: Store,
  rule: Rule,
  judged: Judged[],
  scope: Scope,
  asOf?: string,
): Promise<void> {
  const { check } = rule
  const source = asOf === undefined ? currentStates : pastStates
  await store.command(
    `INSERT INTO check_rows ${judgeSql(check, scope, source, asOf !== undefined)}`,
    {
      ...judgeParams(rule, judged),
      ...scope.params,
      ...(asOf === undefined ? {} : { as_of: asOf }),
    },
    // what is found, tolerated and counted is written side by side: one after another holds up the judging
    { settings: { ...ownPartition, parallel_view_processing: 1 } },
  )
}

/** Every key in scope with what the check says of it: the rows of a run. SQL. */
export function judgeSql(check: Check, scope: Scope, source: StateSource, isPast: boolean): string {
  // a check that knows when each key is due says so; the sides of others disagree since they last said something
  const isDue = / AS due_at\b/.test(check.sql)
  const since = isDue ? 'due_at' : 'changed_at'
  const [settles, settling] = hasSides(check)
    ? [
        'settles_at',
        'LEFT ANY JOIN (SELECT plant AS of_plant, kh AS of_kh, key AS of_key, settles_at FROM compared) AS sides ON of_plant = found.plant AND of_kh = found.kh AND of_key = found.key',
      ]
    : [isDue ? 'due_at' : 'changed_at + toIntervalMillisecond({grace_ms:UInt64})', '']
  return `WITH ${foldSql(check, scope, source, isPast)}
     SELECT transform(toString(found.plant), {plants:Array(String)}, {runs:Array(String)}, '') AS run, {check:String} AS check, plant, key, kh, class, item, order_no,
       left_rows, right_rows, left_value, right_value, difference, unit, amount, currency,
       CAST(amount * ${worthSql('currency', 'since')} AS Decimal(38, 6)) AS amount_reporting,
       ${inPlantSql('since')} AS amount_plant,
       if(${since} = toDateTime64(0, 3, 'UTC'), clock, ${since}) AS since,
       ${settles} > clock AS in_grace
     FROM (
       SELECT *, {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, plant)] AS clock
       FROM (${placeStates(check.sql, source)})
     ) AS found
     ${settling}`
}

/**
 * An amount in the currency the plant keeps its books in: as it is where it already is, else what it is worth in the
 * reporting currency by the rate of the same day. SQL.
 */
const inPlantSql = (moment: string) =>
  `if(amount = 0 OR currency = (transform(toString(found.plant), {kept_plants:Array(String)}, {kept_currencies:Array(String)}, '') AS kept_in), amount,
         CAST(divideDecimal(amount_reporting, ${worthSql('kept_in', moment)}, 6) AS Decimal(38, 6)))`

/** Whether the grace is not the same on both sides. */
const hasSides = ({ grace_left, grace_right }: Check) => (grace_left ?? grace_right) !== undefined

/** What every statement of a check may be bound to. */
export const judgeParams = (
  { check, systems, currencies, rate_days, rates, kept_plants, kept_currencies }: Rule,
  judged: Judged[],
): Params => ({
  ...systems,
  currencies,
  rate_days,
  rates,
  kept_plants,
  kept_currencies,
  runs: judged.map((plant) => plant.run),
  grace_left_ms: check.grace_left ?? check.grace,
  grace_right_ms: check.grace_right ?? check.grace,
  check: check.check,
  plants: judged.map((plant) => plant.plant),
  clocks: judged.map((plant) => plant.clock),
  tolerance: check.tolerance,
  tolerance_amount: check.tolerance_amount,
  tolerance_percent: check.tolerance_percent,
  grace_ms: check.grace,
})

/**
 * The relation `compared` that a check's SQL judges: one row per key with what each side and the notes say of it, and
 * `flying`: what the right side has moved more than the left, of movements that are still young. A check that asks for
 * them has each side's quantities by state too: `left_sums['blocked']`.
 */
export function foldSql(check: Check, scope: Scope, source: StateSource, isPast = false): string {
  const relation = isPast ? `(${selectContributions(check, source)})` : 'contributions FINAL'
  // of a key every version is in scope or none: a key may be left out before its versions are told apart
  const [narrow, rest] = isPast ? ['WHERE', 'AND'] : ['PREWHERE', 'WHERE']
  const own = comparesItems(check) ? ', item AS own_item' : ''
  const shown = `plant, bucket, kh, kx, side, key, quantity, price, price_factor, state, item, order_no, unit, currency, changed_at${own}`
  const sums = ['left', 'right', 'note']
    .filter((side) => check.sql.includes(`${side}_sums`))
    .map((side) => `sumMapIf(map(toString(state), quantity), side = '${side}') AS ${side}_sums, `)
    .join('')
  const items = comparesItems(check)
    ? "maxIf(own_item, side = 'left') AS left_item, maxIf(own_item, side = 'right') AS right_item, "
    : ''
  const flights = check.bridge ? `${flightsSql(check, source)},` : ''
  const flown = check.bridge
    ? `UNION ALL
       SELECT plant, bucket, kh, kx, 'flight', key, flying, 0, 1, '', '', '', '', '', toDateTime64(0, 3, 'UTC')${own && ", ''"} FROM flights`
    : ''
  const isSided = hasSides(check)
  const settling = isSided
    ? ", changed_at + toIntervalMillisecond(multiIf(side = 'left', {grace_left_ms:UInt64}, side = 'right', {grace_right_ms:UInt64}, {grace_ms:UInt64})) AS settling_at"
    : ''
  const where = check.bridge
    ? `(${scope.where} OR (bucket, kh) IN (SELECT bucket, kh FROM flights))`
    : scope.where
  return `${flights}
compared AS (
  SELECT plant, kh, kx, any(key) AS key, max(item) AS item, max(order_no) AS order_no, max(unit) AS unit,
    countIf(side = 'left') AS left_rows, countIf(side = 'right') AS right_rows,
    sumIf(quantity, side = 'left') AS left_quantity, sumIf(quantity, side = 'right') AS right_quantity, sumIf(quantity, side = 'flight') AS flying,
    maxIf(price, side = 'left') AS left_price, maxIf(price, side = 'right') AS right_price, maxIf(price, side = 'note') AS note_price,
    ${['left', 'right', 'note'].map(factorSql).join(', ')},
    maxIf(state, side = 'left') AS left_state, maxIf(state, side = 'right') AS right_state, maxIf(state, side = 'note') AS note_state,
    maxIf(currency, side = 'left') AS left_currency, maxIf(currency, side = 'right') AS right_currency, maxIf(currency, side = 'note') AS note_currency,
    ${items}${sums}${isSided ? 'max(settling_at) AS settles_at, ' : ''}max(changed_at) AS changed_at
  FROM (
    SELECT ${shown.replace('side', 'toString(side) AS side')}${settling} FROM ${relation}
    ${narrow} check = {check:String} AND plant IN {plants:Array(String)} AND ${where} ${rest} NOT deleted
    ${flown}
  )
  GROUP BY plant, kh, kx
  HAVING left_rows + right_rows > 0 OR flying != 0
)`
}

/** How many base units the price of a side is for: of the row whose price it is; 1 where the side says nothing. */
const factorSql = (side: string) =>
  `if(countIf(side = '${side}') = 0, toDecimal64(1, 6), argMaxIf(price_factor, (price, price_factor), side = '${side}')) AS ${side}_price_factor`

/** Movements under one reference that the sides have posted differently, as long as the first of them is young. */
function flightsSql({ bridge, near }: Check, source: StateSource): string {
  if (!bridge) return ''
  const { kh, kx } = keyHashes(bridge.key, near)
  const clock = `{clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, plant)]`
  const systems = '(system IN {left_systems:Array(String)} OR system IN {right_systems:Array(String)})'
  return `flights AS (
  SELECT f_plant AS plant, toUInt32(bitShiftRight(f_kh, 44)) AS bucket, f_kh AS kh, f_kx AS kx, any(f_key) AS key, sum(f_moved) AS flying
  FROM (
    SELECT plant AS f_plant, ${kh} AS f_kh, ${kx} AS f_kx, any(${keyText(bridge.key)}) AS f_key, ${bridge.ref} AS f_ref,
      sum(if(system IN {left_systems:Array(String)}, -(${bridge.quantity}), ${bridge.quantity})) AS f_moved
    FROM ${source(bridge.entity)}
    WHERE plant IN {plants:Array(String)} AND ${systems} AND NOT deleted
      AND (plant, ${bridge.ref}) IN (
        SELECT plant, ${bridge.ref} FROM ${source(bridge.entity)}
        WHERE plant IN {plants:Array(String)} AND occurred_at > ${clock} - toIntervalMillisecond({grace_ms:UInt64})
      )
    GROUP BY f_plant, f_kh, f_kx, f_ref
    HAVING f_moved != 0 AND min(occurred_at) > {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, f_plant)] - toIntervalMillisecond({grace_ms:UInt64})
  )
  GROUP BY f_plant, f_kh, f_kx
  HAVING flying != 0
)`
}

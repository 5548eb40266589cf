import { multiplyDecimals } from '../server/core/decimal.ts'
import type { Estate } from '../server/core/estate.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'

/**
 * Lets the variances of complete runs speak: a variance out of grace opens a case, or opens the one again that closed
 * not long ago; a case whose values moved gets a step; one whose key agrees for as many runs as the check asks for is
 * closed; one that a person called resolved is open again when a run finds it a grace later still. A difference that is
 * in grace again neither opens nor closes. Only plants in `judged` are touched.
 */
export async function updateCases(
  store: Store,
  estate: Estate,
  check: Check,
  judged: Judged[],
  at: Date,
  isAnyNew = true,
): Promise<void> {
  const params = {
    check: check.check,
    plants: judged.map((plant) => plant.plant),
    runs: judged.map((plant) => plant.run),
    at,
    team: check.team,
    materiality: check.materiality,
    closes_after: check.closes_after,
    reopens_ms: check.reopens_within,
    // what one side said may take longer to come to the other
    grace_ms: Math.max(check.grace, check.grace_left ?? 0, check.grace_right ?? 0),
    ...severityParams(estate, check, judged),
  }
  const [known] = await store.rows<{ open_cases: number; closed_cases: number; highest: string }>(
    `SELECT toUInt32(countIf(state = 'open' AND check = {check:String} AND plant IN {plants:Array(String)})) AS open_cases,
       toUInt32(countIf(${recentlyClosed})) AS closed_cases, max(number) AS highest FROM exceptions`,
    params,
    { lane: 'judge' },
  )
  const steps = [
    ...(known?.open_cases ? [changed, agreed] : []),
    ...(isAnyNew ? [opened] : []),
    ...(isAnyNew && known?.closed_cases ? [reopened] : []),
  ]
  // one statement, one part: a run that is killed has taken all of its steps or none
  if (steps.length > 0)
    await store.command(`INSERT INTO exception_steps (${columns})\n${steps.join('\nUNION ALL\n')}`, {
      ...params,
      highest: known?.highest ?? '0',
    })
}

const columns =
  'number, step, at, actor, act, run, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, severity, team, since, detail'
const openCases = `(SELECT * FROM exceptions WHERE check = {check:String} AND plant IN {plants:Array(String)} AND state = 'open')`
const found = `(SELECT * FROM variances WHERE run IN {runs:Array(String)} AND check = {check:String})`
const severities = ['low', 'medium', 'high', 'critical']
/** What is material in a flow of each tier, as a multiple of what the check calls so. */
const tierFactors: Record<number, string> = { 1: '0.5', 2: '1', 3: '2', 4: '4' }
/** Where the case's plant stands among those that have an amount of their own. SQL. */
const ownPlace = 'indexOf({own_plants:Array(String)}, found.plant)'
/** A difference in the plant's own currency is held against its own amount; others in the reporting currency. */
const isOwn = `(${ownPlace} > 0 AND found.currency = {own_currencies:Array(String)}[${ownPlace}])`
const worth = `if(${isOwn}, found.amount, found.amount_reporting)`
/** What a case weighs: what it is worth, times the days begun since where the check's cases weigh by the day. SQL. */
const weightOf = (since: string) =>
  `${worth} * if({daily:Bool}, greatest(1, intDiv(dateDiff('second', ${since}, {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, found.plant)]), 86400) + 1), 1)`
const material = `toDecimal128(multiIf(${isOwn}, {own_amounts:Array(String)}[${ownPlace}], ${ownPlace} > 0, {own_worths:Array(String)}[${ownPlace}], {materiality:String}), 6) * toDecimal128({tier_factor:String}, 1)`
/**
 * From materiality, which the tier of the flow makes smaller or larger: a tenth is medium, the whole high, tenfold
 * critical; at least what the check asks for its class; one step more from the age on that the check names.
 */
const severityOf = (since: string) =>
  `${JSON.stringify(severities).replaceAll('"', "'")}[least(4, greatest(multiIf(${weightOf(since)} >= ${material} * 10, 4, ${weightOf(since)} >= ${material}, 3, ${weightOf(since)} * 10 >= ${material}, 2, 1), transform(toString(found.class), {severe_classes:Array(String)}, {least_severities:Array(UInt8)}, 0)) + if(${since} <= {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, found.plant)] - toIntervalMillisecond({aged_ms:UInt64}), 1, 0))]`

/** What severity is judged by besides the amount. */
const severityParams = (estate: Estate, check: Check, judged: Judged[]) => ({
  tier_factor: tierFactors[estate.flowOf.get(check.flow)?.tier ?? 2] ?? '1',
  clocks: judged.map((plant) => plant.clock),
  daily: check.daily,
  // a check without ageing: older than anything is
  aged_ms: check.ages || 1e13,
  own_plants: Object.keys(check.materiality_of),
  own_amounts: Object.values(check.materiality_of),
  own_currencies: Object.keys(check.materiality_of).map((plant) => currencyOf(estate, plant)),
  own_worths: Object.entries(check.materiality_of).map(([plant, amount]) =>
    multiplyDecimals(amount, estate.rateOf(currencyOf(estate, plant))),
  ),
  severe_classes: Object.keys(check.severity),
  least_severities: Object.values(check.severity).map((each) => severities.indexOf(each as string) + 1),
})
const currencyOf = (estate: Estate, plant: string) => estate.plantOf.get(plant)?.currency ?? estate.currency
const values = 'left_value, right_value, difference, amount'

/** Of what closed within the check's time, the difference may come back. */
const recentlyClosed = `state = 'closed' AND check = {check:String} AND plant IN {plants:Array(String)} AND ifNull(closed_at, toDateTime64(0, 3, 'UTC')) > {at:DateTime64(3, 'UTC')} - toIntervalMillisecond({reopens_ms:UInt64})`
const closedCases = `(SELECT * FROM exceptions WHERE ${recentlyClosed} ORDER BY number DESC LIMIT 1 BY plant, key, class)`

const opened = `SELECT {highest:UInt64} + row_number() OVER (ORDER BY plant, amount_reporting DESC, key, class), 1, {at:DateTime64(3, 'UTC')}, 'plumbline', 'opened', run, check, plant, key, class, item, order_no,
  left_value, right_value, difference, unit, amount, currency, amount_reporting, ${severityOf('found.since')}, {team:String}, since, ''
FROM ${found} AS found
WHERE NOT in_grace AND (plant, key, class) NOT IN (SELECT plant, key, class FROM ${openCases})
  AND (plant, key, class) NOT IN (SELECT plant, key, class FROM ${closedCases})`

/** A step of a case that a difference was found for. */
const foundStep = (
  act: string,
  detail: string,
) => `SELECT known.number, known.step + 1, {at:DateTime64(3, 'UTC')}, 'plumbline', ${act}, found.run, known.check, known.plant, known.key, known.class, found.item, found.order_no,
  found.left_value, found.right_value, found.difference, found.unit, found.amount, found.currency, found.amount_reporting, ${severityOf('known.since')} AS severe, known.team, known.since, ${detail}`

const reopened = `${foundStep("'reopened'", "concat('the systems disagree again; they had agreed since ', toString(known.closed_at))").replaceAll('known.since', 'found.since')}
FROM ${found} AS found
INNER JOIN ${closedCases} AS known ON known.plant = found.plant AND known.key = found.key AND known.class = found.class
WHERE NOT found.in_grace`

const isUnmended = `(known.status = 'resolved' AND ifNull(known.resolved_at, known.opened_at) <= {at:DateTime64(3, 'UTC')} - toIntervalMillisecond({grace_ms:UInt64}))`

const changed = `${foundStep(`if(${isUnmended}, 'reopened', 'changed')`, `multiIf(${isUnmended}, concat(known.resolved_by, ' called it resolved; the systems still disagree'), known.agreed > 0, 'the systems disagree again', '')`)}
FROM ${found} AS found
INNER JOIN ${openCases} AS known ON known.plant = found.plant AND known.key = found.key AND known.class = found.class
WHERE NOT found.in_grace AND (tuple(${values.replace(/\w+/g, 'found.$&')}) != tuple(${values.replace(/\w+/g, 'known.$&')}) OR severe != toString(known.severity) OR known.agreed > 0 OR ${isUnmended})`

const agreed = `SELECT known.number, known.step + 1, {at:DateTime64(3, 'UTC')}, 'plumbline', if(known.agreed + 1 >= {closes_after:UInt8}, 'closed', 'agreed'), transform(toString(known.plant), {plants:Array(String)}, {runs:Array(String)}, ''), known.check, known.plant, known.key, known.class, known.item, known.order_no,
  known.left_value, known.right_value, known.difference, known.unit, known.amount, known.currency, known.amount_reporting, known.severity, known.team, known.since,
  if(known.agreed + 1 >= {closes_after:UInt8}, 'the systems agree again', 'the systems agree; once more and it is closed')
FROM ${openCases} AS known
WHERE (known.plant, known.key, known.class) NOT IN (SELECT plant, key, class FROM ${found})`

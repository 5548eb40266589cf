import { multiplyDecimals } from '../server/core/decimal.ts'
import type { Estate } from '../server/core/estate.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'

/** Runs of a check whose cases are to be brought up to what they found. */
export type Applied = { check: Check; applied: Judged[] }

/**
 * Lets the variances of complete runs speak, of all checks at once: a variance out of grace opens a case, or opens the
 * one again that closed not long ago; a case whose values moved gets a step; one whose key agrees for as many runs as
 * the check asks for is closed; one that a person called resolved is open again when a run finds it a grace later still.
 * A difference that is in grace again neither opens nor closes. Only plants that were applied are touched.
 * @param isAnyFound whether the runs found anything
 * @param isAnyNew whether anything they found is not open yet
 * @returns whether any case may have taken a step
 */
export async function updateCases(
  store: Store,
  estate: Estate,
  verdicts: Applied[],
  at: Date,
  isAnyFound = true,
  isAnyNew = isAnyFound,
): Promise<boolean> {
  const params = caseParams(estate, verdicts, at)
  if (params.runs.length === 0) return false
  const [known] = await store.rows<{ open_cases: number; closed_cases: number; highest: string }>(
    `SELECT toUInt32(countIf(state = 'open')) AS open_cases, toUInt32(countIf(${recentlyClosed})) AS closed_cases,
       (SELECT max(number) FROM exception_steps) AS highest
     FROM (SELECT state, closed_at, ${placeOf} AS place FROM exceptions WHERE check IN {checks:Array(String)} AND plant IN {plants:Array(String)} AND place > 0)`,
    params,
    { lane: 'judge' },
  )
  const steps = [
    ...(known?.open_cases && isAnyFound ? [changed] : []),
    ...(known?.open_cases ? [agreed] : []),
    ...(isAnyNew ? [opened] : []),
    ...(isAnyNew && known?.closed_cases ? [reopened] : []),
  ]
  // one statement, one part: runs that are killed have taken all of their steps or none
  if (steps.length > 0)
    await store.command(`INSERT INTO exception_steps (${columns})\n${steps.join('\nUNION ALL\n')}`, {
      ...params,
      highest: known?.highest ?? '0',
    })
  return steps.length > 0
}

const columns =
  'number, step, at, actor, act, run, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, severity, team, since, detail'
/** Which of the runs is of the check and plant of a case, from 1 on; 0 for none. SQL. */
const placeOf =
  'indexOf(arrayZip({checks:Array(String)}, {plants:Array(String)}), (toString(check), toString(plant)))'
/** What is bound for each run: its value for the run that a difference was found by. SQL. */
const ofRun = (name: string, type = 'String') => `{${name}:Array(${type})}[found.place]`
const clock = ofRun('clocks', "DateTime64(3, 'UTC')")
const casesWhere = (where: string) =>
  `SELECT *, ${placeOf} AS place FROM exceptions WHERE check IN {checks:Array(String)} AND plant IN {plants:Array(String)} AND place > 0 AND ${where}`
const openCases = `(${casesWhere("state = 'open'")})`
const found = `(SELECT *, indexOf({runs:Array(String)}, run) AS place FROM variances WHERE run IN {runs:Array(String)})`
const severities = ['low', 'medium', 'high', 'critical']
/** What is material in a flow of each tier, as a multiple of what the check calls so. */
const tierFactors: Record<number, string> = { 1: '0.5', 2: '1', 3: '2', 4: '4' }
/** A difference in the plant's own currency is held against its own amount; others in the reporting currency. */
const isOwn = `(${ofRun('own_currencies')} != '' AND found.currency = ${ofRun('own_currencies')})`
const worth = `if(${isOwn}, found.amount, found.amount_reporting)`
/** What a case weighs: what it is worth, times the days begun since where the check's cases weigh by the day. SQL. */
const weightOf = (since: string) =>
  `${worth} * if(${ofRun('daily', 'UInt8')} = 1, greatest(1, intDiv(dateDiff('second', ${since}, ${clock}), 86400) + 1), 1)`
const material = `toDecimal128(if(${isOwn}, ${ofRun('own_amounts')}, ${ofRun('amounts')}), 6) * toDecimal128(${ofRun('tier_factors')}, 1)`
/**
 * From materiality, which the tier of the flow makes smaller or larger: a tenth is medium, the whole high, tenfold
 * critical; at least what the check asks for its class; one step more from the age on that the check names.
 */
const severityOf = (since: string) =>
  `${JSON.stringify(severities).replaceAll('"', "'")}[least(4, greatest(multiIf(${weightOf(since)} >= ${material} * 10, 4, ${weightOf(since)} >= ${material}, 3, ${weightOf(since)} * 10 >= ${material}, 2, 1), transform(concat(toString(found.check), ' ', toString(found.class)), {severe_classes:Array(String)}, {least_severities:Array(UInt8)}, 0)) + if(${since} <= ${clock} - toIntervalMillisecond(${ofRun('aged_ms', 'UInt64')}), 1, 0))]`

/** What the statements are bound to: a value for each run, in the order of the runs. */
function caseParams(estate: Estate, verdicts: Applied[], at: Date) {
  const runs = verdicts.flatMap(({ check, applied }) => applied.map((each) => ({ check, ...each })))
  const severe = verdicts.flatMap(({ check }) =>
    Object.entries(check.severity).map(([name, least]) => ({
      name: `${check.check} ${name}`,
      least: severities.indexOf(least as string) + 1,
    })),
  )
  return {
    at,
    checks: runs.map(({ check }) => check.check),
    plants: runs.map(({ plant }) => plant),
    runs: runs.map(({ run }) => run),
    clocks: runs.map((each) => each.clock),
    teams: runs.map(({ check }) => check.team),
    closes_after: runs.map(({ check }) => check.closes_after),
    reopens_ms: runs.map(({ check }) => check.reopens_within),
    // what one side said may take longer to come to the other
    graces_ms: runs.map(({ check }) => Math.max(check.grace, check.grace_left ?? 0, check.grace_right ?? 0)),
    tier_factors: runs.map(({ check }) => tierFactors[estate.flowOf.get(check.flow)?.tier ?? 2] ?? '1'),
    daily: runs.map(({ check }) => (check.daily ? 1 : 0)),
    // a check without ageing: older than anything is
    aged_ms: runs.map(({ check }) => check.ages || 1e13),
    own_currencies: runs.map(({ check, plant }) =>
      plant in check.materiality_of ? currencyOf(estate, plant) : '',
    ),
    own_amounts: runs.map(({ check, plant }) => check.materiality_of[plant] ?? '0'),
    amounts: runs.map(({ check, plant }) => {
      const own = check.materiality_of[plant]
      return own === undefined
        ? check.materiality
        : multiplyDecimals(own, estate.rateOf(currencyOf(estate, plant)))
    }),
    severe_classes: severe.map(({ name }) => name),
    least_severities: severe.map(({ least }) => least),
  }
}
const currencyOf = (estate: Estate, plant: string) => estate.plantOf.get(plant)?.currency ?? estate.currency
const values = 'left_value, right_value, difference, amount'

/** Of what closed within the check's time, the difference may come back. */
const recentlyClosed = `state = 'closed' AND ifNull(closed_at, toDateTime64(0, 3, 'UTC')) > {at:DateTime64(3, 'UTC')} - toIntervalMillisecond({reopens_ms:Array(UInt64)}[place])`
const closedCases = `(${casesWhere(recentlyClosed)} ORDER BY number DESC LIMIT 1 BY place, key, class)`
const isSame = 'known.place = found.place AND known.key = found.key AND known.class = found.class'

const opened = `SELECT {highest:UInt64} + row_number() OVER (ORDER BY place, amount_reporting DESC, key, class), 1, {at:DateTime64(3, 'UTC')}, 'plumbline', 'opened', run, check, plant, key, class, item, order_no,
  left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, ${severityOf('found.since')}, ${ofRun('teams')}, since, ''
FROM ${found} AS found
WHERE NOT in_grace AND (place, key, class) NOT IN (SELECT place, key, class FROM ${openCases})
  AND (place, key, class) NOT IN (SELECT place, key, class FROM ${closedCases})`

/** A step of a case that a difference was found for. */
const foundStep = (
  act: string,
  detail: string,
) => `SELECT known.number, known.step + 1, {at:DateTime64(3, 'UTC')}, 'plumbline', ${act}, found.run, known.check, known.plant, known.key, known.class, found.item, found.order_no,
  found.left_value, found.right_value, found.difference, found.unit, found.amount, found.currency, found.amount_reporting, found.amount_plant, ${severityOf('known.since')} AS severe, known.team, known.since, ${detail}`

const reopened = `${foundStep("'reopened'", "concat('the systems disagree again; they had agreed since ', toString(known.closed_at))").replaceAll('known.since', 'found.since')}
FROM ${found} AS found
INNER JOIN ${closedCases} AS known ON ${isSame}
WHERE NOT found.in_grace`

const isUnmended = `(known.status = 'resolved' AND ifNull(known.resolved_at, known.opened_at) <= {at:DateTime64(3, 'UTC')} - toIntervalMillisecond(${ofRun('graces_ms', 'UInt64')}))`

const changed = `${foundStep(`if(${isUnmended}, 'reopened', 'changed')`, `multiIf(${isUnmended}, concat(known.resolved_by, ' called it resolved; the systems still disagree'), known.agreed > 0, 'the systems disagree again', '')`)}
FROM ${found} AS found
INNER JOIN ${openCases} AS known ON ${isSame}
WHERE NOT found.in_grace AND (tuple(${values.replace(/\w+/g, 'found.$&')}) != tuple(${values.replace(/\w+/g, 'known.$&')}) OR severe != toString(known.severity) OR known.agreed > 0 OR ${isUnmended})`

const closes = 'known.agreed + 1 >= {closes_after:Array(UInt8)}[known.place]'

const agreed = `SELECT known.number, known.step + 1, {at:DateTime64(3, 'UTC')}, 'plumbline', if(${closes}, 'closed', 'agreed'), {runs:Array(String)}[known.place], known.check, known.plant, known.key, known.class, known.item, known.order_no,
  known.left_value, known.right_value, known.difference, known.unit, known.amount, known.currency, known.amount_reporting, known.amount_plant, known.severity, known.team, known.since,
  if(${closes}, 'the systems agree again', 'the systems agree; once more and it is closed')
FROM ${openCases} AS known
WHERE (known.place, known.key, known.class) NOT IN (SELECT place, key, class FROM ${found})`

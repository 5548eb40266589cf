import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'

/**
 * Lets the variances of complete runs speak: a variance out of grace opens a case, a case whose values moved gets a
 * step, a case whose key now agrees is closed. A difference that is in grace again neither opens nor closes.
 * Only plants in `judged` are touched.
 */
export async function updateCases(
  store: Store,
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
    ...severityParams(check, judged),
  }
  const [open] = await store.rows<{ open_cases: number; highest: string }>(
    `SELECT toUInt32(countIf(state = 'open' AND check = {check:String} AND plant IN {plants:Array(String)})) AS open_cases, max(number) AS highest FROM exceptions`,
    params,
    { lane: 'judge' },
  )
  const steps = [
    ...(Number(open?.open_cases ?? 0) > 0 ? [changed, closed] : []),
    ...(isAnyNew ? [opened] : []),
  ]
  // one statement, one part: a run that is killed has taken all of its steps or none
  if (steps.length > 0)
    await store.command(`INSERT INTO exception_steps (${columns})\n${steps.join('\nUNION ALL\n')}`, {
      ...params,
      highest: open?.highest ?? '0',
    })
}

const columns =
  'number, step, at, actor, act, run, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, severity, team, since, detail'
const openCases = `(SELECT * FROM exceptions WHERE check = {check:String} AND plant IN {plants:Array(String)} AND state = 'open')`
const found = `(SELECT * FROM variances WHERE run IN {runs:Array(String)} AND check = {check:String})`
const severities = ['low', 'medium', 'high', 'critical']
/**
 * From materiality: a tenth is medium, the whole high, tenfold critical; at least what the check asks for its class; one
 * step more, where the check's cases age, from ten times its grace on.
 */
const severityOf = (since: string) =>
  `${JSON.stringify(severities).replaceAll('"', "'")}[least(4, greatest(multiIf(found.amount_reporting >= toDecimal128({materiality:String}, 6) * 10, 4, found.amount_reporting >= toDecimal128({materiality:String}, 6), 3, found.amount_reporting * 10 >= toDecimal128({materiality:String}, 6), 2, 1), transform(toString(found.class), {severe_classes:Array(String)}, {least_severities:Array(UInt8)}, 0)) + if(${since} <= {clocks:Array(DateTime64(3, 'UTC'))}[indexOf({plants:Array(String)}, found.plant)] - toIntervalMillisecond({aged_ms:UInt64}), 1, 0))]`

/** What severity is judged by besides the amount. */
const severityParams = (check: Check, judged: Judged[]) => ({
  clocks: judged.map((plant) => plant.clock),
  // a check without ageing: older than anything is
  aged_ms: check.ages ? check.grace * 10 : 1e13,
  severe_classes: Object.keys(check.severity),
  least_severities: Object.values(check.severity).map((each) => severities.indexOf(each as string) + 1),
})
const values = 'left_value, right_value, difference, amount'

const opened = `SELECT {highest:UInt64} + row_number() OVER (ORDER BY plant, amount_reporting DESC, key, class), 1, {at:DateTime64(3, 'UTC')}, 'plumbline', 'opened', run, check, plant, key, class, item, order_no,
  left_value, right_value, difference, unit, amount, currency, amount_reporting, ${severityOf('found.since')}, {team:String}, since, ''
FROM ${found} AS found
WHERE NOT in_grace AND (plant, key, class) NOT IN (SELECT plant, key, class FROM ${openCases})`

const changed = `SELECT open.number, open.step + 1, {at:DateTime64(3, 'UTC')}, 'plumbline', 'changed', found.run, open.check, open.plant, open.key, open.class, found.item, found.order_no,
  found.left_value, found.right_value, found.difference, found.unit, found.amount, found.currency, found.amount_reporting, ${severityOf('open.since')} AS severe, open.team, open.since, ''
FROM ${found} AS found
INNER JOIN ${openCases} AS open ON open.plant = found.plant AND open.key = found.key AND open.class = found.class
WHERE NOT found.in_grace AND (tuple(${values.replace(/\w+/g, 'found.$&')}) != tuple(${values.replace(/\w+/g, 'open.$&')}) OR severe != toString(open.severity))`

const closed = `SELECT open.number, open.step + 1, {at:DateTime64(3, 'UTC')}, 'plumbline', 'closed', transform(toString(open.plant), {plants:Array(String)}, {runs:Array(String)}, ''), open.check, open.plant, open.key, open.class, open.item, open.order_no,
  open.left_value, open.right_value, open.difference, open.unit, open.amount, open.currency, open.amount_reporting, open.severity, open.team, open.since, 'the systems agree again'
FROM ${openCases} AS open
WHERE (open.plant, open.key, open.class) NOT IN (SELECT plant, key, class FROM ${found})`

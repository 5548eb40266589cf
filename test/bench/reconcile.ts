import { readFileSync, writeFileSync } from 'node:fs'
import { advanceStates } from '../../reconcilers/advance.ts'
import { loadChecks } from '../../reconcilers/check.ts'
import { evaluateCheck, ruleOf } from '../../reconcilers/evaluate.ts'
import { planRun, readStanding } from '../../reconcilers/plan.ts'
import { countSides, differing, everything, inGroups, printSides } from '../../reconcilers/scope.ts'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'
import { printTable, write } from './table.ts'

const sizes = (process.env.PLUMBLINE_BENCH_KEYS ?? '1,10')
  .split(',')
  .map((millions) => Number(millions) * 1e6)
const shares = (process.env.PLUMBLINE_BENCH_SHARES ?? '0.00001,0.001,0.05').split(',').map(Number)
const name = 'order_lines'
const clock = new Date(Date.UTC(2026, 0, 5, 9))

/**
 * A check over so many keys on two systems: a full run beside joins of the same columns, and beside the two ways it
 * chooses from, at a few shares of keys that differ; and runs over what changed. Times of one run each after a warm-up, the best of three; ratios matter. The peak is
 * what the process took more than before while it ran in full.
 */
export async function measureReconcile(): Promise<void> {
  const rows: string[][] = []
  const incremental: string[][] = []
  const estate = scenarioEstate()
  const world = await openScenario(estate)
  try {
    for (const keys of sizes) await measureSize(world, keys, rows, incremental)
  } finally {
    await world.close()
  }
  printTable(
    [
      'full run',
      'differ',
      'ours s',
      'string join s',
      'hashed join s',
      'one scan s',
      'by groups s',
      'by keys s',
      '÷ string',
      '÷ hashed',
      '÷ better plan',
      'peak MiB',
    ],
    rows,
  )
  printTable(['incremental run', 'changed keys', 'by', 'ours s', '÷ full run', 'advance s'], incremental)
}

async function measureSize(world: Scenario, keys: number, rows: string[][], incremental: string[][]) {
  const { store, estate } = world
  const check = loadChecks(estate).find((each) => each.check === name)
  if (!check) throw new Error(`no check ${name}`)
  for (const table of ['order_lines', 'contributions', 'contributed', 'runs', 'variances', 'exception_steps'])
    await store.command(`TRUNCATE TABLE ${table}`)
  let load = Number((await store.query('newest_load', {}))[0]?.load_seq ?? 0)
  const line = (order: string) =>
    `'sales' AS order_type, concat('SO-', toString(10000000 + intDiv(${order}, 4))) AS order_no, toString(${order} % 4) AS line_no, 'DX-40' AS item, 'PCE' AS unit, 712 AS unit_price, 'EUR' AS currency, 'open' AS status`
  const columns =
    'plant, system, order_type, order_no, line_no, item, unit, unit_price, currency, status, quantity, version, occurred_at, received_at, source, load_seq'
  const commit = async (work: (load: string) => Promise<void>) => {
    load++
    await work(String(load))
    await store.insert('loads', [
      {
        load_seq: load,
        kind: 'bench',
        source: '',
        name: `b${load}`,
        bytes: 0,
        loaded_at: new Date().toISOString(),
      },
    ])
  }
  const at = `toDateTime64('2026-01-05 08:00:00', 3, 'UTC')`
  for (const system of ['crm', 'erp'])
    await store.command(
      `INSERT INTO order_lines (${columns}) SELECT 'HAM', {system:String}, ${line('number')}, 5, 1, ${at}, ${at}, {system:String}, 0 FROM numbers(${keys})`,
      { system },
    )
  await store.command('OPTIMIZE TABLE order_lines FINAL')
  await commit(async () => undefined)
  let version = 1
  /** Lets the ERP say another quantity of some keys, as a load does. */
  const change = async (select: string, quantity: number) => {
    version++
    await commit((load) =>
      store.command(
        `INSERT INTO order_lines_log (${columns}) SELECT 'HAM', 'erp', ${line('id')}, ${quantity}, ${version}, ${at}, ${at}, 'erp', ${load} FROM (${select})`,
      ),
    )
  }
  const time = async (work: () => Promise<unknown>) => {
    const started = performance.now()
    await work()
    return (performance.now() - started) / 1000
  }
  const best = async (work: () => Promise<unknown>) => {
    const times = [await time(work)]
    // what takes so long needs no three to be known
    while (times.length < 3 && (times[0] as number) < 20) times.push(await time(work))
    return Math.min(...times)
  }
  const advance = () => advanceStates(store, estate, [check])
  await advance()
  await store.command('OPTIMIZE TABLE contributions FINAL')
  await buildBaselines(world)
  const rule = ruleOf(estate, check)
  let run = 0
  const judged = () => [{ plant: 'HAM', run: String(++run), clock }]
  let full = 0
  for (const share of shares) {
    const every = Math.round(1 / share)
    await change(`SELECT number * ${every} AS id FROM numbers(${Math.floor(keys / every)})`, 4)
    await advance()
    await store.command('OPTIMIZE TABLE contributions FINAL')
    await fillBaselines(world)
    // the first run knows nothing of how much differs, the second does: it is the one that is measured
    let found = 0
    const compare = async () => {
      const each = judged()
      const plan = await planRun(store, check, each, await readStanding(store, [check]), true)
      if (!plan.scope) throw new Error('a run over every key has a scope')
      await evaluateCheck(store, rule, each, plan.scope)
      const [row] = await store.rows<{ found: string }>(
        'SELECT count() AS found FROM variances WHERE run = {run:String}',
        {
          run: String(run),
        },
      )
      found = Number(row?.found)
      await store.insert('runs', [recordOf(String(run), String(load), check.check, check.rule, keys, found)])
    }
    await compare()
    const peak = await peakOf(compare)
    const ours = await best(compare)
    if (found !== Math.floor(keys / every))
      throw new Error(`expected ${Math.floor(keys / every)}, found ${found}`)
    const [strings, hashed, scan] = [
      await best(() => store.command(stringJoin)),
      await best(() => store.command(hashedJoin)),
      await best(() => store.rows(oneScan, {}, { lane: 'judge' })),
    ]
    // what a run would take that always went one way, whatever differs
    const byGroups = await best(async () => {
      const [prints] = await printSides(store, check, ['HAM'])
      const areNamed = prints?.groups.length === Number(prints?.differing)
      await evaluateCheck(
        store,
        rule,
        judged(),
        areNamed ? inGroups(check, prints?.groups ?? []) : everything,
      )
    })
    const byKeys = await best(async () => {
      await countSides(store, [check.check])
      await evaluateCheck(store, rule, judged(), differing(check))
    })
    if (share === shares[0]) full = ours
    note(rows, [
      `${write(keys / 1e6)}M keys`,
      `${share * 100} %`,
      ours.toFixed(3),
      strings.toFixed(3),
      hashed.toFixed(3),
      scan.toFixed(3),
      byGroups.toFixed(3),
      byKeys.toFixed(3),
      (ours / strings).toFixed(2),
      (ours / hashed).toFixed(2),
      (ours / Math.min(byGroups, byKeys)).toFixed(2),
      peak,
    ])
  }
  // back to a state that differs little, then runs over what changes
  await change(`SELECT number * ${Math.round(1 / 0.05)} AS id FROM numbers(${Math.floor(keys * 0.05)})`, 5)
  await advance()
  await store.command('OPTIMIZE TABLE contributions FINAL')
  for (const [label, select] of [
    ['100, scattered', `SELECT number * ${Math.floor(keys / 100)} AS id FROM numbers(100)`],
    ['10,000, scattered', `SELECT number * ${Math.floor(keys / 10_000)} AS id FROM numbers(10000)`],
    ['10,000, clustered', 'SELECT number + 4000 AS id FROM numbers(10000)'],
    ['100,000, scattered', `SELECT number * ${Math.floor(keys / 100_000)} AS id FROM numbers(100000)`],
    ['100,000, clustered', 'SELECT number + 400000 AS id FROM numbers(100000)'],
  ] as const) {
    // whatever is done, it goes on from a run that has seen all before this
    await store.insert('runs', [recordOf(String(++run), String(load), check.check, check.rule, keys, 0)])
    await change(select, 5)
    const advanced = await time(advance)
    let way = ''
    const ours = await best(async () => {
      const each = judged()
      const plan = await planRun(store, check, each, await readStanding(store, [check]), false)
      way = plan.kind === 'full' ? 'checksums' : 'keys'
      await evaluateCheck(store, rule, each, plan.scope ?? everything)
    })
    note(incremental, [
      `${write(keys / 1e6)}M keys`,
      label,
      way,
      ours.toFixed(3),
      (ours / full).toFixed(3),
      advanced.toFixed(2),
    ])
  }
}

/** Millions of keys take their minutes: a row is shown when it is known, and again in its table. */
function note(table: string[][], row: string[]) {
  table.push(row)
  process.stderr.write(`${row.join('  ')}\n`)
}

/** MiB that the process held at most during the work, above what it held before; Linux counts it. */
async function peakOf(work: () => Promise<unknown>): Promise<string> {
  const read = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    await work()
    return '–'
  }
  const before = read('VmRSS')
  await work()
  return ((read('VmHWM') - before) / 1024).toFixed(0)
}

const recordOf = (
  run: string,
  cut: string,
  check: string,
  rule: string,
  compared: number,
  found: number,
) => ({
  run,
  cut,
  check,
  plant: 'HAM',
  kind: 'full',
  outcome: 'ok',
  started_at: new Date().toISOString(),
  clock: clock.toISOString(),
  rule,
  // what it takes the next run to know whether to count anew
  left_rows: compared,
  right_rows: compared,
  compared,
  variances: found,
})

/** A table of one part a side, sorted by the hashes of its keys, and one for what is found: the joins write it too. */
async function buildBaselines({ store }: Scenario): Promise<void> {
  for (const statement of [
    ...['left', 'right'].flatMap((side) => [
      `DROP TABLE IF EXISTS hashed_${side}`,
      `CREATE TABLE hashed_${side} (kh UInt64, kx UInt64, order_no String, line_no String, item String, quantity Decimal(24, 6), unit_price Decimal(24, 6), status LowCardinality(String)) ENGINE = MergeTree ORDER BY (kh, kx)`,
    ]),
    'DROP TABLE IF EXISTS found',
    'CREATE TABLE found (order_no String, line_no String, item String, l Decimal(24, 6), r Decimal(24, 6), lp Decimal(24, 6), rp Decimal(24, 6)) ENGINE = MergeTree ORDER BY order_no',
  ])
    await store.command(statement)
}

async function fillBaselines({ store }: Scenario): Promise<void> {
  await store.command('OPTIMIZE TABLE order_lines FINAL')
  for (const [side, system] of [
    ['left', 'crm'],
    ['right', 'erp'],
  ])
    for (const statement of [
      `TRUNCATE TABLE hashed_${side}`,
      `INSERT INTO hashed_${side} SELECT cityHash64(order_no, line_no), sipHash64(order_no, line_no), order_no, line_no, item, quantity, unit_price, status FROM order_lines FINAL WHERE system = '${system}'`,
      `OPTIMIZE TABLE hashed_${side} FINAL`,
    ])
      await store.command(statement)
}

// what a check would do on the states as they are, without contributions; and on hashed keys, laid out for the join
const differs = 'l.quantity != r.quantity OR abs(l.unit_price - r.unit_price) > 0.01 OR l.status != r.status'
const joined = (left: string, right: string, on: string) => `INSERT INTO found
  SELECT greatest(l.order_no, r.order_no), greatest(l.line_no, r.line_no), greatest(l.item, r.item), l.quantity, r.quantity, l.unit_price, r.unit_price
  FROM ${left} AS l FULL OUTER JOIN ${right} AS r ON ${on} WHERE ${differs} SETTINGS join_algorithm = 'full_sorting_merge'`
const stateOf = (system: string) =>
  `(SELECT plant, order_no, line_no, item, quantity, unit_price, status FROM order_lines FINAL WHERE plant = 'HAM' AND system = '${system}' AND order_type = 'sales' AND NOT deleted)`
const stringJoin = joined(
  stateOf('crm'),
  stateOf('erp'),
  'l.plant = r.plant AND l.order_no = r.order_no AND l.line_no = r.line_no',
)
const hashedJoin = joined('hashed_left', 'hashed_right', 'l.kh = r.kh AND l.kx = r.kx')
const oneScan = `SELECT sum(h) FROM (
  SELECT cityHash64(kh, quantity, unit_price, status) AS h FROM hashed_left UNION ALL SELECT cityHash64(kh, quantity, unit_price, status) FROM hashed_right)`

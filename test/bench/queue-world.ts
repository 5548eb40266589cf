import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadChecks } from '../../reconcilers/check.ts'
import { createFinish } from '../../server/core/case-finish.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { foldCases } from '../../sql/cases.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'

const estateText = `
name: Queue
currency: EUR
plants:
  - { plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }
  - { plant: LYO, name: Lyon, time_zone: Europe/Paris, currency: EUR }
  - { plant: GDN, name: Gdańsk, time_zone: Europe/Warsaw, currency: EUR }
  - { plant: CLE, name: Cleveland, time_zone: America/New_York, currency: EUR }
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: crm, name: CRM, role: crm }
  - { system: wms, name: WMS, role: wms }
teams: [{ team: ops, name: Operations }, { team: sales, name: Sales desk }, { team: stock, name: Stock control }]
sources:
  - { source: erp, kind: events, system: erp }
  - { source: crm, kind: events, system: crm }
  - { source: wms, kind: events, system: wms }
checks:
  - { check: order_lines, team: sales, materiality: 1000 }
  - { check: inventory_on_hand, team: stock, materiality: 1000 }
`

/** A store with so many open cases, made as the product makes them: runs' steps, people's acts, and the fold of both. */
export async function makeQueue(folder: string, cases: number): Promise<{ estate: string }> {
  const store = await openStore({ dataFolder: folder })
  try {
    await migrate(store)
    await writeSteps(store, cases)
    const estate = parseEstate(estateText)
    const numbers = Array.from({ length: cases }, (_, index) => String(index + 1))
    await foldCases(store, numbers, createFinish(estate, loadChecks(estate)))
  } finally {
    await store.close()
  }
  const path = join(folder, 'estate.yaml')
  writeFileSync(path, estateText)
  return { estate: path }
}

/** What runs found, what people did to a fifth of it, and what causes were sought. */
export async function writeSteps(
  store: Store,
  cases: number,
  plants = ['HAM', 'LYO', 'GDN', 'CLE'],
): Promise<void> {
  await store.command(
    `INSERT INTO exception_steps (number, step, at, actor, act, run, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, severity, team, since)
     SELECT number + 1, 1, now64(3, 'UTC') - toIntervalMinute(number % 20000), 'plumbline', 'opened', '1', if(number % 3 = 0, 'inventory_on_hand', 'order_lines'), if(number % 10 = 0, {plants:Array(String)}[1], {plants:Array(String)}[2 + number % (length({plants:Array(String)}) - 1)]),
       concat('SO-', toString(number + 100000), '/10'), if(number % 3 = 0, 'quantity', ['line_quantity', 'line_price', 'line_status'][1 + number % 3]), concat('DX-', toString(number % 500)), concat('SO-', toString(number + 100000)),
       toString(number % 90), toString(number % 70), 3, 'PCE', toDecimal64(1 + cityHash64(number) % 50000, 2), 'EUR', toDecimal64(1 + cityHash64(number) % 50000, 2), toDecimal64(1 + cityHash64(number) % 50000, 2),
       ['low', 'medium', 'high', 'critical'][1 + number % 4], ['ops', 'sales', 'stock'][1 + number % 3], now64(3, 'UTC') - toIntervalMinute(number % 30000)
     FROM numbers({cases:UInt32})`,
    { cases, plants },
  )
  await store.command(
    `INSERT INTO exception_acts (number, version, id, at, actor, act, saw_step, assignee)
     SELECT 1 + number * 5, 1, toString(number), now64(3, 'UTC'), 'Ann', 'assign', 1, ['Ann', 'Bob', 'Cyd', 'Dee'][1 + number % 4] FROM numbers({cases:UInt32})`,
    { cases: Math.floor(cases / 5) },
  )
  await store.command(
    `INSERT INTO exception_causes (number, rank, run, cause, score, shared, at)
     SELECT number + 1, 1, '1', ['stuck_interface', 'stale_price', 'wrong_unit', ''][1 + number % 4], 0.9, if(number % 4 = 0, concat('post goods movement ', toString(number % 40)), ''), now64(3, 'UTC') FROM numbers({cases:UInt32})`,
    { cases },
  )
}

/** The plainer way: no table of cases as they stand; whoever asks for a list folds it from what runs and people did. */
export async function foldLogsNaively(folder: string): Promise<number> {
  const store = await openStore({ dataFolder: folder })
  try {
    const times: number[] = []
    for (let index = 0; index < 5; index++) {
      const started = performance.now()
      await store.rows(
        `SELECT number, plant, check, key, amount, severity, acts.assignee, count() OVER () AS total, sum(amount) OVER () AS amount_total
         FROM (
           SELECT number, argMax(act, step) AS last, argMax(plant, step) AS plant, argMax(check, step) AS check, argMax(key, step) AS key, argMax(class, step) AS class,
             argMax(amount_reporting, step) AS amount, argMax(severity, step) AS severity, argMax(team, step) AS team, argMax(left_value, step) AS l, argMax(right_value, step) AS r
           FROM exception_steps GROUP BY number
         ) AS steps
         LEFT JOIN (SELECT number AS of_number, argMaxIf(assignee, version, act = 'assign') AS assignee, argMaxIf(until, version, act = 'snooze') AS until, argMax(act, version) AS last_act FROM exception_acts GROUP BY number) AS acts ON acts.of_number = steps.number
         WHERE last != 'closed' ORDER BY amount DESC, number LIMIT 100`,
      )
      times.push(performance.now() - started)
    }
    return times.sort((a, b) => a - b)[2] as number
  } finally {
    await store.close()
  }
}

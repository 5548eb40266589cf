import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadCauses } from '../../reconcilers/cause.ts'
import { createRunner } from '../../reconcilers/runner.ts'
import type { Store } from '../../sql/store.ts'
import { openScenario, type Said, type Scenario, scenarioEstate } from '../support/scenario.ts'

// A run of two checks, one with a bridge, is killed before each statement that writes, as kill -9 would: nothing after that
// statement is done, and another process, which knows only what is in the store, goes on; it is killed too, and the next,
// before the one after them comes to its end. Whatever was killed, and however often, what is open then is what there is
// to find. Killed before a statement that reads, it leaves what it leaves before the next that writes.
const checks = ['order_lines', 'inventory_on_hand'] as const
const deathsInARow = 3
const causes = loadCauses()
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', checks), () => undefined, causes)
})
afterAll(() => world.close())

/** The store of a process that dies before the first write that none has died before. */
function mortal(store: Store, died: Set<string>): { store: Store; isDead(): boolean } {
  const tries = new Map<string, number>()
  let isDead = false
  const live = <Method extends (...args: never[]) => Promise<unknown>>(method: Method) =>
    ((...args: Parameters<Method>) =>
      isDead ? Promise.reject(new Error('killed')) : method(...args)) as Method
  const write = (sql: string, check: unknown) => {
    const statement = `${sql.replace(/\s+/g, ' ').slice(0, 60)} ${check ?? ''}`
    tries.set(statement, (tries.get(statement) ?? 0) + 1)
    const which = `${statement} ${tries.get(statement)}`
    if (isDead || died.has(which)) return
    died.add(which)
    isDead = true
  }
  return {
    store: {
      ...store,
      rows: live(store.rows),
      query: live(store.query),
      command: (sql, params, options) => {
        write(sql, params?.check)
        return live(store.command)(sql, params, options)
      },
      insert: (table, rows, options) => {
        if (rows.length > 0) write(table, '')
        return live(store.insert)(table, rows, options)
      },
    },
    isDead: () => isDead,
  }
}

const line = (system: string, number: number, quantity: string, version?: number): Said => ({
  system,
  entity: 'order_lines',
  row: {
    order_type: 'sales',
    order_no: `SO-${number}`,
    line_no: '10',
    item: 'DX-40',
    quantity,
    unit: 'PCE',
    unit_price: '10',
    currency: 'EUR',
    status: 'open',
    ...(version ? { version } : {}),
  },
})
const place = (number: number) => ({
  location: 'FG1',
  item: `A-${number}`,
  batch: '',
  owner: '',
  stock_type: 'unrestricted',
  unit: 'PCE',
})
const stock = (system: string, number: number, quantity: string): Said => ({
  system,
  entity: 'inventory_positions',
  row: { ...place(number), quantity, unit_cost: '10', currency: 'EUR' },
})
const issue = (system: string, number: number): Said => ({
  system,
  entity: 'stock_movements',
  row: { ...place(number), movement_no: `${system}-${number}`, ref: `R-${number}`, quantity: '-1' },
})

test('runs that are killed before any of their statements leave nothing that the next does not put right', async () => {
  const { store, estate, runner } = world
  const died = new Set<string>()
  let minute = 0
  let number = -1
  const sayAndRun = async (engine: Store, spoken: number, said: Said[]) => {
    minute += 20
    await world.sayAll(spoken, said, 'HAM', minute)
    const at = new Date(Date.UTC(2026, 0, 5, 8, minute))
    return createRunner(estate, engine, runner.checks, () => undefined, causes).run(runner.checks, { at })
  }
  for (let isWhole = false; !isWhole; ) {
    for (let death = 0; death < deathsInARow && !isWhole; death++) {
      number++
      const [before, earlier] = [number - 1, number - 2]
      // one order begins to differ, one agrees again, one differs otherwise than before; an issue has just left one
      // system, and one that the other lacked has come
      const dying = mortal(store, died)
      await sayAndRun(dying.store, minute + 18, [
        ...[number, before, earlier].map((each) => line('crm', each, '5')),
        line('erp', number, '4', 1000 + minute),
        line('erp', before, '5', 1001 + minute),
        line('erp', earlier, '3', 1002 + minute),
        stock('erp', number, '5'),
        stock('wms', number, '4'),
        issue('wms', number),
        stock('erp', earlier, '4'),
        stock('wms', earlier, '4'),
        issue('erp', earlier),
        issue('wms', earlier),
      ]).catch(() => undefined)
      isWhole = !dying.isDead()
    }
    // what the last would have found is no longer so when it starts again
    await sayAndRun(store, minute, [line('erp', number, '2', 1003 + minute)])
    const context = `after ${died.size} deaths, the last before ${[...died].at(-1)}`
    const open = await Promise.all(checks.map((check) => world.open(check)))
    expect(
      open.flat().map(([, key, cls, left, right]) => [key, cls, left, right]),
      context,
    ).toEqual([
      ...[
        ...Array.from({ length: number + 1 }, (_, index) => [
          `SO-${index - 2}/10`,
          'ordered_quantity',
          '5',
          '3',
        ]),
        [`SO-${number}/10`, 'ordered_quantity', '5', '2'],
      ].sort(),
      ...[number - 1, number].map((each) => [`FG1/A-${each}`, 'quantity', '5', '4']).sort(),
    ])
    const twice = await store.rows(
      'SELECT number FROM exception_steps GROUP BY number, step HAVING count() > 1',
    )
    expect(twice, `steps taken twice ${context}`).toEqual([])
    const stale = await store.rows(
      `SELECT number FROM exceptions LEFT JOIN (SELECT number AS of, cause AS found FROM exception_causes FINAL WHERE rank = 1) AS causes ON of = number
       WHERE (of = 0 AND state = 'open') OR cause != found`,
    )
    expect(stale, `cases that do not know what was found of them ${context}`).toEqual([])
  }
  expect(died.size, [...died].join('\n')).toBeGreaterThan(15)
}, 600_000)

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRunner } from '../../reconcilers/runner.ts'
import type { Store } from '../../sql/store.ts'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

// A run is killed before each of its statements in turn, as kill -9 would: nothing after that statement is done, and
// another process, which knows only what is in the store, goes on. Whatever was killed, and however often, what is open
// then is what there is to find.
const check = 'order_lines'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

/** The store, up to its statement number `last`. */
function killedAfter(store: Store, last: number): { store: Store; isKilled(): boolean } {
  let statements = 0
  const count = <Method extends (...args: never[]) => Promise<unknown>>(method: Method) =>
    ((...args: Parameters<Method>) =>
      ++statements > last ? Promise.reject(new Error('killed')) : method(...args)) as Method
  return {
    store: {
      ...store,
      rows: count(store.rows),
      query: count(store.query),
      command: count(store.command),
      insert: count(store.insert),
    },
    isKilled: () => statements > last,
  }
}

const line = (order_no: string, quantity: string) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  unit_price: '10',
  currency: 'EUR',
  status: 'open',
})

test('a run that is killed before any of its statements leaves nothing that the next does not put right', async () => {
  const { store, estate, runner } = world
  let minute = 0
  let killed = 0
  for (let last = 0; ; last++) {
    // one order begins to differ, one agrees again, one differs otherwise than before
    const names = [0, 1, 2].map((ago) => `SO-${last - ago}`)
    const wrong = ['4', '5', '3']
    const rows = names.map((name, index) => ({
      ...line(name, wrong[index] as string),
      version: 1000 + minute + index,
    }))
    await world.sayAll(minute, [
      ...names.map((name) => ({ system: 'crm', entity: 'order_lines' as const, row: line(name, '5') })),
      ...rows.map((row) => ({ system: 'erp', entity: 'order_lines' as const, row })),
    ])
    minute += 20
    await world.complete(minute)
    const dying = killedAfter(store, last)
    const at = new Date(Date.UTC(2026, 0, 5, 8, minute))
    await createRunner(estate, dying.store, runner.checks, () => undefined)
      .run(runner.checks, { at })
      .catch(() => undefined)
    if (dying.isKilled()) killed++
    // what it would have found is no longer so when it starts again
    await world.say('erp', minute, 'order_lines', [line(names[0] as string, '2')])
    minute += 20
    await world.complete(minute)
    await createRunner(estate, store, runner.checks, () => undefined).run(runner.checks, {
      at: new Date(Date.UTC(2026, 0, 5, 8, minute)),
    })
    expect(
      (await world.open(check)).map(([plant, key, cls, left, right]) => [plant, key, cls, left, right]),
      `killed after ${last} statements`,
    ).toEqual(
      [
        ...Array.from({ length: last + 1 }, (_, index) => [
          'HAM',
          `SO-${index - 2}/10`,
          'ordered_quantity',
          '5',
          '3',
        ]),
        ['HAM', `SO-${last}/10`, 'ordered_quantity', '5', '2'],
      ].sort(),
    )
    const twice = await store.rows(
      'SELECT number FROM exception_steps GROUP BY number, step HAVING count() > 1',
    )
    expect(twice, 'steps taken twice').toEqual([])
    const stale = await store.rows(
      `SELECT number FROM exceptions INNER JOIN (SELECT number, cause AS found FROM exception_causes FINAL WHERE rank = 1) AS causes USING (number)
       WHERE cause != found`,
    )
    expect(stale, 'cases that do not know what was found of them').toEqual([])
    if (!dying.isKilled()) break
  }
  expect(killed).toBeGreaterThan(15)
}, 600_000)

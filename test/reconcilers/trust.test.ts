import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadChecks } from '../../reconcilers/check.ts'
import { judgeTrust } from '../../reconcilers/trust.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { readSqlFolder } from '../../sql/files.ts'
import { everyCheck, openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'
import { agreement, type Statement, statements } from '../support/statements.ts'

// A case neither opens nor closes on a side that did not speak: not on the sides of its check, not on a third system
// that is read beside them, and not on another plant whose rows count in this one.
const plants = ['HAM', 'SHF']
const systems = ['erp', 'crm', 'wms']
let world: Scenario
beforeAll(async () => {
  world = await openScenario(
    scenarioEstate('runaway: { share: 1, least: 100000 }', [
      'in_transit',
      ...everyCheck.filter((check) => check !== 'in_transit'),
    ]),
  )
})
afterAll(() => world.close())

/** What a check reads, from its file alone. */
const readsOf = new Map(
  [...readSqlFolder('checks')].map(([name, text]) => {
    const header = parse(/^\/\*\n([\s\S]*?)\n\*\//.exec(text)?.[1] ?? '') as {
      left: string
      right: string
      reads: { side: 'left' | 'right' | 'note'; role?: string; plant?: string }[]
    }
    const roleOf = (side: string) => (side === 'left' ? header.left : header.right)
    return [
      name,
      header.reads.map((read) => ({
        role: read.role ?? roleOf(read.side),
        isOwn: read.plant === undefined || read.plant === 'plant',
      })),
    ] as const
  }),
)
/** What must have spoken, `system plant`, for a check to say anything of a plant. */
const voicesOf = (check: string, plant: string) =>
  (readsOf.get(check) ?? []).flatMap(({ role, isOwn }) =>
    (isOwn ? [plant] : plants).map((each) => `${role} ${each}`),
  )

const item = (name: string, base_unit: string) => ({ item: name, base_unit, pack_unit: '', flags: '' })
const order = (status: string) => ({
  order_type: 'sales',
  order_no: 'SO-T',
  line_no: '10',
  item: 'DX-40',
  quantity: '10',
  unit: 'PCE',
  unit_price: '10',
  currency: 'EUR',
  status,
})
const shipped = (direction: string, shipment_no: string, order_no: string, more = {}) => ({
  direction,
  shipment_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'DX-40',
  quantity: '10',
  unit: 'PCE',
  ...more,
})

describe('examples', () => {
  test('a master that differs between ERP and CRM stays a case while the CRM is silent', async () => {
    await world.sayAll(0, agreement, 'HAM')
    await world.sayAll(0, agreement, 'SHF')
    world.say('crm', 0, 'items', [item('T', 'KG')])
    world.say('erp', 0, 'items', [item('T', 'PCE')])
    await world.complete(20)
    expect(await world.run('masters', 20)).toEqual({ HAM: 'ok', SHF: 'ok' })
    const open = await world.open('masters')
    expect(open.map(([, key]) => key)).toEqual(['T/crm'])
    world.say('erp', 30, 'items', [item('T', 'KG')])
    await world.complete(60, ['erp', 'wms'])
    expect(await world.run('masters', 60)).toEqual({ HAM: 'incomplete', SHF: 'incomplete' })
    expect(await world.open('masters')).toEqual(open)
    await world.complete(61)
    expect(await world.run('masters', 61)).toEqual({ HAM: 'ok', SHF: 'ok' })
    expect(await world.open('masters')).toEqual([])
  })

  test('a line that the CRM calls completed stays a case while the CRM is silent', async () => {
    world.say('crm', 62, 'order_lines', [order('completed')])
    world.say('erp', 62, 'order_lines', [order('open')])
    world.say('wms', 62, 'order_lines', [{ ...order('open'), allocated_quantity: '4' }])
    await world.complete(80)
    await world.run('lifecycle', 80)
    const open = await world.open('lifecycle')
    expect(open.map(([, key, cls]) => [key, cls])).toEqual([['SO-T/10', 'completed_but_open']])
    world.say('wms', 81, 'shipment_lines', [shipped('outbound', 'S-T', 'SO-T')])
    world.say('erp', 81, 'order_lines', [order('completed')])
    await world.complete(120, ['erp', 'wms'])
    expect(await world.run('lifecycle', 120)).toEqual({ HAM: 'incomplete', SHF: 'incomplete' })
    expect(await world.open('lifecycle')).toEqual(open)
  })

  test('goods from a plant whose ERP is silent are no surplus where they arrive', async () => {
    await world.complete(130)
    await world.run('in_transit', 130)
    world.say('wms', 131, 'shipment_lines', [shipped('transfer_in', 'R-T', 'T-T')], 'HAM')
    await world.complete(170, ['crm', 'wms'])
    await world.complete(170, ['erp'], ['HAM'])
    expect(await world.run('in_transit', 170)).toEqual({ HAM: 'incomplete', SHF: 'incomplete' })
    const [run] = await world.store.rows<{ reason: string }>(
      "SELECT reason FROM runs WHERE plant = 'HAM' AND check = 'in_transit' ORDER BY run DESC LIMIT 1",
    )
    expect(run?.reason).toMatch(/^SHF, whose rows count here: erp is stale/)
    expect(await world.open('in_transit')).toEqual([])
    world.say(
      'erp',
      131,
      'shipment_lines',
      [shipped('transfer_out', 'I-T', 'T-T', { to_plant: 'HAM' })],
      'SHF',
    )
    await world.complete(171)
    expect(await world.run('in_transit', 171)).toEqual({ HAM: 'ok', SHF: 'ok' })
    expect(await world.open('in_transit')).toEqual([])
  })
})

const round = fc.record({
  said: fc.array(fc.tuple(fc.constantFrom(...plants), statements), { minLength: 15, maxLength: 30 }),
  // most speak most of the time
  silent: fc.array(fc.tuple(fc.constantFrom(...systems), fc.constantFrom(...plants)), { maxLength: 2 }),
})

test('over all checks, whoever is silent: no case takes a step in a plant that somebody read there did not speak of', async () => {
  let minute = 200
  const stepped = new Map<string, number>()
  let withheld = 0
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 6, maxLength: 6 }), async (rounds) => {
      // at last all speak, and take back whatever was said: what is open closes
      const takenBack = rounds
        .flatMap(({ said }) => said)
        .map(([plant, { row, ...each }]): [string, Statement] => [
          plant,
          { ...each, row: { ...row, version: 9, deleted: true } },
        ])
      for (const { said, silent } of [...rounds, { said: takenBack, silent: [] }]) {
        for (const plant of plants)
          await world.sayAll(
            minute,
            said.filter(([of]) => of === plant).map(([, each]) => each),
            plant,
          )
        minute += 20
        const isSilent = (voice: string) => silent.some((each) => each.join(' ') === voice)
        for (const system of systems)
          await world.complete(
            minute,
            [system],
            plants.filter((plant) => !isSilent(`${system} ${plant}`)),
          )
        const runs = await world.judge([...everyCheck], minute)
        const steps = await world.store.rows<{ check: string; plant: string; act: string }>(
          'SELECT toString(check) AS check, toString(plant) AS plant, toString(act) AS act FROM exception_steps WHERE run IN {runs:Array(String)}',
          { runs: runs.map(({ run }) => run) },
        )
        for (const { check, plant, act } of steps) {
          expect(voicesOf(check, plant).filter(isSilent), `${check} ${plant} ${act}`).toEqual([])
          stepped.set(`${check} ${act}`, (stepped.get(`${check} ${act}`) ?? 0) + 1)
        }
        for (const { check, plant, outcome, reason } of runs) {
          const isHeard = voicesOf(check, plant).every((voice) => !isSilent(voice))
          expect(outcome, `${check} ${plant}: ${reason}`).toBe(isHeard ? 'ok' : 'incomplete')
          if (!isHeard) withheld++
        }
      }
    }),
    { numRuns: 1, endOnFailure: true },
  )
  expect(withheld).toBeGreaterThan(3)
  const acts = [...stepped.keys()]
  expect(acts.filter((name) => name.endsWith(' opened')).length).toBeGreaterThan(5)
  expect(acts.filter((name) => name.endsWith(' closed')).length).toBeGreaterThan(1)
}, 480_000)

describe('who must speak', () => {
  const at = new Date('2026-01-05T12:00:00Z')
  const estate = parseEstate(`
name: Partly
currency: EUR
plants:
  - { plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }
  - { plant: SHF, name: Sheffield, time_zone: Europe/London, currency: EUR }
  - { plant: NEW, name: Not yet, time_zone: Europe/London, currency: EUR }
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: crm, name: CRM, role: crm, plants: [HAM] }
  - { system: wms, name: WMS, role: wms }
teams: [{ team: ops, name: Operations }]
sources:
  - { source: erp, kind: events, system: erp }
  - { source: crm, kind: events, system: crm }
  - { source: wms, kind: events, system: wms }
checks: [{ check: masters, team: ops }, { check: in_transit, team: ops }]
`)
  const [masters, inTransit] = loadChecks(estate)
  const said = (source: string, plant: string, minutesAgo = 0) => {
    const completeTo = new Date(at.getTime() - minutesAgo * 60_000)
    return { source, plant, completeTo, claimed: completeTo, saidAt: completeTo, heldBecause: '' }
  }
  const judge = (check: typeof masters, watermarks: ReturnType<typeof said>[]) =>
    Object.fromEntries(
      judgeTrust(estate, check as NonNullable<typeof masters>, watermarks, at).map((trust) => [
        trust.plant,
        trust,
      ]),
    )
  const fresh = ['HAM', 'SHF'].flatMap((plant) => [said('erp', plant), said('wms', plant)])

  test('a plant that a third role does not serve waits for nobody; one that it serves does', () => {
    const trusts = judge(masters, fresh)
    expect(trusts.SHF?.reasons).toEqual([])
    expect(trusts.HAM?.reasons).toEqual(['crm has not said anything of HAM yet'])
  })
  test('the clock of a run is the lowest of all that is read', () => {
    const trusts = judge(masters, [...fresh, said('crm', 'HAM', 3)])
    expect(trusts.HAM?.reasons).toEqual([])
    expect(trusts.HAM?.clock).toEqual(new Date(at.getTime() - 3 * 60_000))
    expect(trusts.SHF?.clock).toEqual(at)
  })
  test('a plant that never spoke has sent nothing that others could wait for', () => {
    const trusts = judge(inTransit, fresh)
    expect(trusts.HAM?.reasons).toEqual([])
    expect(trusts.NEW?.reasons).toHaveLength(2)
  })
})

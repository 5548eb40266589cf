import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routesFor } from '../../reconcilers/alerts/routing.ts'
import {
  createScene,
  findingOf,
  fingerprintAt,
  labelsAt,
  minute,
  routesOf,
  type Scene,
  type Spot,
  type State,
} from './scene.ts'

const hour = 60 * minute
const spot = (plant: string, state: State = 'holds', severity: Spot['severity'] = 'page'): Spot => ({
  plant,
  severity,
  state,
})
const now = { for: 0, clear_after: 0 }
/** The notifications that became due, as "receiver status plants". */
const told = (scene: Scene, isQuiet?: Parameters<Scene['tell']>[0]) =>
  scene
    .tell(isQuiet)
    .map((due) => `${due.receiver} ${due.status} ${due.alerts.map((alert) => alert.plant).join('+')}`)

describe('the tree', () => {
  const trunk = routesOf({
    receivers: ['desk'],
    group_by: ['plant'],
    routes: [
      { match: { severity: 'page' }, continue: true, receivers: ['pager'], wait: '5s' },
      { match: { region: ['EMEA', 'AMER'] }, routes: [{ match: { tier: 1 }, receivers: ['lead'] }] },
      { match: { team: 'ops' }, receivers: ['ops'] },
    ],
  })
  const receivers = (plant: string, severity: 'ticket' | 'page') =>
    routesFor(trunk, labelsAt({ plant, severity })).flatMap((branch) => branch.receivers)

  test('the first branch that fits takes an alert, deepest; continue looks on; what a branch does not say it has from above', () => {
    expect(receivers('HAM', 'page')).toEqual(['pager', 'lead'])
    expect(receivers('HAM', 'ticket')).toEqual(['lead'])
    expect(receivers('SUZ', 'ticket')).toEqual(['ops'])
    const [pager] = routesFor(trunk, labelsAt({ plant: 'HAM', severity: 'page' }))
    expect([pager?.wait, pager?.interval, pager?.repeat, pager?.group_by]).toEqual([
      5_000,
      5 * minute,
      4 * hour,
      ['plant'],
    ])
  })
})

describe('the rhythm of a group', () => {
  test('the first waits for others, the next keep the interval, and what still fires is said again', () => {
    const scene = createScene(routesOf({ receivers: ['desk'], group_by: ['condition'] }))
    scene.judge([findingOf([spot('HAM')], now)])
    expect(told(scene)).toEqual([])
    scene.pass(30_000)
    scene.judge([findingOf([spot('HAM'), spot('SHF')], now)])
    expect(told(scene)).toEqual(['desk firing HAM+SHF'])
    scene.pass(minute)
    scene.judge([findingOf([spot('HAM'), spot('SHF'), spot('SUZ')], now)])
    expect(told(scene)).toEqual([])
    scene.pass(4 * minute)
    expect(told(scene)).toEqual(['desk firing HAM+SHF+SUZ'])
    scene.pass(4 * hour - 1)
    expect(told(scene)).toEqual([])
    scene.pass(1)
    expect(told(scene)).toEqual(['desk firing HAM+SHF+SUZ'])
    scene.judge([findingOf([spot('HAM', 'clears'), spot('SHF'), spot('SUZ')], now)])
    scene.pass(5 * minute)
    expect(told(scene), 'what is over stands with the rest, once').toEqual(['desk firing HAM+SHF+SUZ'])
    scene.judge([findingOf([], now)])
    scene.pass(5 * minute)
    expect(told(scene)).toEqual(['desk resolved SHF+SUZ'])
    scene.pass(9 * hour)
    expect(told(scene)).toEqual([])
  })

  test('a group that is over is told at once, and its next beginning waits: flapping ends in the truth', () => {
    const scene = createScene(routesOf({ receivers: ['desk'] }))
    const flap = (state: State) => {
      scene.judge([findingOf([spot('HAM', state)], now)])
      return told(scene)
    }
    flap('holds')
    scene.pass(30_000)
    expect(flap('holds')).toEqual(['desk firing HAM'])
    scene.pass(15_000)
    expect(flap('clears')).toEqual(['desk resolved HAM'])
    for (let times = 0; times < 4; times++) {
      scene.pass(15_000)
      expect(flap('holds')).toEqual([])
      scene.pass(15_000)
      expect(flap('clears'), 'what was over before anybody was told').toEqual([])
    }
    scene.pass(15_000)
    flap('holds')
    scene.pass(30_000)
    expect(flap('holds')).toEqual(['desk firing HAM'])
  })

  test('nobody acknowledges: the next is called, and hears the end; who acknowledges in time keeps them asleep', () => {
    const trunk = routesOf({ receivers: ['pager'], escalation: [{ after: '15m', receiver: 'boss' }] })
    const late = createScene(trunk)
    late.judge([findingOf([spot('HAM')], now)])
    late.pass(minute)
    expect(told(late)).toEqual(['pager firing HAM'])
    late.pass(15 * minute)
    expect(told(late)).toEqual(['boss firing HAM'])
    late.acknowledge('HAM')
    late.pass(5 * minute)
    expect(told(late)).toEqual(['boss acknowledged HAM', 'pager acknowledged HAM'])
    late.pass(9 * hour)
    expect(told(late), 'somebody is on it: it is not said again').toEqual([])
    late.judge([findingOf([], now)])
    expect(told(late)).toEqual(['boss resolved HAM', 'pager resolved HAM'])

    const early = createScene(trunk)
    early.judge([findingOf([spot('HAM')], now)])
    early.pass(minute)
    told(early)
    early.acknowledge('HAM')
    early.pass(hour)
    expect(told(early)).toEqual(['pager acknowledged HAM'])
  })

  test('silenced when it is over: resolved is told still; silenced when it begins: neither', () => {
    const scene = createScene(routesOf({ receivers: ['desk'], group_by: ['plant'] }))
    const quiet = () => true
    scene.judge([findingOf([spot('HAM')], now)])
    scene.pass(minute)
    expect(told(scene)).toEqual(['desk firing HAM'])
    scene.judge([findingOf([spot('HAM'), spot('SHF')], now)])
    scene.pass(6 * minute)
    expect(told(scene, quiet)).toEqual([])
    scene.pass(6 * hour)
    expect(told(scene, quiet), 'what is silenced is not said again').toEqual([])
    scene.judge([findingOf([], now)])
    expect(told(scene, quiet)).toEqual(['desk resolved HAM'])
    scene.judge([findingOf([spot('HAM')], now)])
    scene.pass(6 * minute)
    expect(told(scene, quiet), 'it began again in silence').toEqual([])
    expect(told(scene), 'and the silence ended before it did').toEqual(['desk firing HAM'])
  })

  test('it began in silence, and nobody was told yet: an acknowledgement keeps it so', () => {
    const scene = createScene(routesOf({ receivers: ['desk'] }))
    scene.judge([findingOf([spot('HAM')], now)])
    scene.acknowledge('HAM')
    scene.pass(hour)
    expect(told(scene)).toEqual([])
    scene.judge([findingOf([], now)])
    expect(told(scene)).toEqual([])
  })

  test('a receiver that the estate no longer names hears the end of what it was told', () => {
    const before = createScene(routesOf({ receivers: ['old'] }))
    before.judge([findingOf([spot('HAM')], now)])
    before.pass(minute)
    expect(told(before)).toEqual(['old firing HAM'])
    const after = createScene(routesOf({ receivers: ['new'] }))
    after.said.push(...before.said)
    after.steps.push(...before.steps)
    after.pass(2 * minute)
    after.restart()
    expect(told(after)).toEqual(['new firing HAM'])
    after.judge([findingOf([], now)])
    after.pass(5 * minute)
    expect(told(after)).toEqual(['new resolved HAM', 'old resolved HAM'])
  })
})

const plants = ['HAM', 'SHF', 'SUZ']
const plant = fc.constantFrom(...plants)
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('spot' as const),
      plant,
      state: fc.constantFrom<State>('holds', 'between', 'clears', 'absent'),
      severity: fc.constantFrom('ticket' as const, 'page' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('silence' as const, 'sound' as const), plant }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('acknowledge' as const), plant }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('fail' as const, 'restart' as const, 'blind' as const) }),
  },
)

test('any interleaving of facts, silences, acknowledgements, failures and restarts: once all is quiet each last word is the truth', () => {
  const trunk = routesOf({
    receivers: ['desk'],
    group_by: ['condition'],
    escalation: [{ after: '10m', receiver: 'boss' }],
    routes: [
      { match: { severity: 'page' }, receivers: ['pager'], group_by: ['plant'], continue: true },
      { match: { region: 'EMEA' }, receivers: ['desk', 'emea'], repeat: '1h' },
    ],
  })
  let heard = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(happening, fc.constantFrom(15_000, minute, 6 * minute, 5 * hour)), {
        minLength: 1,
        maxLength: 50,
      }),
      (happens) => {
        const scene = createScene(trunk)
        const spots = new Map<string, Spot>()
        const silenced = new Set<string>()
        for (const [what, ms] of happens) {
          const finding = () => findingOf([...spots.values()], { isBlind: () => what.kind === 'blind' })
          if (what.kind === 'spot') spots.set(what.plant, what)
          if (what.kind === 'silence') silenced.add(what.plant)
          if (what.kind === 'sound') silenced.delete(what.plant)
          if (what.kind === 'acknowledge') scene.acknowledge(what.plant)
          if (what.kind === 'restart') scene.restart()
          scene.judge(what.kind === 'fail' ? [] : [finding()])
          scene.tell(({ labels }) => silenced.has(labels.plant))
          scene.pass(ms)
        }
        // quiet: nothing happens any more, no silence lasts, and the slowest rhythm has passed
        for (let ticks = 0; ticks < 60; ticks++) {
          scene.pass(minute)
          scene.judge([findingOf([...spots.values()])])
          scene.tell()
        }
        const receivers = ['desk', 'pager', 'emea', 'boss']
        for (const receiver of receivers)
          for (const each of plants) {
            const alert = scene.lives.tracked.get(fingerprintAt(each))?.alert
            const word = scene.lastWord(receiver, each)
            if (!word) continue
            // of an occurrence before the last, which may go another way, the truth is that it is over
            const truth = word.starts_at === alert?.starts_at ? alert.status : 'resolved'
            expect([receiver, each, word.status]).toEqual([receiver, each, truth])
            heard++
          }
        for (const tracked of scene.lives.tracked.values())
          if (tracked.alert.status === 'firing')
            for (const branch of routesFor(trunk, tracked.labels))
              for (const receiver of branch.receivers)
                expect(scene.lastWord(receiver, tracked.alert.plant)?.status).toBe('firing')
        // of each group, nobody hears the end, or that somebody is on it, who did not hear that it began
        const firing = new Set<string>()
        for (const said of scene.said)
          for (const alert of said.alerts) {
            const key = [said.receiver, said.group_key, alert.fingerprint].join(' ')
            if (alert.status !== 'firing') expect(firing.has(key), `${key} ${alert.status}`).toBe(true)
            if (alert.status === 'resolved') firing.delete(key)
            else firing.add(key)
          }
      },
    ),
    { numRuns: 300 },
  )
  expect(heard, 'somebody is told something').toBeGreaterThan(100)
})

test('a restart at any moment repeats nothing and forgets nothing', () => {
  const trunk = routesOf({ receivers: ['desk'], escalation: [{ after: '10m', receiver: 'boss' }] })
  const run = (restartAt: number) => {
    const scene = createScene(trunk)
    for (let tick = 0; tick < 120; tick++) {
      if (tick === restartAt) scene.restart()
      const state: State = tick < 40 ? 'holds' : 'clears'
      scene.judge([findingOf([spot('HAM', state)], now)])
      scene.tell()
      scene.pass(minute / 2)
    }
    return scene.said.map((each) => [each.receiver, each.status, each.created_at])
  }
  const undisturbed = run(-1)
  expect(undisturbed.map(([receiver, status]) => `${receiver} ${status}`)).toEqual([
    'desk firing',
    'boss firing',
    'boss resolved',
    'desk resolved',
  ])
  for (let tick = 0; tick < 120; tick++) expect(run(tick)).toEqual(undisturbed)
})

test('one fingerprint for a place, whatever it is called or however bad it is', () => {
  expect(fingerprintAt('HAM')).toMatch(/^[0-9a-f]{32}$/)
  expect(new Set(plants.map(fingerprintAt)).size).toBe(plants.length)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScene, findingOf, labelsAt, minute, routesOf, type Spot, type State } from './scene.ts'

const nobody = routesOf({})
const at = (state: State, severity: Spot['severity'] = 'ticket'): Spot[] => [
  { plant: 'HAM', severity, state },
]

/** Judges one place again and again, a minute apart; the acts that follow, as "minute act". */
function acts(states: State[], options: Parameters<typeof findingOf>[1] = {}): string[] {
  const scene = createScene(nobody)
  const begun = scene.now
  for (const state of states) {
    scene.judge([findingOf(at(state), options)])
    scene.pass(minute)
  }
  return scene.steps.map((step) => `${(Date.parse(step.at) - begun) / minute} ${step.act}`)
}

describe('for-duration and hysteresis', () => {
  test.each<[string, State[], string[]]>([
    ['what holds fires after its duration, not before', ['holds', 'holds'], ['1 firing']],
    ['what holds for less does not', ['holds', 'clears', 'holds', 'between', 'holds'], []],
    [
      'what goes on firing makes no further step',
      ['holds', 'holds', 'holds', 'between', 'holds'],
      ['1 firing'],
    ],
    [
      'below its limit is not yet over',
      ['holds', 'holds', 'between', 'between', 'between', 'between'],
      ['1 firing'],
    ],
    [
      'it is over when it has been for its duration',
      ['holds', 'holds', 'clears', 'clears', 'clears'],
      ['1 firing', '4 resolved'],
    ],
    [
      'flapping does not end it',
      ['holds', 'holds', 'clears', 'clears', 'between', 'clears', 'clears', 'holds', 'clears'],
      ['1 firing'],
    ],
    [
      'a place that is gone is over',
      ['holds', 'holds', 'absent', 'absent', 'absent'],
      ['1 firing', '4 resolved'],
    ],
    [
      'it can begin again',
      ['holds', 'holds', 'clears', 'clears', 'clears', 'holds', 'holds'],
      ['1 firing', '4 resolved', '6 firing'],
    ],
  ])('%s', (_name, states, expected) => {
    expect(acts(states)).toEqual(expected)
  })

  test('what it stands on cannot be believed: it does not end, whatever is seen', () => {
    const blind = { isBlind: () => true }
    expect(acts(['holds', 'holds', ...Array<State>(9).fill('clears')], blind)).toEqual(['1 firing'])
    expect(acts(['holds', 'holds', ...Array<State>(9).fill('absent')], blind)).toEqual(['1 firing'])
  })
})

test('a condition that could not be judged changes nothing, and its durations begin again', () => {
  const scene = createScene(nobody)
  const judge = (state: State) => {
    scene.judge([findingOf(at(state))])
    scene.pass(minute)
  }
  const fail = () => {
    scene.judge([])
    scene.pass(minute)
  }
  judge('holds')
  fail()
  judge('holds')
  expect(scene.steps).toEqual([])
  judge('holds')
  expect(scene.statusAt('HAM')).toBe('firing')
  judge('clears')
  judge('clears')
  fail()
  fail()
  judge('clears')
  expect(scene.statusAt('HAM'), 'it was clear for long enough, but nobody saw all of it').toBe('firing')
  judge('clears')
  judge('clears')
  expect(scene.statusAt('HAM')).toBe('resolved')
})

test('a condition that is switched off ends its alerts', () => {
  const scene = createScene(nobody)
  scene.judge([findingOf(at('holds'), { for: 0 })])
  scene.judge([], [])
  expect(scene.steps.map((step) => [step.act, step.reason])).toEqual([
    ['firing', ''],
    ['resolved', 'it is not watched any more'],
  ])
})

test('who acknowledged a ticket has not acknowledged the page it becomes; it is no ticket again until it is over', () => {
  const scene = createScene(nobody)
  const judge = (severity: Spot['severity'], state: State = 'holds') =>
    scene.judge([findingOf(at(state, severity), { for: 0, clear_after: 0 })])
  judge('ticket')
  expect(scene.acknowledge('HAM')).toHaveLength(1)
  expect(scene.acknowledge('HAM'), 'once').toHaveLength(0)
  judge('ticket')
  expect(scene.statusAt('HAM')).toBe('acknowledged')
  judge('page')
  judge('ticket')
  const tracked = [...scene.lives.tracked.values()][0]
  expect([tracked?.alert.status, tracked?.alert.severity, tracked?.acknowledged_by]).toEqual([
    'firing',
    'page',
    '',
  ])
  judge('ticket', 'clears')
  judge('ticket')
  expect([...scene.lives.tracked.values()][0]?.alert.severity).toBe('ticket')
  expect(scene.steps.map((step) => step.act)).toEqual([
    'firing',
    'acknowledged',
    'firing',
    'resolved',
    'firing',
  ])
})

test('labels follow the place, the severity the worst so far', () => {
  const scene = createScene(nobody)
  scene.judge([findingOf(at('holds', 'page'), { for: 0 })])
  scene.judge([findingOf(at('holds', 'ticket'))])
  expect([...scene.lives.tracked.values()][0]?.labels).toEqual(labelsAt({ plant: 'HAM', severity: 'page' }))
})

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      state: fc.constantFrom<State>('holds', 'between', 'clears', 'absent'),
      severity: fc.constantFrom('ticket' as const, 'page' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant('fail' as const) },
  { weight: 1, arbitrary: fc.constant('acknowledge' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
)

test('whatever happens: only transitions, each alert begins before it ends, and a restart makes none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(act, fc.constantFrom(15_000, minute, 5 * minute)), { maxLength: 60 }),
      (happens) => {
        const scene = createScene(nobody)
        for (const [what, ms] of happens) {
          if (what === 'restart') {
            const before = scene.steps.length
            scene.restart()
            expect(scene.steps).toHaveLength(before)
          } else if (what === 'acknowledge') scene.acknowledge('HAM')
          else if (what === 'fail') scene.judge([])
          else scene.judge([findingOf([{ plant: 'HAM', ...what }])])
          scene.pass(ms)
        }
        const allowed: Record<string, string[]> = {
          '': ['firing'],
          firing: ['acknowledged', 'resolved', 'firing'],
          acknowledged: ['resolved', 'firing'],
          resolved: ['firing'],
        }
        let last = ''
        let severity = ''
        let ended = ''
        let number = 0
        for (const step of scene.steps) {
          const { alert } = step.tracked
          expect(allowed[last]).toContain(step.act)
          // to fire while it fires is to have become worse
          if (last !== '' && last !== 'resolved' && step.act === 'firing')
            expect([severity, alert.severity]).toEqual(['ticket', 'page'])
          expect(alert.status).toBe(step.act)
          expect(alert.ends_at === null).toBe(step.act !== 'resolved')
          if (last === 'resolved') expect(alert.starts_at > ended, 'it begins after its last end').toBe(true)
          expect(step.tracked.step).toBeGreaterThan(number)
          last = step.act
          severity = alert.severity
          ended = alert.ends_at ?? ended
          number = step.tracked.step
        }
      },
    ),
    { numRuns: 400 },
  )
})

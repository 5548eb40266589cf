import type { Due } from '../../reconcilers/alerts/grouping.ts'
import { listDue } from '../../reconcilers/alerts/grouping.ts'
import {
  type AlertStep,
  acknowledge,
  advance,
  type Finding,
  type Lives,
  noLives,
  type Tracked,
} from '../../reconcilers/alerts/lifecycle.ts'
import { fingerprintOf, type Observation } from '../../reconcilers/alerts/observation.ts'
import { type Branch, growRoutes } from '../../reconcilers/alerts/routing.ts'
import { noneTold, type Told, takeDown } from '../../reconcilers/alerts/told.ts'
import type { Notification } from '../../server/core/alert.ts'
import type { AlertLabels } from '../../server/core/alert-match.ts'
import { alerting } from '../../server/core/estate-alerting-schema.ts'

export const minute = 60_000
export type State = 'holds' | 'between' | 'clears' | 'absent'
export type Spot = { plant: string; severity: 'ticket' | 'page'; state: State }

/** The labels of a place whose flow is of tier 1 in HAM and of tier 2 elsewhere. */
export const labelsAt = ({ plant, severity }: Pick<Spot, 'plant' | 'severity'>): AlertLabels => ({
  condition: 'backlog',
  severity,
  plant,
  region: plant === 'HAM' ? 'EMEA' : 'APAC',
  flow: 'otc',
  tier: plant === 'HAM' ? '1' : '2',
  team: 'ops',
  source: '',
  check: '',
})

export const observe = ({ plant, state }: Pick<Spot, 'plant' | 'state'>): Observation => ({
  place: { plant, flow: 'otc' },
  value: '1',
  limit: '1',
  holds: state === 'holds',
  clears: state === 'clears',
  title: `Backlog in ${plant}`,
  summary: 'Keys wait.',
  amount: '12.50',
  orders: 3,
  path: '/flows/otc',
})

export const fingerprintAt = (plant: string) => fingerprintOf('backlog', { plant, flow: 'otc' })

/** A finding of all spots. */
export const findingOf = (spots: Spot[], options: Partial<Finding> = {}): Finding => ({
  condition: 'backlog',
  for: minute,
  clear_after: 2 * minute,
  runbook: '',
  isBlind: () => false,
  observations: spots
    .filter((spot) => spot.state !== 'absent')
    .map((spot) => ({ seen: observe(spot), labels: labelsAt(spot) })),
  ...options,
})

/** A tree from what an estate would say. */
export const routesOf = (route: unknown): Branch => growRoutes(alerting.parse({ route }).route)

/** Alerts and those who are told of them, with everything that is stored in two logs and nothing else kept by a restart. */
export function createScene(trunk: Branch) {
  let lives: Lives = noLives
  let told: Told = noneTold()
  let now = Date.UTC(2026, 0, 5, 8)
  const steps: AlertStep[] = []
  const said: Notification[] = []
  const take = (next: { lives: Lives; steps: AlertStep[] }) => {
    lives = next.lives
    steps.push(...structuredClone(next.steps))
    return next.steps
  }
  return {
    steps,
    said,
    get now() {
      return now
    },
    get lives() {
      return lives
    },
    pass: (ms: number) => {
      now += ms
    },
    judge: (findings: Finding[], watched = ['backlog']) =>
      take(advance(lives, findings, new Set(watched), new Date(now))),
    acknowledge: (plant: string) => take(acknowledge(lives, fingerprintAt(plant), 'jane', '', new Date(now))),
    tell: (isQuiet: (tracked: Tracked) => boolean = () => false): Due[] => {
      const due = listDue(lives.tracked, trunk, told, isQuiet, new Date(now))
      for (const each of due) {
        const notification = structuredClone({ id: `n${said.length}`, ...each })
        said.push(notification)
        takeDown(told, notification)
      }
      return due
    },
    /** The process dies; another one reads what was stored. */
    restart: () => {
      const tracked = new Map(
        steps.map((step) => [step.tracked.alert.fingerprint, structuredClone(step.tracked)]),
      )
      lives = { ...noLives, tracked }
      told = noneTold()
      for (const each of structuredClone(said)) takeDown(told, each)
    },
    /** The last that a receiver was told of a place, in whatever group. */
    lastWord: (receiver: string, plant: string) =>
      said
        .filter((each) => each.receiver === receiver)
        .flatMap((each) => each.alerts)
        .findLast((alert) => alert.fingerprint === fingerprintAt(plant)),
    statusAt: (plant: string) => lives.tracked.get(fingerprintAt(plant))?.alert.status,
  }
}
export type Scene = ReturnType<typeof createScene>

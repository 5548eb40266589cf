import type { Alert, AlertStatus, Notification } from '../../server/core/alert.ts'
import type { Tracked } from './lifecycle.ts'
import { isOver } from './lifecycle.ts'
import { type Branch, groupKey, groupLabels, routesFor } from './routing.ts'
import { heartbeatGroup, type Told, type ToldGroup, toldKey } from './told.ts'

/** What is to be said now, without an id and a number of its own. */
export type Due = Omit<Notification, 'id'>

type Group = {
  receiver: string
  group_key: string
  group_labels: Record<string, string>
  /** who is called because nobody acknowledged waits for nothing */
  isEscalation: boolean
  branch: Branch | undefined
  members: Map<string, Tracked>
}

/**
 * Who has to be told what now. Only that something *began* can be kept from a receiver, by `isQuiet`: whoever was told
 * that an alert fires is told what becomes of it, and nobody else is told that it is over.
 */
export function listDue(
  alerts: ReadonlyMap<string, Tracked>,
  trunk: Branch,
  told: Told,
  isQuiet: (tracked: Tracked) => boolean,
  now: Date,
): Due[] {
  const groups = gather(alerts, trunk, told, now)
  return [...groups.values()]
    .flatMap((group) => {
      const due = judge(
        group,
        alerts,
        told.groups.get(toldKey(group.receiver, group.group_key)),
        isQuiet,
        now,
      )
      return due ? [due] : []
    })
    .sort((a, b) => a.receiver.localeCompare(b.receiver) || a.group_key.localeCompare(b.group_key))
}

/** By receiver and group, every alert that belongs there: by its route, its escalation, or since it was told there. */
function gather(
  alerts: ReadonlyMap<string, Tracked>,
  trunk: Branch,
  told: Told,
  now: Date,
): Map<string, Group> {
  const groups = new Map<string, Group>()
  const join = (receiver: string, branch: Branch, tracked: Tracked, isEscalation: boolean) => {
    const group_key = groupKey(branch, tracked.labels)
    const key = toldKey(receiver, group_key)
    const group = groups.get(key) ?? {
      receiver,
      group_key,
      group_labels: groupLabels(branch, tracked.labels),
      isEscalation,
      branch,
      members: new Map(),
    }
    group.isEscalation &&= isEscalation
    group.members.set(tracked.alert.fingerprint, tracked)
    groups.set(key, group)
  }
  for (const tracked of alerts.values()) {
    if (isOver(tracked)) continue
    for (const branch of routesFor(trunk, tracked.labels)) {
      for (const receiver of branch.receivers) join(receiver, branch, tracked, false)
      for (const { after, receiver } of branch.escalation) {
        const since = firstTold(told, branch, tracked)
        if (tracked.alert.status === 'firing' && since !== null && since + after <= now.getTime())
          join(receiver, branch, tracked, true)
      }
    }
  }
  // of these everything is over, or goes another way now: there is nothing to wait for
  for (const [key, { receiver, group_key, group_labels }] of told.groups)
    if (!groups.has(key))
      groups.set(key, {
        receiver,
        group_key,
        group_labels,
        isEscalation: false,
        branch: undefined,
        members: new Map(),
      })
  return groups
}

/** When the first of a branch's receivers was told; of a branch without any, when it fired. Null: nobody was yet. */
function firstTold(told: Told, branch: Branch, { alert, labels, fired_at }: Tracked): number | null {
  if (branch.receivers.length === 0) return Date.parse(fired_at)
  const key = groupKey(branch, labels)
  const moments = branch.receivers.flatMap((receiver) => {
    const known = told.groups.get(toldKey(receiver, key))?.alerts.get(alert.fingerprint)
    return known && known.alert.starts_at === alert.starts_at ? [known.first_at] : []
  })
  // what became worse has to be acknowledged again, and the time for it begins again
  return moments.length > 0 ? Math.max(Math.min(...moments), Date.parse(fired_at)) : null
}

function judge(
  group: Group,
  alerts: ReadonlyMap<string, Tracked>,
  told: ToldGroup | undefined,
  isQuiet: (tracked: Tracked) => boolean,
  now: Date,
): Due | undefined {
  const say: Alert[] = []
  let hasChanged = false
  let begins = Number.POSITIVE_INFINITY
  for (const [fingerprint, known] of told?.alerts ?? []) {
    const current = alerts.get(fingerprint)
    // one that is forgotten is over
    const alert: Alert = current?.alert ?? { ...known.alert, status: 'resolved', ends_at: now.toISOString() }
    say.push(alert)
    hasChanged ||= isNews(known.alert, alert, current !== undefined && isQuiet(current))
  }
  for (const [fingerprint, tracked] of group.members) {
    if (told?.alerts.has(fingerprint)) continue
    // that somebody is on it already need not be told to those who never heard of it
    if (tracked.alert.status !== 'firing' || isQuiet(tracked)) continue
    say.push(tracked.alert)
    hasChanged = true
    begins = Math.min(begins, Date.parse(tracked.fired_at))
  }
  if (say.length === 0) return undefined
  const { branch } = group
  const isDue = hasChanged
    ? told
      ? group.isEscalation || now.getTime() >= told.last_at + (branch?.interval ?? 0)
      : group.isEscalation || now.getTime() >= begins + (branch?.wait ?? 0)
    : told !== undefined &&
      branch !== undefined &&
      now.getTime() >= told.last_at + branch.repeat &&
      [...group.members.values()].some(
        (each) => told.alerts.has(each.alert.fingerprint) && each.alert.status === 'firing' && !isQuiet(each),
      )
  if (!isDue) return undefined
  return {
    receiver: group.receiver,
    group_key: group.group_key,
    group_labels: group.group_labels,
    status: statusOf(say),
    alerts: say.sort(
      (a, b) => a.starts_at.localeCompare(b.starts_at) || a.fingerprint.localeCompare(b.fingerprint),
    ),
    created_at: now.toISOString(),
    is_test: false,
  }
}

/** Whether a receiver's last word is not the truth any more. What begins again, or gets worse, in quiet is not said. */
function isNews(known: Alert, alert: Alert, quiet: boolean): boolean {
  if (known.status !== alert.status) return !(alert.status === 'firing' && quiet)
  return !quiet && (known.starts_at !== alert.starts_at || known.severity !== alert.severity)
}

/** firing as long as one of its alerts is; acknowledged when all that fire are */
function statusOf(alerts: readonly Alert[]): AlertStatus {
  if (alerts.some((alert) => alert.status === 'firing')) return 'firing'
  return alerts.some((alert) => alert.status === 'acknowledged') ? 'acknowledged' : 'resolved'
}

function writeJudged(failing: ReadonlyMap<string, string>): string {
  if (failing.size === 0) return 'Every condition was judged.'
  return `What could be judged was; these could not: ${[...failing.keys()].sort().join(', ')}.`
}

/** The sign of life for the dead-man's switch, when the next is due. */
export function heartbeatDue(
  config: { receiver: string; every: number } | undefined,
  told: Told,
  startedAt: Date,
  now: Date,
  failing: ReadonlyMap<string, string>,
): Due | undefined {
  if (!config) return undefined
  const last = told.heartbeats.get(config.receiver)
  if (last !== undefined && now.getTime() < last + config.every) return undefined
  const alert: Alert = {
    fingerprint: heartbeatGroup,
    condition: heartbeatGroup,
    status: 'firing',
    severity: 'info',
    plant: '',
    flow: '',
    team: '',
    title: 'Plumbline is alive',
    summary: `${writeJudged(failing)} Call somebody when this stops coming.`,
    starts_at: startedAt.toISOString(),
    ends_at: null,
    amount: null,
    orders: null,
    path: '/alerts',
    runbook: '',
  }
  return {
    receiver: config.receiver,
    group_key: heartbeatGroup,
    group_labels: {},
    status: 'firing',
    alerts: [alert],
    created_at: now.toISOString(),
    is_test: false,
  }
}

import { type Alert, type AlertSeverity, alertSeverities } from '../../server/core/alert.ts'
import { type AlertLabels, fits } from '../../server/core/alert-match.ts'
import { fingerprintOf, type Observation } from './observation.ts'

/** An alert with all that routes and pages need of it. */
export type Tracked = {
  alert: Alert
  labels: AlertLabels
  value: string
  limit: string
  /** the step that brought it here */
  step: number
  /** when it began to fire, or became worse; ISO 8601 */
  fired_at: string
  /** who acknowledged it; '' while nobody has */
  acknowledged_by: string
}

/** What one condition says of all its places, and by which rules it is judged. */
export type Finding = {
  condition: string
  for: number
  clear_after: number
  runbook: string
  observations: { seen: Observation; labels: AlertLabels }[]
  /** whether what it stands on cannot be believed there: what is not seen may hold all the same */
  isBlind(labels: AlertLabels): boolean
}

/**
 * All there is to know from one evaluation to the next. What is pending or about to clear is only here: a restart lets
 * both durations begin again, so that an alert may come or go later by one of them, and never on less than it asks for.
 */
export type Lives = {
  tracked: ReadonlyMap<string, Tracked>
  /** since when it holds without firing, in milliseconds */
  pending: ReadonlyMap<string, number>
  /** since when it fires without holding */
  clearing: ReadonlyMap<string, number>
}
export const noLives: Lives = { tracked: new Map(), pending: new Map(), clearing: new Map() }

export type Act = 'firing' | 'acknowledged' | 'resolved'
export type AlertStep = { at: string; act: Act; actor: string; reason: string; tracked: Tracked }

const rankOf = (severity: AlertSeverity) => alertSeverities.indexOf(severity)
export const isOver = (tracked: Tracked) => tracked.alert.status === 'resolved'

/**
 * One evaluation: what was seen lets alerts begin, become worse and end; what is as it was makes no step. A condition
 * that is not among the findings could not be judged, and none of its alerts changes; one that is not `watched` any more
 * ends.
 */
export function advance(
  lives: Lives,
  findings: readonly Finding[],
  watched: ReadonlySet<string>,
  now: Date,
): { lives: Lives; steps: AlertStep[] } {
  const tracked = new Map(lives.tracked)
  const pending = new Map<string, number>()
  const clearing = new Map<string, number>()
  const steps: AlertStep[] = []
  const take = (act: Act, next: Tracked, reason = '') => {
    const taken = { ...next, step: Math.max(next.step + 1, now.getTime()) }
    tracked.set(taken.alert.fingerprint, taken)
    steps.push({ at: now.toISOString(), act, actor: 'plumbline', reason, tracked: taken })
  }
  const resolve = (old: Tracked, reason: string) =>
    take(
      'resolved',
      { ...old, alert: { ...old.alert, status: 'resolved', ends_at: now.toISOString() } },
      reason,
    )

  const judged = new Map(findings.map((finding) => [finding.condition, finding]))
  const seenNow = new Set<string>()
  for (const finding of findings)
    for (const { seen, labels } of finding.observations) {
      const fingerprint = fingerprintOf(finding.condition, seen.place)
      const old = tracked.get(fingerprint)
      const isActive = old !== undefined && !isOver(old)
      if (isActive) {
        seenNow.add(fingerprint)
        const fresh = describe(old, seen, labels)
        tracked.set(fingerprint, fresh)
        if (seen.holds && rankOf(labels.severity as AlertSeverity) > rankOf(old.alert.severity))
          // who acknowledged a ticket has not acknowledged a page
          take('firing', worsen(fresh, labels, now), 'it became worse')
        else if (seen.clears && !finding.isBlind(labels)) {
          const since = lives.clearing.get(fingerprint) ?? now.getTime()
          if (now.getTime() - since >= finding.clear_after) resolve(fresh, 'it is over')
          else clearing.set(fingerprint, since)
        }
      } else if (seen.holds) {
        const since = lives.pending.get(fingerprint) ?? now.getTime()
        if (now.getTime() - since >= finding.for)
          take('firing', begin(finding, seen, labels, since, now, old))
        else pending.set(fingerprint, since)
      }
    }
  for (const [fingerprint, old] of lives.tracked) {
    if (isOver(old) || seenNow.has(fingerprint)) continue
    const finding = judged.get(old.alert.condition)
    if (!watched.has(old.alert.condition)) resolve(old, 'it is not watched any more')
    else if (finding && !finding.isBlind(old.labels)) {
      const since = lives.clearing.get(fingerprint) ?? now.getTime()
      if (now.getTime() - since >= finding.clear_after) resolve(old, 'it is over')
      else clearing.set(fingerprint, since)
    }
  }
  // of a condition that could not be judged nothing is known: its durations begin again
  return { lives: { tracked, pending, clearing }, steps }
}

/** Somebody takes an alert on; nothing when it does not fire, or somebody has. */
export function acknowledge(
  lives: Lives,
  fingerprint: string,
  actor: string,
  reason: string,
  now: Date,
): { lives: Lives; steps: AlertStep[] } {
  const old = lives.tracked.get(fingerprint)
  if (old?.alert.status !== 'firing') return { lives, steps: [] }
  const next: Tracked = {
    ...old,
    alert: { ...old.alert, status: 'acknowledged' },
    step: Math.max(old.step + 1, now.getTime()),
    acknowledged_by: actor,
  }
  return {
    lives: { ...lives, tracked: new Map(lives.tracked).set(fingerprint, next) },
    steps: [{ at: now.toISOString(), act: 'acknowledged', actor, reason, tracked: next }],
  }
}

/** What ended before a moment is forgotten: its steps are in the store. */
export function forget(lives: Lives, before: Date): Lives {
  const kept = [...lives.tracked].filter(
    ([, { alert }]) => !alert.ends_at || Date.parse(alert.ends_at) >= before.getTime(),
  )
  return { ...lives, tracked: new Map(kept) }
}

function begin(
  finding: Finding,
  seen: Observation,
  labels: AlertLabels,
  since: number,
  now: Date,
  old: Tracked | undefined,
): Tracked {
  const known = seen.since === undefined ? since : Math.min(Date.parse(seen.since), now.getTime())
  // an alert that ended and begins again began after its end, whatever the facts' own age
  const starts = Math.max(known, old?.alert.ends_at ? Date.parse(old.alert.ends_at) + 1 : 0)
  return {
    alert: {
      fingerprint: fingerprintOf(finding.condition, seen.place),
      condition: finding.condition,
      status: 'firing',
      severity: labels.severity as AlertSeverity,
      plant: labels.plant,
      flow: labels.flow,
      team: labels.team,
      title: cut(seen.title),
      summary: seen.summary,
      starts_at: new Date(starts).toISOString(),
      ends_at: null,
      amount: seen.amount,
      orders: seen.orders,
      path: seen.path,
      runbook: finding.runbook,
    },
    labels,
    value: seen.value,
    limit: seen.limit,
    step: old?.step ?? 0,
    fired_at: now.toISOString(),
    acknowledged_by: '',
  }
}

/** The newest words and figures; its severity stays the worst it has had until it is over. */
function describe(old: Tracked, seen: Observation, labels: AlertLabels): Tracked {
  if (!seen.holds) return old
  const { title, summary, amount, orders, path } = seen
  return {
    ...old,
    alert: { ...old.alert, title: cut(title), summary, amount, orders, path, team: labels.team },
    labels: { ...labels, severity: old.alert.severity },
    value: seen.value,
    limit: seen.limit,
  }
}

const worsen = (old: Tracked, labels: AlertLabels, now: Date): Tracked => ({
  ...old,
  alert: { ...old.alert, status: 'firing', severity: labels.severity as AlertSeverity },
  labels,
  fired_at: now.toISOString(),
  acknowledged_by: '',
})

const cut = (title: string) => (title.length > 120 ? `${title.slice(0, 119)}…` : title)

/** Whether a place is watched: it fits one of `only`, where there is any, and none of `except`. */
export const isWatched = (
  settings: { only: Parameters<typeof fits>[0][]; except: Parameters<typeof fits>[0][] },
  labels: AlertLabels,
) =>
  (settings.only.length === 0 || settings.only.some((each) => fits(each, labels))) &&
  !settings.except.some((each) => fits(each, labels))

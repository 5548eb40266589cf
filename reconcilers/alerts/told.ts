import type { Alert, Notification } from '../../server/core/alert.ts'

/** What a receiver was last told of one alert that is not over for it. */
export type ToldAlert = {
  alert: Alert
  /** when it was first told of this occurrence, in milliseconds */
  first_at: number
}
/** What a receiver was told of one group. */
export type ToldGroup = {
  receiver: string
  group_key: string
  group_labels: Record<string, string>
  /** milliseconds */
  last_at: number
  alerts: Map<string, ToldAlert>
}
/** Groups that are not over for their receiver, and when each heartbeat was last given. */
export type Told = { groups: Map<string, ToldGroup>; heartbeats: Map<string, number> }

export const heartbeatGroup = 'heartbeat'
export const toldKey = (receiver: string, group_key: string) => JSON.stringify([receiver, group_key])
export const noneTold = (): Told => ({ groups: new Map(), heartbeats: new Map() })

/** Takes down what a receiver was told: the fold by which a restart knows what everybody knows. */
export function takeDown(told: Told, said: Notification): void {
  const at = Date.parse(said.created_at)
  if (said.group_key === heartbeatGroup) {
    told.heartbeats.set(said.receiver, at)
    return
  }
  const key = toldKey(said.receiver, said.group_key)
  const before = told.groups.get(key)?.alerts
  const alerts = new Map<string, ToldAlert>()
  for (const alert of said.alerts) {
    if (alert.status === 'resolved') continue
    const old = before?.get(alert.fingerprint)
    const first_at = old && old.alert.starts_at === alert.starts_at ? old.first_at : at
    alerts.set(alert.fingerprint, { alert, first_at })
  }
  if (alerts.size === 0) told.groups.delete(key)
  else
    told.groups.set(key, {
      receiver: said.receiver,
      group_key: said.group_key,
      group_labels: said.group_labels,
      last_at: at,
      alerts,
    })
}

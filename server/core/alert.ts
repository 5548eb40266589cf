/** How bad it is, as the on-call engineer is told: page wakes somebody, ticket waits for the day. */
export const alertSeverities = ['info', 'ticket', 'page'] as const
export type AlertSeverity = (typeof alertSeverities)[number]
export type AlertStatus = 'firing' | 'acknowledged' | 'resolved'

/** One condition that holds, or held, at one place. */
export type Alert = {
  /** the same as long as condition and place are: what receivers tell one alert from another by */
  fingerprint: string
  condition: string
  status: AlertStatus
  severity: AlertSeverity
  /** '' where it is of no single plant, flow or team */
  plant: string
  flow: string
  team: string
  /** what is wrong, in at most 120 characters */
  title: string
  /** one or two sentences: what, where, since when, against which limit */
  summary: string
  /** ISO 8601 */
  starts_at: string
  /** ISO 8601; null while it is not resolved */
  ends_at: string | null
  /** decimal text in the estate's currency; null where money has no part in it */
  amount: string | null
  /** how many orders it touches; null where that is unknown */
  orders: number | null
  /** path and query of the page that shows it, below the address of the product */
  path: string
  /** path of its runbook or its address; '' without one */
  runbook: string
}

/** What one receiver is told at once: the alerts of a group, after something about them changed. */
export type Notification = {
  /** the same in every attempt to deliver it */
  id: string
  receiver: string
  /** the same for all that is told of one group */
  group_key: string
  group_labels: Record<string, string>
  /** firing as long as one of its alerts is; acknowledged when all that fire are */
  status: AlertStatus
  alerts: Alert[]
  /** ISO 8601 */
  created_at: string
  /** a test that somebody asked for, not a real one */
  is_test: boolean
}

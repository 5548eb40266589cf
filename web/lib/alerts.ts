import type { AlertRow } from '../../server/api/schemas/alerts.ts'
import { wordsOf } from './format.ts'

export const ALERT_SEVERITIES: Record<
  AlertRow['severity'],
  { word: string; severity: 'critical' | 'high' | 'low' }
> = {
  page: { word: 'Page', severity: 'critical' },
  ticket: { word: 'Ticket', severity: 'high' },
  info: { word: 'Info', severity: 'low' },
}
export const ALERT_STATUSES: Record<AlertRow['status'], string> = {
  firing: 'Firing',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
}

/** "Silenced: patching", and so on; '' when its receivers are told. */
export function quietWords(quiet: AlertRow['quiet']): string {
  if (!quiet) return ''
  const why = { silence: 'Silenced', maintenance: 'Maintenance', inhibited: 'Follows from' }[quiet.by]
  return `${why}: ${quiet.reason}`
}

export const conditionWords = (condition: string) => wordsOf(condition)

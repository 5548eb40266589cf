import type { AlertSeverity } from '../../../server/core/alert.ts'
import { writeDuration, writeNumber } from '../../../server/core/words.ts'
import type { QueryRow } from '../../../sql/queries.gen.ts'
import { handoffName, handoffPath, plantName, shareOf } from '../names.ts'
import type { Condition } from '../observation.ts'

/**
 * How fast what an objective allows is used up, after the workbook of site reliability: both windows of a row must burn,
 * the long one so that it matters, the short one so that it is over soon after the cause is.
 */
export const burnRows: { long_s: number; short_s: number; burn: number; severity: AlertSeverity }[] = [
  { long_s: 3_600, short_s: 300, burn: 14.4, severity: 'page' },
  { long_s: 21_600, short_s: 1_800, burn: 6, severity: 'page' },
  { long_s: 86_400, short_s: 7_200, burn: 3, severity: 'ticket' },
  { long_s: 259_200, short_s: 21_600, burn: 1, severity: 'ticket' },
]
const windows = [...new Set(burnRows.flatMap((row) => [row.short_s, row.long_s]))]

export const condition: Condition<'burn_rate'> = {
  condition: 'burn_rate',
  watch: async (settings, { estate, store, now }) => {
    const rows = await store.query('alert_burn', { at: now, windows_s: windows })
    return rows.flatMap((row) => {
      const objective = shareOf(estate, row.flow, row.handoff) ?? settings.objective
      // without what a division leaves behind: 5 % is 0.05, not 0.050000000000000044
      const allowed = Math.round((1 - objective) * 1e6) / 1e6
      const judge = (action: AlertSeverity) => {
        const judged = burnRows
          .filter((each) => each.severity === action)
          .map((each) => ({ ...each, burning: burnOf(row, each, allowed, settings.least) }))
        const shown =
          judged.find((each) => each.burning >= each.burn) ??
          judged.reduce((a, b) => (b.burning / b.burn > a.burning / a.burn ? b : a))
        return {
          shown,
          holds: shown.burning >= shown.burn,
          clears: judged.every((each) => each.burning < each.burn * settings.clear),
        }
      }
      const fast = judge('page')
      const slow = judge('ticket')
      const name = handoffName(estate, row.flow, row.handoff)
      // what wakes somebody is over when it no longer burns fast, though what it used up stays a matter for the day
      return [
        { ...fast, action: 'page', severity: settings.severity },
        {
          ...slow,
          // while it burns fast, that it burns slowly as well is no news
          holds: slow.holds && !fast.holds,
          action: 'ticket',
          severity: settings.severity === 'page' ? ('ticket' as const) : settings.severity,
        },
      ].map(({ shown, holds, clears, action, severity }) => {
        const at = windows.indexOf(shown.long_s)
        const [over, decided] = [row.over[at] ?? 0, row.decided[at] ?? 0]
        const number = String(row.numbers[at] ?? 0)
        const amount = row.amounts[at] ?? '0'
        return {
          place: { plant: row.plant, flow: row.flow, part: `${row.handoff} ${action}` },
          value: shown.burning.toFixed(1),
          limit: String(shown.burn),
          holds,
          clears,
          severity,
          title: `${name}, ${plantName(estate, row.plant)}: ${writeNumber(over)} of ${writeNumber(decided)} over the objective`,
          summary: `In the last ${writeDuration(shown.long_s * 1000)} ${writeNumber(over)} of ${writeNumber(decided)} passages took longer than ${writeDuration(Number(row.objective))}: ${shown.burning.toFixed(1)} times what the objective of ${+(objective * 100).toFixed(2)} % allows, at a limit of ${shown.burn}.`,
          amount: amount === '0' ? null : amount,
          orders: over,
          path:
            over === 1 && number !== '0'
              ? `/exceptions/${number}`
              : handoffPath(row.flow, row.plant, row.handoff),
        }
      })
    })
  },
}

/** The lesser burn of both windows: each must be over. A window with too few passages burns nothing. */
function burnOf(
  row: QueryRow['alert_burn'],
  { long_s, short_s }: { long_s: number; short_s: number },
  allowed: number,
  least: number,
): number {
  const burns = [long_s, short_s].map((window) => {
    const at = windows.indexOf(window)
    const decided = row.decided[at] ?? 0
    // the short window is a twelfth of the long one, and so is what it must have
    const enough = Math.max(1, Math.ceil(least * (window === long_s ? 1 : 1 / 12)))
    return decided >= enough ? (row.over[at] ?? 0) / decided / allowed : 0
  })
  return Math.round(Math.min(...burns) * 1e6) / 1e6
}

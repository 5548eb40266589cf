import { writeDuration } from '../../../server/core/words.ts'
import { checkTitle, plantName } from '../names.ts'
import { againstLimit, type Condition } from '../observation.ts'

const longestLook = 7 * 86_400_000

export const condition: Condition<'run_failed'> = {
  condition: 'run_failed',
  watch: async (settings, { estate, store, checks, now }) => {
    const rows = await store.query('alert_runs', { since: new Date(now.getTime() - longestLook) })
    return rows.map((row) => {
      // a check that no longer runs at all is incomplete too
      const since = Math.max(0, now.getTime() - Date.parse(row.complete_at))
      const late = againstLimit(since, settings.incomplete, settings.clear)
      const isFailed = row.last_outcome === 'failed'
      const name = `${checkTitle(checks, row.check)}, ${plantName(estate, row.plant)}`
      const last = row.has_complete
        ? `the last complete run began at ${row.complete_at}`
        : `none was complete since ${row.complete_at}`
      return {
        place: { plant: row.plant, check: row.check },
        value: isFailed ? 'failed' : writeDuration(since),
        limit: isFailed ? 'complete' : writeDuration(settings.incomplete),
        holds: isFailed || late.holds,
        clears: !isFailed && late.clears,
        title: isFailed ? `${name}: the run failed` : `${name}: not complete for ${writeDuration(since)}`,
        summary: `${row.last_reason ? `${row.last_reason}; ` : ''}${last}. Until then no case is opened and none closed.`,
        amount: null,
        orders: null,
        path: `/runs/${row.last_run}`,
        since: isFailed
          ? row.last_at
          : new Date(Date.parse(row.complete_at) + settings.incomplete).toISOString(),
      }
    })
  },
}

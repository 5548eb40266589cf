import { writeDuration, writeNumber } from '../../../server/core/words.ts'
import { plantName, sourcePath } from '../names.ts'
import { againstLimit, type Condition } from '../observation.ts'

export const condition: Condition<'quarantine_rate'> = {
  condition: 'quarantine_rate',
  watch: async (settings, { estate, store, now }) => {
    const since = new Date(now.getTime() - settings.window)
    const rows = await store.query('alert_quarantine', { since })
    return rows.map((row) => {
      const sent = row.taken + row.refused
      const share = sent > 0 ? row.refused / sent : 0
      const { holds, clears } = againstLimit(share, settings.share, settings.clear)
      const hasEnough = row.refused >= settings.least
      const percent = `${(share * 100).toFixed(1)} %`
      return {
        place: { source: row.source, plant: row.plant },
        value: percent,
        limit: `${(settings.share * 100).toFixed(1)} %`,
        holds: holds && hasEnough,
        // few messages say little: they neither begin an alert nor keep one
        clears: clears || !hasEnough,
        title: `${row.source}${row.plant ? `, ${plantName(estate, row.plant)}` : ''}: ${percent} refused`,
        summary: `In the last ${writeDuration(settings.window)} ${writeNumber(row.refused)} of ${writeNumber(sent)} messages broke their contract and wait in quarantine; the limit is ${(settings.share * 100).toFixed(1)} %.`,
        amount: null,
        orders: null,
        path: sourcePath(estate, row.source, row.plant),
      }
    })
  },
}

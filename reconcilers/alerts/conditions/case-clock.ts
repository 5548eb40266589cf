import { writeMoment, writeNumber } from '../../../server/core/words.ts'
import { casesPath, checkTitle, plantName } from '../names.ts'
import type { Condition } from '../observation.ts'

const many = (count: number) => `${writeNumber(count)} ${count === 1 ? 'case' : 'cases'}`

export const condition: Condition<'case_clock'> = {
  condition: 'case_clock',
  watch: async (settings, { estate, store, checks, now }) => {
    const rows = await store.query('alert_cases', { at: now })
    return rows.map((row) => {
      const soon = settings.warns ? row.soon : 0
      const counted = [
        row.late > 0 ? `${many(row.late)} late` : '',
        soon > 0 ? `${many(soon)} about to be` : '',
      ]
        .filter((part) => part !== '')
        .join(', ')
      return {
        // a case that goes to another team is another team's delay
        place: { plant: row.plant, check: row.check, part: row.team },
        team: row.team,
        value: String(row.late + soon),
        limit: '1',
        holds: row.late + soon > 0,
        clears: row.late + soon === 0,
        title: `${checkTitle(checks, row.check)}, ${plantName(estate, row.plant)}: ${counted || 'all in time'}`,
        summary: `${many(row.late)} of ${writeNumber(row.cases)} open should have been acknowledged or mended by now${row.soon > 0 ? `, ${writeNumber(row.soon)} more soon` : ''}; the first is EX-${row.first}, due ${writeMoment(new Date(row.first_due), estate.plantOf.get(row.plant)?.time_zone ?? 'UTC')}.`,
        amount: row.amount,
        orders: row.orders,
        path:
          row.late + soon === 1
            ? `/exceptions/${row.first}`
            : casesPath({ check: row.check, plant: row.plant, team: row.team, by: 'due' }),
      }
    })
  },
}

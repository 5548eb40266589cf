import { writeDuration, writeMoment, writeNumber } from '../../../server/core/words.ts'
import { casesPath, plantName } from '../names.ts'
import { againstLimit, type Condition } from '../observation.ts'

export const condition: Condition<'case_forecast'> = {
  condition: 'case_forecast',
  watch: async (settings, { estate, store }) => {
    const rows = await store.query('alert_forecasts', {})
    return rows.map((row) => {
      const team = estate.teamOf.get(row.team)?.name ?? row.team
      const zone = estate.plantOf.get(row.plant)?.time_zone ?? 'UTC'
      const cases = `${writeNumber(row.late)} ${row.late === 1 ? 'case' : 'cases'}`
      const pace =
        row.done > 0
          ? ` It did ${writeNumber(row.done)} in the last ${writeDuration(Number(row.done_in_ms))} of the plant's working time.`
          : ''
      return {
        // a team works through all of its cases of a plant, whatever check they are of
        place: { plant: row.plant, part: row.team },
        team: row.team,
        value: String(row.late),
        limit: String(settings.cases),
        ...againstLimit(row.late, settings.cases, settings.clear),
        title: `${team}, ${plantName(estate, row.plant)}: ${row.late > 0 ? `${cases} will be late at this pace` : 'in time at this pace'}`,
        summary:
          row.late > 0
            ? `Of ${writeNumber(row.cases)} open ${writeNumber(row.late)} will not be acknowledged or mended in time; the first is EX-${row.first}, due ${writeMoment(new Date(row.first_due), zone)}, expected ${writeMoment(new Date(row.first_expected), zone)}.${pace}`
            : `All ${writeNumber(row.cases)} open are in time, or late already.${pace}`,
        amount: row.amount,
        orders: row.orders,
        path:
          row.late === 1
            ? `/exceptions/${row.first}`
            : casesPath({ plant: row.plant, team: row.team, due: 'forecast', by: 'due' }),
      }
    })
  },
}

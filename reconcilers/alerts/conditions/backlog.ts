import { writeDuration, writeNumber } from '../../../server/core/words.ts'
import { handoffName, handoffPath, plantName } from '../names.ts'
import { againstLimit, type Condition } from '../observation.ts'

export const condition: Condition<'backlog'> = {
  condition: 'backlog',
  watch: async (settings, { estate, store, now }) => {
    const rows = await store.query('alert_backlog', { at: now })
    return rows.map((row) => {
      const oldestMay = Math.max(Number(row.objective) * settings.age, settings.least_age)
      const depth = againstLimit(row.stuck, settings.depth, settings.clear)
      const age = againstLimit(row.oldest_ms, oldestMay, settings.clear)
      const name = handoffName(estate, row.flow, row.handoff)
      const isDeep = depth.holds || !age.holds
      return {
        place: { plant: row.plant, flow: row.flow, part: row.handoff },
        value: isDeep ? String(row.stuck) : writeDuration(row.oldest_ms),
        limit: isDeep ? String(settings.depth) : writeDuration(oldestMay),
        holds: depth.holds || age.holds,
        clears: depth.clears && age.clears,
        title: `${name}, ${plantName(estate, row.plant)}: ${writeNumber(row.stuck)} wait over the objective`,
        summary: `${writeNumber(row.stuck)} keys wait longer than ${writeDuration(Number(row.objective))} (limit ${writeNumber(settings.depth)})${row.oldest_ms > 0 ? `; the oldest without a case for ${writeDuration(row.oldest_ms)} (limit ${writeDuration(oldestMay)})` : ''}.`,
        amount: row.amount,
        orders: row.stuck,
        path: handoffPath(row.flow, row.plant, row.handoff),
      }
    })
  },
}

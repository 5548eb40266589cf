import { queueNames, queueStaleS } from '../../../server/core/queues.ts'
import { writeNumber } from '../../../server/core/words.ts'
import type { QueryRow } from '../../../sql/queries.gen.ts'
import { handoffName, handoffPath, plantName, servedBy } from '../names.ts'
import { againstLimit, type Condition, type Observation } from '../observation.ts'

/** What was not measured for so long is no queue any more. */
const rememberedMs = 3_600_000

export const condition: Condition<'queue_depth'> = {
  condition: 'queue_depth',
  watch: async (settings, { estate, store, now }) => {
    const rows = await store.query('queue_depths', {
      metrics: estate.queues.metrics,
      destinations: queueNames,
      from: new Date(now.getTime() - rememberedMs),
      newest: new Date(now.getTime() + estate.spans.allowed_skew),
      stale_s: queueStaleS,
    })
    const observe = async (row: QueryRow['queue_depths']): Promise<Observation> => {
      const served = servedBy(estate, row)
      const system = estate.systemOf.get(row.system)?.name ?? row.system
      const queue = row.destination || 'a queue without a name'
      const name = row.plant ? `${queue}, ${plantName(estate, row.plant)}` : queue
      const at = served?.handoff
        ? ` before ${handoffName(estate, served.flow, served.handoff)} of ${estate.flowOf.get(served.flow)?.name ?? served.flow}`
        : served
          ? ` of ${estate.flowOf.get(served.flow)?.name ?? served.flow}`
          : ''
      // what was measured long ago says neither that it is deep, nor that it is over
      const depth =
        Date.parse(row.measured_at) < now.getTime() - queueStaleS * 1000
          ? { holds: false, clears: false }
          : againstLimit(row.value, settings.depth, settings.clear)
      const [waiting] =
        served && !depth.clears
          ? await store.query('alert_waiting', {
              flow: served.flow,
              handoff: served.handoff,
              plant: row.plant,
            })
          : []
      return {
        place: {
          plant: row.plant,
          flow: served?.flow ?? '',
          part: JSON.stringify([row.system, row.destination, row.name]),
        },
        value: String(row.value),
        limit: String(settings.depth),
        ...depth,
        title: `${name}: ${writeNumber(row.value)} messages wait`,
        summary: `${writeNumber(row.value)} messages wait in ${queue}${system ? ` of ${system}` : ''}${at} (limit ${writeNumber(settings.depth)}), as ${row.name} says.`,
        amount: waiting?.amount ?? null,
        orders: waiting?.orders ?? null,
        path: served ? handoffPath(served.flow, row.plant, served.handoff) : '/sources#queues',
      }
    }
    return Promise.all(rows.map(observe))
  },
}

import { writeDuration } from '../../../server/core/words.ts'
import type { Condition } from '../observation.ts'

export const condition: Condition<'backup'> = {
  condition: 'backup',
  // asked of the process: a backup is none of the store
  watch: async (_settings, { gauges, now }) => {
    const state = gauges.backups?.()
    if (!state) return []
    const { last, failure, is_late, to, every_ms } = state
    const age = last ? writeDuration(now.getTime() - Date.parse(last.at)) : 'none'
    const newest = last ? `The newest that is whole is ${age} old.` : 'There is none that is whole.'
    const isBroken = failure !== null || is_late
    return [
      {
        place: {},
        value: age,
        limit: writeDuration(every_ms),
        holds: isBroken,
        clears: !isBroken,
        title: failure ? 'The last backup failed' : 'A backup is late',
        summary: `${failure ? `To ${to}: ${failure.message}.` : `To ${to} one is due every ${writeDuration(every_ms)}.`} ${newest}`,
        amount: null,
        orders: null,
        path: '/health',
      },
    ]
  },
}

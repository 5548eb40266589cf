import { writeDuration, writeNumber } from '../../../server/core/words.ts'
import { againstLimit, type Condition } from '../observation.ts'

export const condition: Condition<'spool'> = {
  condition: 'spool',
  // asked of the process, not of the engine: the spool fills when the engine does not answer
  watch: async (settings, { gauges }) => {
    const { waiting_bytes, oldest_s, limit_bytes, refusing } = gauges.spool()
    const share = againstLimit(waiting_bytes / limit_bytes, settings.share, settings.clear)
    const age = againstLimit(oldest_s * 1000, settings.age, settings.clear)
    const percent = `${Math.round((waiting_bytes / limit_bytes) * 100)} %`
    return [
      {
        place: {},
        value: share.holds || !age.holds ? percent : writeDuration(oldest_s * 1000),
        limit:
          share.holds || !age.holds ? `${Math.round(settings.share * 100)} %` : writeDuration(settings.age),
        holds: share.holds || age.holds || refusing !== '',
        clears: share.clears && age.clears && refusing === '',
        title: refusing ? 'Messages are refused: the spool is full' : `The spool is ${percent} full`,
        summary: `${writeNumber(waiting_bytes / 1e6)} MB wait for the store, the oldest for ${writeDuration(oldest_s * 1000)}${refusing ? `; senders are asked to come back: ${refusing}` : ''}. What is on the pages is that much older.`,
        amount: null,
        orders: null,
        path: '/sources',
      },
    ]
  },
}

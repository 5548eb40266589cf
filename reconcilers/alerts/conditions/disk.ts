import { writeNumber } from '../../../server/core/words.ts'
import { againstLimit, type Condition } from '../observation.ts'

export const condition: Condition<'disk'> = {
  condition: 'disk',
  watch: async (settings, { gauges }) => {
    const { free_bytes, total_bytes } = await gauges.disk()
    const used = total_bytes > 0 ? 1 - free_bytes / total_bytes : 0
    const percent = `${Math.floor(used * 100)} %`
    return [
      {
        place: {},
        value: percent,
        limit: `${Math.round(settings.share * 100)} %`,
        holds: used >= settings.share,
        // of a disk that is nearly full a fifth is rarely set free: half of what may be left is enough
        clears: againstLimit(used, settings.share, Math.max(settings.clear, 0.98)).clears,
        title: `The disk is ${percent} full`,
        summary: `${writeNumber(free_bytes / 1e9)} GB of ${writeNumber(total_bytes / 1e9)} GB are left for spool and store. When nothing is left, messages are refused.`,
        amount: null,
        orders: null,
        path: '/health',
      },
    ]
  },
}

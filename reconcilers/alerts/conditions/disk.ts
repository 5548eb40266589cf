import { writeBytes } from '../../../server/core/disk.ts'
import { againstLimit, type Condition } from '../observation.ts'

export const condition: Condition<'disk'> = {
  condition: 'disk',
  watch: async (settings, { gauges }) => {
    const { disk, free_bytes, total_bytes, warn_bytes, refuse_bytes, state } = await gauges.disk()
    const used = total_bytes - free_bytes
    const most = Math.max(0, total_bytes - warn_bytes)
    const percentOf = (bytes: number) => (total_bytes > 0 ? Math.floor((bytes / total_bytes) * 100) : 0)
    const left = `${writeBytes(free_bytes)} of ${writeBytes(total_bytes)} are left on the disk of ${disk}.`
    const isFull = state === 'refuse'
    return [
      {
        place: {},
        value: `${percentOf(used)} %`,
        limit: `${percentOf(most)} %`,
        holds: total_bytes > 0 && (used >= most || isFull),
        // of a disk that is nearly full a fifth is rarely set free: half of what may be left is enough
        clears: !isFull && againstLimit(used, most, Math.max(settings.clear, 0.98)).clears,
        title: isFull ? 'The disk is full: nothing more is taken' : `The disk is ${percentOf(used)} % full`,
        summary: isFull
          ? `${left} Until there are ${writeBytes(refuse_bytes)}, what is sent is answered 503, and nothing is fetched or replayed; what was acknowledged is safe.`
          : `${left} With less than ${writeBytes(refuse_bytes)} nothing more is taken.`,
        amount: null,
        orders: null,
        path: '/health',
      },
    ]
  },
}

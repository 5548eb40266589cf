import type { SourceAdapter } from './index.ts'
import { SourceError } from './pull/failure.ts'

/** How often what came is counted, and of a source that is listened to said up to when it is complete. */
const everyMs = 30_000

/**
 * Webhooks: taken at the front door (collectors/http/webhooks.ts). What is polled here is what came: who could not show
 * who they are is a failure of the source, on its page.
 */
export const adapter: SourceAdapter<'webhook'> = {
  kind: 'webhook',
  open: (source, { push }) => ({
    source: source.source,
    everyMs,
    poll: async (tally) => {
      if (!push) return false
      const at = new Date()
      const visits = push.doorman.visits(source.source)
      tally.requests = visits.taken
      tally.bytes = visits.bytes
      if (source.watermark === 'listening') await push.inbox.tell(source.source, at)
      // a secret that is missing is known before anybody comes
      push.doorman.verifierOf(source)
      const refused = [...visits.refused.values()].reduce((sum, count) => sum + count, 0)
      if (refused > 0) {
        const [most] = [...visits.refused].toSorted(([, a], [, b]) => b - a)
        throw new SourceError(
          'refused',
          `${refused} of ${refused + visits.taken} deliveries were refused: ${most?.[0]}`,
          { mend: 'See that its sender signs as `verify` says, with the secret that is set' },
        )
      }
      return visits.taken > 0
    },
  }),
}

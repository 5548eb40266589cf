import type { SourceAdapter } from './index.ts'
import { openBroker } from './push/broker.ts'

/** Streams of NATS JetStream. */
export const adapter: SourceAdapter<'nats'> = {
  kind: 'nats',
  open: (source, context) =>
    openBroker(source, context, async (sink) => {
      // its client is there for those who use it
      const { connectNats } = await import('./nats/connect.ts')
      return connectNats(source, sink)
    }),
}

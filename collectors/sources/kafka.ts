import type { SourceAdapter } from './index.ts'
import { openBroker } from './push/broker.ts'

/** Topics of Apache Kafka, and of what speaks its protocol. */
export const adapter: SourceAdapter<'kafka'> = {
  kind: 'kafka',
  open: (source, context) =>
    openBroker(source, context, async (sink) => {
      // its client is there for those who use it
      const { connectKafka } = await import('./kafka/connect.ts')
      return connectKafka(source, sink)
    }),
}

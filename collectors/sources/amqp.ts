import type { SourceAdapter } from './index.ts'
import { openBroker } from './push/broker.ts'

/** Queues of an AMQP 0-9-1 broker, such as RabbitMQ. */
export const adapter: SourceAdapter<'amqp'> = {
  kind: 'amqp',
  open: (source, context) =>
    openBroker(source, context, async (sink) => {
      // its client is there for those who use it
      const { connectAmqp } = await import('./amqp/connect.ts')
      return connectAmqp(source, sink)
    }),
}

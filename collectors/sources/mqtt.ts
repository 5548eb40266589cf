import { join } from 'node:path'
import type { SourceAdapter } from './index.ts'
import type { Sparkplug } from './mqtt/sparkplug.ts'
import { openBroker } from './push/broker.ts'

/** Topics of an MQTT broker, and Sparkplug B of shop-floor gateways. */
export const adapter: SourceAdapter<'mqtt'> = {
  kind: 'mqtt',
  open: (source, context) => {
    // what births have said is known as long as we run, whatever becomes of the connection
    let sparkplug: Sparkplug | undefined
    return openBroker(source, context, async (sink) => {
      // its client is there for those who use it
      const { connectMqtt } = await import('./mqtt/connect.ts')
      if (source.sparkplug) {
        const { openSparkplug } = await import('./mqtt/sparkplug.ts')
        sparkplug ??= openSparkplug(source, join(context.folder, `${source.source}.births.json`))
      }
      const connection = await connectMqtt(
        source,
        sink,
        sparkplug?.read ?? (({ topic, payload }) => ({ body: payload, message: { topic } })),
      )
      return { ...connection, ...(sparkplug && { holds: sparkplug.holds }) }
    })
  },
}

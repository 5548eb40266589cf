import { z } from 'zod'
import { brokerAddress, brokerShape } from './estate-broker-schema.ts'
import { duration, words } from './estate-parts.ts'

export const mqttSource = z.strictObject({
  ...brokerShape,
  kind: z.literal('mqtt'),
  url: brokerAddress('mqtt', 'mqtts', 'ws', 'wss'),
  topics: z
    .array(words)
    .min(1)
    .describe('What is subscribed to, with + and # as wildcards; of Sparkplug such as spBv1.0/Plant1/#'),
  qos: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .default(1)
    .describe('With 1 or 2 the broker keeps what is sent while we are away; with 0 that is lost'),
  version: z
    .union([z.literal(4), z.literal(5)])
    .default(5)
    .describe('5, or 4 for a broker that knows only MQTT 3.1.1'),
  client_id: words
    .optional()
    .describe('Under which the broker keeps our session; plumbline- and the name of the source when absent'),
  session: duration
    .default(7 * 86_400_000)
    .describe('How long the broker is asked to keep what is sent while we are away'),
  sparkplug: z
    .boolean()
    .default(false)
    .describe(
      'Payloads are Sparkplug B: each metric is a record { group, node, device, metric, value, at, … }',
    ),
  rebirth: z
    .boolean()
    .default(true)
    .describe('Sparkplug: whether a gateway is asked for its birth certificate when we lack it'),
})

export type MqttSourceConfig = z.infer<typeof mqttSource>

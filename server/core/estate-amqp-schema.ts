import { z } from 'zod'
import { brokerAddress, brokerShape } from './estate-broker-schema.ts'
import { words } from './estate-parts.ts'

export const amqpSource = z.strictObject({
  ...brokerShape,
  kind: z.literal('amqp'),
  url: brokerAddress('amqp', 'amqps').describe(
    'Where the broker is; a virtual host stands behind it, as in amqps://broker.example.com/plants',
  ),
  queue: words.describe('The queue that is read, by us alone'),
  bind: z
    .array(
      z.strictObject({
        exchange: words.describe('An exchange, which must be there'),
        routing_key: z.string().default('').describe('Which of its messages; # and * as wildcards of topics'),
      }),
    )
    .default([])
    .describe(
      'What the queue is bound to; it is then made, durable, where it is not. Absent: it must be there as it is',
    ),
})

export type AmqpSourceConfig = z.infer<typeof amqpSource>

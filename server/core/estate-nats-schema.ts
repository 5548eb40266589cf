import { z } from 'zod'
import { brokerAddress, brokerShape } from './estate-broker-schema.ts'
import { words } from './estate-parts.ts'
import { secret } from './estate-pull-schema.ts'

export const natsSource = z.strictObject({
  ...brokerShape,
  kind: z.literal('nats'),
  url: brokerAddress('nats', 'tls'),
  stream: words.describe('The stream of JetStream, which must be there'),
  subjects: z.array(words).default([]).describe('Which of its subjects; all when absent'),
  durable: words
    .optional()
    .describe(
      'The durable consumer; plumbline- and the name of the source when absent. It is made where it is not',
    ),
  token_from: secret('a token, where that is how it knows us').optional(),
})

export type NatsSourceConfig = z.infer<typeof natsSource>

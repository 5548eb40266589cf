import { z } from 'zod'
import { brokerShape } from './estate-broker-schema.ts'
import { duration, words } from './estate-parts.ts'

export const kafkaSource = z.strictObject({
  ...brokerShape,
  kind: z.literal('kafka'),
  brokers: z
    .array(
      z.string().regex(/^[^\s:/@]+:\d{1,5}$/, 'expected a host and a port, such as kafka-1.example.com:9093'),
    )
    .min(1)
    .describe('Where it is first asked; of all other brokers these tell'),
  topics: z.array(words).min(1).describe('The topics that are read, by their names'),
  group: words
    .optional()
    .describe(
      'The consumer group by which it is kept how far we are; plumbline- and the source when absent. One that has read nothing begins at the beginning',
    ),
  session: duration
    .default(15_000)
    .describe(
      'A member that says nothing for so long is put out of its group; brokers take 6s to 30m unless they are told otherwise',
    ),
  sasl: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .default('plain')
    .describe('How the login is shown, where there is one'),
})

export type KafkaSourceConfig = z.infer<typeof kafkaSource>

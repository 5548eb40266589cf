import { z } from 'zod'
import { duration, words } from './estate-parts.ts'
import { secret, tls, variable } from './estate-pull-schema.ts'
import { notify, pushShape } from './estate-push-schema.ts'

/** What every source has that we take from a broker. */
export const brokerShape = {
  ...pushShape,
  poll: duration
    .default(30_000)
    .describe('How often it is looked whether we are connected, and how much waits'),
  watermark: z
    .enum(['connected', 'received'])
    .default('connected')
    .describe(
      'connected: while we are connected and nothing waits there, it is complete up to now; received: up to its newest message',
    ),
  login: z
    .strictObject({
      user: words.optional(),
      user_from: variable.optional(),
      password_from: secret('the password').optional(),
    })
    .refine(({ user, user_from }) => user === undefined || user_from === undefined, {
      message: 'expected either user or user_from',
      path: ['user'],
    })
    .optional(),
  tls: tls.optional(),
  in_flight: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('How many messages we hold at most that are not acknowledged yet'),
  notify: notify.optional(),
}

/** Where a broker is; its password stands in no address. */
export const brokerAddress = (...protocols: string[]) => {
  const expected = `an address such as ${protocols[0]}://broker.example.com, without a password in it`
  return z
    .string(expected)
    .refine(
      (text) =>
        URL.canParse(text) &&
        protocols.includes(new URL(text).protocol.slice(0, -1)) &&
        new URL(text).password === '',
      expected,
    )
}

export type BrokerConfig = z.infer<z.ZodObject<typeof brokerShape>>

import { z } from 'zod'
import { duration } from './estate-parts.ts'

const variable = z
  .string('the name of an environment variable')
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of an environment variable, such as REPLAY_SECRET')

/** Where an integration is asked to send messages again that did not arrive. */
export const replayEndpoint = z
  .strictObject({
    url: z
      .string('an address such as https://hub.example.com/replay')
      .refine(
        (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
        'an address such as https://hub.example.com/replay',
      )
      .optional(),
    url_from: variable
      .optional()
      .describe('The variable that holds the address, or with _FILE the path of its file'),
    secret_from: variable.describe(
      'The variable that holds the key that requests are signed with (Standard Webhooks, whsec_…), or with _FILE the path of its file',
    ),
    approve_above: z
      .int('a whole number')
      .min(0, 'a whole number, not negative')
      .default(100)
      .describe('A replay of more messages than this needs a second person'),
    timeout: duration.default(20_000).describe('How long it may take to answer'),
    verify_within: duration
      .default(900_000)
      .describe('How long after the request the event, or the agreement, is expected'),
    allow_private: z
      .boolean()
      .default(false)
      .describe('Whether its address may be inside: loopback, private, link-local'),
  })
  .refine((endpoint) => (endpoint.url === undefined) !== (endpoint.url_from === undefined), {
    message: 'expected either url or url_from',
    path: ['url'],
  })

export type ReplayEndpoint = z.infer<typeof replayEndpoint>

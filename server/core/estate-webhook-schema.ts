import { z } from 'zod'
import { duration, words } from './estate-parts.ts'
import { notify, pushShape, secrets } from './estate-push-schema.ts'

const header = words.regex(/^[A-Za-z0-9-]+$/, 'the name of a header').transform((name) => name.toLowerCase())
const tolerance = duration
  .default(300_000)
  .describe('How far the timestamp of a delivery may be from our clock: older ones are replays')

/** How a delivery shows that it is from who it says it is; one way. */
const verify = z
  .strictObject({
    hmac: z
      .strictObject({
        secrets_from: secrets,
        header: header.describe('The header that carries the signature, such as x-hub-signature-256'),
        algorithm: z.enum(['sha256', 'sha1', 'sha512']).default('sha256'),
        encoding: z.enum(['hex', 'base64']).default('hex'),
        prefix: z.string().max(20).default('').describe('What stands before the signature, such as sha256='),
        timestamp: z
          .strictObject({
            header,
            tolerance,
            signed: words
              .default('{timestamp}.{body}')
              .refine((text) => text.includes('{timestamp}') && text.includes('{body}'), {
                message: 'a text with {timestamp} and {body} in it',
              })
              .describe('What is signed'),
          })
          .optional()
          .describe('Where the sender signs a time along: seconds, milliseconds or ISO 8601'),
      })
      .optional(),
    standard: z
      .strictObject({ secrets_from: secrets, tolerance })
      .optional()
      .describe(
        'Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature; secrets begin with whsec_',
      ),
    token: z
      .strictObject({
        secrets_from: secrets,
        header: header
          .default('authorization')
          .describe('The header that carries it; in authorization as Bearer or as the password of Basic'),
      })
      .optional(),
  })
  .refine((ways) => Object.values(ways).filter((way) => way !== undefined).length === 1, {
    message: 'expected one of hmac, standard and token',
  })

export const webhookSource = z.strictObject({
  ...pushShape,
  kind: z.literal('webhook'),
  preset: words
    .optional()
    .describe('Settings of a known sender, such as salesforce.cdc, under those that are written here'),
  partial: words
    .optional()
    .describe(
      'The field that is true of a record which holds only what has changed: it is an event and no state, and `notify` has it fetched',
    ),
  verify: verify
    .optional()
    .describe(
      'May be absent only while we listen on a loopback address; then the token to ingest is asked for',
    ),
  id: z
    .strictObject({ header: header.optional(), field: words.optional() })
    .refine(({ header: named, field }) => (named === undefined) !== (field === undefined), {
      message: 'expected either header or field',
    })
    .optional()
    .describe('Where the id of a delivery stands: said again within ten minutes, it is one'),
  notify: notify.partial({ key: true }).optional(),
  watermark: z
    .enum(['received', 'listening'])
    .default('received')
    .describe(
      'received: it is complete up to its newest delivery; listening: up to now, since silence means that nothing happened',
    ),
  limits: z
    .strictObject({
      body_mib: z
        .number()
        .positive()
        .max(20)
        .default(5)
        .transform((size) => Math.round(size * 2 ** 20)),
      per_second: z.number().positive().max(10_000).default(200),
    })
    .prefault({})
    .describe('What is larger is answered 413, and what comes faster 429 with Retry-After'),
})

export type WebhookSourceConfig = z.infer<typeof webhookSource>
export type VerifyConfig = z.infer<typeof verify>

import jsonata from 'jsonata'
import { z } from 'zod'
import { duration, id, words } from './estate-parts.ts'
import { rowsShape } from './estate-rows-schema.ts'

export const variable = z
  .string('the name of an environment variable')
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of an environment variable, such as WMS_TOKEN')
/** A secret is never in the estate: the variable that holds it is, or with _FILE the path of its file. */
export const secret = (what: string) =>
  variable.describe(`The variable that holds ${what}, or with _FILE the path of its file`)

export const address = z
  .string('an address such as https://example.com/api')
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'an address such as https://example.com/api',
  )

/** An expression of JSONata, tried when the estate is read. */
export const expression = z
  .string('an expression of JSONata')
  .min(1, 'an expression of JSONata')
  .superRefine((text, context) => {
    try {
      jsonata(text)
    } catch (error) {
      const { message, position } = error as { message: string; position?: number }
      context.addIssue({
        code: 'custom',
        message: `an expression of JSONata; at character ${position ?? 0}: ${message}`,
        input: text,
      })
    }
  })

/** How we say who we are; one way, or none. */
const auth = z
  .strictObject({
    basic: z
      .strictObject({
        user: words.optional(),
        user_from: variable.optional(),
        password_from: secret('the password'),
      })
      .refine((basic) => (basic.user === undefined) !== (basic.user_from === undefined), {
        message: 'expected either user or user_from',
        path: ['user'],
      })
      .optional(),
    bearer: z.strictObject({ token_from: secret('the token') }).optional(),
    api_key: z
      .strictObject({
        header: words.default('x-api-key').describe('The header that carries it'),
        value_from: secret('the key'),
      })
      .optional(),
    oauth2: z
      .strictObject({
        token_url: address,
        client_id: words.optional(),
        client_id_from: variable.optional(),
        client_secret_from: secret('the secret of the client').optional(),
        refresh_token_from: secret('a refresh token')
          .optional()
          .describe('Where a person once gave leave; the credentials of the client are used when absent'),
        scope: words.optional(),
        audience: words.optional(),
        client_auth: z
          .enum(['basic', 'post'])
          .default('basic')
          .describe('How the client says who it is: in a header, or in the body'),
      })
      .refine((oauth2) => (oauth2.client_id === undefined) !== (oauth2.client_id_from === undefined), {
        message: 'expected either client_id or client_id_from',
        path: ['client_id'],
      })
      .optional(),
  })
  .refine((ways) => Object.values(ways).filter((way) => way !== undefined).length === 1, {
    message: 'expected one of basic, bearer, api_key and oauth2',
  })

/** Our side of TLS, and whose word counts for the other side. */
export const tls = z
  .strictObject({
    ca_from: secret('the certificates that are trusted, PEM').optional(),
    cert_from: secret('our certificate, PEM').optional(),
    key_from: secret('its key, PEM').optional(),
  })
  .refine((files) => (files.cert_from === undefined) === (files.key_from === undefined), {
    message: 'expected both cert_from and key_from, or neither',
    path: ['key_from'],
  })

const mebibyte = 2 ** 20
/** What a source may cost us, and we the source. */
const limits = z
  .strictObject({
    timeout: duration.default(30_000).describe('How long an answer may take'),
    retries: z
      .int()
      .min(0)
      .max(10)
      .default(4)
      .describe('How often a request is tried again at once; then the next poll does'),
    per_second: z.number().positive().max(1000).optional().describe('Requests a second at most'),
    per_day: z
      .int()
      .min(1)
      .optional()
      .describe('Requests a day (UTC) at most; what is left waits for the next day'),
    answer_mib: z
      .number()
      .positive()
      .max(512)
      .default(32)
      .transform((size) => Math.round(size * mebibyte))
      .describe('How large one answer may be; ask for smaller pages where it is larger'),
    max_requests: z
      .int()
      .min(1)
      .default(100_000)
      .describe('Requests of one poll at most: a server that pages for ever must end somewhere'),
  })
  .prefault({})

/** What every source has that we fetch records from. */
export const pullShape = {
  source: id,
  preset: words
    .optional()
    .describe(
      'Settings of a known system, such as s4hana.sales_order, under those that are written here; see the README',
    ),
  system: id,
  mode: z
    .enum(['delta', 'snapshot'])
    .default('delta')
    .describe(
      'delta: what has changed since the last time; snapshot: everything each time, and what is missing is deleted',
    ),
  full: duration
    .optional()
    .describe(
      'delta: so often everything is fetched besides, so that what was deleted there is deleted here',
    ),
  poll: duration.default(60_000),
  stale_after: duration.default(600_000).describe('A watermark older than this makes runs incomplete'),
  watermark: z
    .enum(['polled', 'newest'])
    .default('polled')
    .describe('polled: it is complete up to when it was asked; newest: up to the newest record it gave'),
  records: expression
    .optional()
    .describe(
      'What each item of an answer becomes: a record, or a list of records, by JSONata; numbers with a point are text',
    ),
  auth: auth.optional(),
  tls: tls.optional(),
  limits,
  dependency: words
    .optional()
    .describe('The name under which its latency and errors stand under Dependencies; the host when absent'),
  ...rowsShape,
}

/** The field that says how new a record is, and from where the next fetch goes on. */
export const cursor = z.strictObject({
  field: words.describe('The field of an item, such as LastChangeDateTime or meta.updated_at'),
  type: z.enum(['moment', 'number', 'text']).default('moment'),
  overlap: duration
    .default(120_000)
    .describe(
      'moment: so far back each fetch starts before the newest record, for what was stamped before it could be seen',
    ),
  initial: words.optional().describe('Where the first fetch starts; at the beginning when absent'),
})

export type PullConfig = z.infer<z.ZodObject<typeof pullShape>>
export type CursorConfig = z.infer<typeof cursor>
export type AuthConfig = z.infer<typeof auth>
export type TlsConfig = z.infer<typeof tls>

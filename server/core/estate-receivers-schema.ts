import { z } from 'zod'
import { duration, id, words } from './estate-parts.ts'

const variable = z
  .string('the name of an environment variable')
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of an environment variable, such as PAGER_URL')
const address = z
  .string('an address such as https://example.com/hook')
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'an address such as https://example.com/hook',
  )
const mailbox = z
  .string('an e-mail address')
  .max(320, 'at most 320 characters')
  .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'an e-mail address such as oncall@example.com')

const common = {
  receiver: id,
  send_resolved: z.boolean().default(true).describe('Whether it is told that it is over'),
  timeout: duration.default(20_000).describe('How long it may take to answer'),
  allow_private: z
    .boolean()
    .default(false)
    .describe('Whether its address may be inside: loopback, private, link-local'),
}
const reached = {
  ...common,
  url: address.optional().describe('Where it is reached'),
  url_from: variable
    .optional()
    .describe('The variable that holds the address, or with _FILE the path of its file'),
}
const secretFrom = variable.describe('The variable that holds the secret, or with _FILE the path of its file')

const webhook = z.strictObject({
  ...reached,
  kind: z.literal('webhook').describe('Standard Webhooks: signed, with rotation of keys'),
  secrets_from: z
    .array(variable)
    .min(1)
    .max(2, 'at most two keys, the old one and the new one')
    .describe('Variables that hold its keys, whsec_…; two while one takes over from the other'),
})
const pagerduty = z.strictObject({
  ...common,
  kind: z.literal('pagerduty').describe('PagerDuty Events API v2'),
  url: address.default('https://events.pagerduty.com/v2/enqueue'),
  secret_from: secretFrom.describe('The variable that holds the routing key'),
})
const slack = z.strictObject({
  ...reached,
  kind: z.literal('slack').describe('An incoming webhook of Slack'),
})
const teams = z.strictObject({
  ...reached,
  kind: z.literal('teams').describe('A workflow of Microsoft Teams that posts a card'),
})
const alertmanager = z.strictObject({
  ...reached,
  kind: z.literal('alertmanager').describe('The v2 API of an Alertmanager; the address is its root'),
  secret_from: secretFrom.optional().describe('The variable that holds a bearer token'),
})
const alertmanagerWebhook = z.strictObject({
  ...reached,
  kind: z.literal('alertmanager_webhook').describe('What takes the webhook of Alertmanager, version 4'),
  secret_from: secretFrom.optional().describe('The variable that holds a bearer token'),
})
const email = z.strictObject({
  ...common,
  kind: z.literal('email').describe('Plain e-mail by SMTP'),
  from: mailbox,
  to: z.array(mailbox).min(1).max(50),
  smtp: z.strictObject({
    host: words,
    port: z.int('a port').min(1, 'a port').max(65_535, 'a port').default(587),
    tls: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('starttls: secured once connected, or not at all; tls: from the first byte'),
    user: words.optional(),
    secret_from: secretFrom.optional().describe('The variable that holds the password of the user'),
  }),
})

/** Who is told of alerts, and how. Secrets are named here and stand elsewhere. */
export const receiver = z.discriminatedUnion('kind', [
  webhook,
  pagerduty,
  slack,
  teams,
  alertmanager,
  alertmanagerWebhook,
  email,
])
export type ReceiverConfig = z.infer<typeof receiver>
export type ReceiverKind = ReceiverConfig['kind']

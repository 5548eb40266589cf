import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import type { HttpMessage } from '../../reconcilers/alerts/outgoing.ts'
import type { Mail } from '../../reconcilers/alerts/outgoing-mail.ts'
import { loadReceiverAdapters } from '../../reconcilers/alerts/receivers/index.ts'
import type { Notification } from '../../server/core/alert.ts'
import { estate, receiverOf } from './deliver-world.ts'
import {
  alertmanagerSchema,
  alertmanagerWebhookSchema,
  pagerdutySchema,
  slackSchema,
  teamsSchema,
} from './receivers-schemas.ts'

const ajv = new Ajv({ allErrors: true, strict: false })
formats.default(ajv)
const receivers = {
  webhook: receiverOf({
    receiver: 'a',
    kind: 'webhook',
    url: 'https://a.example',
    secrets_from: ['SIGNING_KEY'],
  }),
  pagerduty: receiverOf({ receiver: 'b', kind: 'pagerduty', secret_from: 'ROUTING_KEY' }),
  slack: receiverOf({ receiver: 'c', kind: 'slack', url: 'https://c.example' }),
  teams: receiverOf({ receiver: 'd', kind: 'teams', url: 'https://d.example' }),
  alertmanager: receiverOf({ receiver: 'e', kind: 'alertmanager', url: 'https://e.example/am/' }),
  alertmanager_webhook: receiverOf({ receiver: 'f', kind: 'alertmanager_webhook', url: 'https://f.example' }),
  email: receiverOf({
    receiver: 'g',
    kind: 'email',
    from: 'plumbline@example.com',
    to: ['oncall@example.com'],
    smtp: { host: 'mail.example' },
  }),
}
type Kind = keyof typeof receivers

export const adapters = await loadReceiverAdapters()

/** What one kind of receiver is sent for a notification. */
export const render = (kind: Kind, notification: Notification) => {
  const context = {
    receiver: receivers[kind],
    places: { estate, baseUrl: 'https://plumbline.example' },
    at: new Date(),
  }
  return adapters.get(kind)?.render(notification, context as never) as HttpMessage[] | Mail
}
export const bodies = (kind: Kind, notification: Notification) =>
  (render(kind, notification) as HttpMessage[]).map((message) => message.body)

/** What the third parties publish of what they take, and how many bytes of it. */
const asked = {
  slack: [ajv.compile(slackSchema), 300_000],
  pagerduty: [ajv.compile(pagerdutySchema), 512_000],
  teams: [ajv.compile(teamsSchema), 20_000],
  alertmanager: [ajv.compile(alertmanagerSchema), 50_000_000],
  alertmanager_webhook: [ajv.compile(alertmanagerWebhookSchema), 1_000_000],
} as const
export const askedKinds = Object.keys(asked) as (keyof typeof asked)[]

/** Throws when a message is not as its receiver asks. */
export function expectAsked(kind: keyof typeof asked, notification: Notification): void {
  const [validate, most] = asked[kind]
  for (const body of bodies(kind, notification)) {
    if (Buffer.byteLength(body) > most) throw new Error(`${kind}: ${Buffer.byteLength(body)} bytes`)
    if (!validate(JSON.parse(body))) throw new Error(`${kind}: ${ajv.errorsText(validate.errors)}`)
  }
}

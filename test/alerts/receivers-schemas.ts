/** What the receivers' own documentation asks of a message, as JSON Schema. */
const link = { type: 'string', format: 'uri', maxLength: 2_000 }
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength })
const plain = (maxLength: number) => ({
  type: 'object',
  required: ['type', 'text'],
  properties: { type: { const: 'plain_text' }, text: text(maxLength), emoji: { type: 'boolean' } },
  additionalProperties: false,
})
const markdown = (maxLength: number) => ({
  type: 'object',
  required: ['type', 'text'],
  properties: { type: { const: 'mrkdwn' }, text: text(maxLength), verbatim: { type: 'boolean' } },
  additionalProperties: false,
})

export const slackSchema = {
  type: 'object',
  required: ['text', 'blocks'],
  properties: {
    text: text(3_000),
    blocks: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        oneOf: [
          {
            type: 'object',
            required: ['type', 'text'],
            properties: { type: { const: 'header' }, text: plain(150) },
            additionalProperties: false,
          },
          {
            type: 'object',
            anyOf: [{ required: ['type', 'text'] }, { required: ['type', 'fields'] }],
            properties: {
              type: { const: 'section' },
              text: markdown(3_000),
              fields: { type: 'array', minItems: 1, maxItems: 10, items: markdown(2_000) },
            },
            additionalProperties: false,
          },
          {
            type: 'object',
            required: ['type', 'elements'],
            properties: {
              type: { const: 'context' },
              elements: { type: 'array', minItems: 1, maxItems: 10, items: markdown(3_000) },
            },
            additionalProperties: false,
          },
        ],
      },
    },
  },
  additionalProperties: false,
}

export const pagerdutySchema = {
  type: 'object',
  required: ['routing_key', 'event_action', 'dedup_key'],
  properties: {
    routing_key: { type: 'string', minLength: 32, maxLength: 32 },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: text(255),
    client: text(255),
    client_url: link,
    links: {
      type: 'array',
      items: {
        type: 'object',
        required: ['href'],
        properties: { href: link, text: text(255) },
        additionalProperties: false,
      },
    },
    payload: {
      type: 'object',
      required: ['summary', 'source', 'severity'],
      properties: {
        summary: text(1_024),
        source: text(255),
        severity: { enum: ['critical', 'error', 'warning', 'info'] },
        timestamp: { type: 'string', format: 'date-time' },
        component: text(255),
        group: text(255),
        class: { type: 'string', maxLength: 255 },
        custom_details: { type: 'object' },
      },
      additionalProperties: false,
    },
  },
  if: { properties: { event_action: { const: 'trigger' } } },
  // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's own word
  then: { required: ['payload'] },
  additionalProperties: false,
}

const openUrl = {
  type: 'object',
  required: ['type', 'url'],
  properties: { type: { const: 'Action.OpenUrl' }, title: text(100), url: link },
  additionalProperties: false,
}
export const teamsSchema = {
  type: 'object',
  required: ['type', 'attachments'],
  properties: {
    type: { const: 'message' },
    attachments: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: {
        type: 'object',
        required: ['contentType', 'contentUrl', 'content'],
        properties: {
          contentType: { const: 'application/vnd.microsoft.card.adaptive' },
          contentUrl: { type: 'null' },
          content: {
            type: 'object',
            required: ['$schema', 'type', 'version', 'body'],
            properties: {
              $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
              type: { const: 'AdaptiveCard' },
              version: { const: '1.2' },
              body: {
                type: 'array',
                minItems: 1,
                items: {
                  type: 'object',
                  required: ['type', 'inlines'],
                  properties: {
                    type: { const: 'RichTextBlock' },
                    inlines: {
                      type: 'array',
                      minItems: 1,
                      items: {
                        type: 'object',
                        required: ['type', 'text'],
                        properties: {
                          type: { const: 'TextRun' },
                          text: text(3_000),
                          weight: { enum: ['lighter', 'default', 'bolder'] },
                          size: { enum: ['small', 'default', 'medium', 'large', 'extraLarge'] },
                          isSubtle: { type: 'boolean' },
                          selectAction: openUrl,
                        },
                        additionalProperties: false,
                      },
                    },
                  },
                  additionalProperties: false,
                },
              },
              actions: { type: 'array', maxItems: 6, items: openUrl },
            },
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
}

/** Label names are Prometheus' own; every value is text, and an empty one is no label. */
const labels = {
  type: 'object',
  required: ['alertname'],
  patternProperties: { '^[a-zA-Z_][a-zA-Z0-9_]*$': { type: 'string', minLength: 1 } },
  additionalProperties: false,
}
const texts = { type: 'object', additionalProperties: { type: 'string' } }

/** `postableAlerts` of Alertmanager's API v2. */
export const alertmanagerSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['labels'],
    properties: {
      labels,
      annotations: texts,
      startsAt: { type: 'string', format: 'date-time' },
      endsAt: { type: 'string', format: 'date-time' },
      generatorURL: { type: 'string', format: 'uri' },
    },
    additionalProperties: false,
  },
}
export const alertmanagerWebhookSchema = {
  type: 'object',
  required: [
    'version',
    'groupKey',
    'truncatedAlerts',
    'status',
    'receiver',
    'groupLabels',
    'commonLabels',
    'commonAnnotations',
    'externalURL',
    'alerts',
  ],
  properties: {
    version: { const: '4' },
    groupKey: { type: 'string' },
    truncatedAlerts: { type: 'integer', minimum: 0 },
    status: { enum: ['firing', 'resolved'] },
    receiver: { type: 'string' },
    groupLabels: texts,
    commonLabels: texts,
    commonAnnotations: texts,
    externalURL: link,
    alerts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['status', 'labels', 'annotations', 'startsAt', 'endsAt', 'generatorURL', 'fingerprint'],
        properties: {
          status: { enum: ['firing', 'resolved'] },
          labels,
          annotations: texts,
          startsAt: { type: 'string', format: 'date-time' },
          endsAt: { type: 'string', format: 'date-time' },
          generatorURL: link,
          fingerprint: { type: 'string' },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
}

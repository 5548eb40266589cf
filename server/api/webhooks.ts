import { answers, keyParam } from './router.ts'
import { delivered } from './schemas/webhooks.ts'

/** What the document says of the way in for webhooks, which collectors/http/webhooks.ts answers. */
export const webhookRoute = {
  method: 'post' as const,
  path: '/v1/webhooks/{source}',
  tags: ['sources'],
  summary: 'Take a delivery of a webhook of the estate; it is on disk before it is answered',
  description:
    'A delivery shows who it is from by what its source says under `verify` (an HMAC, Standard Webhooks, or a token): no other credential is needed. A source without it is behind the permission to ingest, and only on a loopback address. 401: not verified; 413 and 429: larger or faster than the source takes; 503: no room now, send it again. What can be taken and not be read is kept in quarantine and answered 200.',
  request: {
    params: keyParam('source', 'A source of kind webhook'),
    body: {
      required: true,
      content: {
        'application/json': { schema: {} },
        'application/xml': { schema: {} },
        'application/x-www-form-urlencoded': { schema: {} },
      },
    },
  },
  responses: answers(delivered, 'It is ours now'),
}

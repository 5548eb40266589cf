import { entityNames } from '../server/core/model.ts'
import { incomingTuple } from './entity-tables.ts'

/**
 * The columns of a line in an events segment: what collectors write, and the engine parses.
 * `kind` is `event`, `watermark` (occurred_at = complete up to) or `quarantine` (reasons, data = the message).
 */
export const eventsStructure = [
  'kind String',
  'source String',
  'system String',
  'plant String',
  'flow String',
  'stage String',
  'event_id String',
  'type String',
  'key String',
  "occurred_at DateTime64(3, 'UTC')",
  "received_at DateTime64(3, 'UTC')",
  'trace_id String',
  'span_id String',
  'data String',
  'reasons Array(String)',
  ...entityNames.map((name) => `${name} ${incomingTuple(name)}`),
].join(', ')

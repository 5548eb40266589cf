import { entityNames } from '../server/core/model.ts'
import { incomingTuple } from './entity-tables.ts'

/** Of a message itself: what every table of events is made of. */
const carried = {
  kind: 'String',
  source: 'String',
  system: 'String',
  plant: 'String',
  flow: 'String',
  stage: 'String',
  event_id: 'String',
  type: 'String',
  key: 'String',
  occurred_at: "DateTime64(3, 'UTC')",
  received_at: "DateTime64(3, 'UTC')",
  trace_id: 'String',
  span_id: 'String',
  // the counterpart the message is about or from: a customer, a carrier, a supplier
  partner: 'String',
  data: 'String',
  reasons: 'Array(String)',
  // one for each reason: the rule that was broken, the same word for every message that breaks it
  codes: 'Array(String)',
  // rules of the contract that a message let in does not keep to
  deviations: 'Array(String)',
  // received so long after it occurred that its source had fallen behind
  is_late: 'Bool',
} as const

/** What is judged or carried otherwise on the way: it gets no further than the staged lines. */
const staged = {
  // what must exist elsewhere for the message to be taken: the field, the entity and its key
  refs: 'Array(Tuple(path String, entity String, value String))',
  // of a line with refs the message around its data, for when it is not taken after all; sql/references.ts joins them
  envelope: 'String',
  ...Object.fromEntries(entityNames.map((name) => [name, incomingTuple(name)])),
}

const listed = (columns: Record<string, string>) =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')

/**
 * Which staged lines are those of a load as one try staged them: of a try whose client did not wait for its end lines
 * may come later.
 */
export const whereStaged =
  'WHERE events_staged.load_seq = {load_seq:UInt64} AND events_staged.staging = {staging:UInt64}'

export const carriedColumns = Object.keys(carried) as (keyof typeof carried)[]
export const stagedColumns = Object.keys(staged)

/** The columns of events_in: what the views on it carry on. */
export const carriedStructure = listed(carried)
/**
 * The columns of a line in an events segment: what collectors write, and the engine parses.
 * `kind` is `event`, `watermark` (occurred_at = complete up to) or `quarantine` (reasons, data = the message).
 */
export const eventsStructure = listed({ ...carried, ...staged })

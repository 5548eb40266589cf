import type { PushedSourceConfig } from '../../../server/core/estate-schema.ts'

/** What a well-known sender's messages are; each is used where its source does not say otherwise. */
type Preset = {
  /** A body as records, in JSONata */
  records: string
  /** Where the id of a delivery stands */
  id: string
  /** The keys of what a body does not hold whole */
  key?: string
}

const header = 'payload.ChangeEventHeader'
const id = 'event.replayId'

/**
 * Salesforce: change data capture and platform events, as they come by a webhook (`{ schema, payload, event }`). A change
 * of a record carries only the fields that changed, so that record is marked `partial`; one that is created has them all.
 */
const presets: Record<'salesforce.cdc' | 'salesforce.event', Preset> = {
  'salesforce.cdc': {
    records: `(
      $body := $;
      $header := ${header};
      $header.recordIds ~> $map(function($id) { $merge([
        $sift($body.payload, function($value, $name) { $name != "ChangeEventHeader" }),
        {
          "Id": $id,
          "entity": $header.entityName,
          "change": $header.changeType,
          "deleted": $contains($header.changeType, "DELETE") and $header.changeType != "UNDELETE",
          "partial": $not($header.changeType in ["CREATE", "UNDELETE", "DELETE", "GAP_DELETE"]),
          "changed_at": $fromMillis($number($header.commitTimestamp)),
          "replay_id": $body.event.replayId
        }
      ]) })
    )`,
    id,
    key: `${header}[$not(changeType in ["CREATE", "UNDELETE", "DELETE", "GAP_DELETE"])].recordIds`,
  },
  'salesforce.event': {
    records: '$merge([payload, { "replay_id": event.replayId }])',
    id,
  },
}

/** The preset of a source, if it names one; Sparkplug B has one of its own. */
export function presetOf(source: PushedSourceConfig): Partial<Preset> | undefined {
  if (source.kind === 'mqtt') return source.sparkplug ? { records: '[metrics]' } : undefined
  return 'preset' in source && source.preset ? presets[source.preset] : undefined
}

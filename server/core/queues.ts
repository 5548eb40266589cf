/** A depth that was measured longer ago says nothing of now. */
export const queueStaleS = 300
/** Where a queue is named: the attribute, or the resource's; the first one present counts. */
export const queueNames = [
  'messaging.destination.name',
  'queue',
  'topic',
  'destination',
  'rabbitmq.queue.name',
]

/** What was sent to us, as a line of a segment: as it came, and what was known beside it. */
export type Delivery = {
  source: string
  /** what its sender calls it; '' when it has no name */
  id: string
  /** when we had all of it, ISO 8601 */
  received_at: string
  /** what came beside the body: topic, headers, … */
  message: Record<string, unknown>
  /** the body as text; base64 where it is no text */
  body: string
  is_base64?: boolean
  /** why it can't be read, where that is known already */
  fault?: string
}
/** Says instead that the source is complete up to a moment: behind what came before it. */
export type Completeness = { source: string; complete_to: string }

/** The lines of a segment, in the order in which they came. */
export function* readDeliveries(segment: Buffer): Generator<Delivery | Completeness> {
  for (let from = 0; from < segment.length; ) {
    const end = segment.indexOf(10, from)
    const line = segment.toString('utf8', from, end < 0 ? segment.length : end)
    from = end < 0 ? segment.length : end + 1
    // what frames a line says nothing of its own
    if (line === '' || line.startsWith('{"kind":"frame"')) continue
    yield JSON.parse(line) as Delivery | Completeness
  }
}

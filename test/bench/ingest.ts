import { measureBytes } from './ingest-bytes.ts'
import { measureEvents } from './ingest-events.ts'
import { measureParts } from './ingest-parts.ts'
import { measureSpans } from './ingest-spans.ts'

/** What comes in: spans and events per second beside the engine's own limit and what peers do; bytes on disk; parts. */
export async function measureIngest(): Promise<void> {
  await measureSpans()
  await measureEvents()
  await measureBytes()
  await measureParts()
}

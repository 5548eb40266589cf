import { measureBytes } from './ingest-bytes.ts'
import { measureEvents } from './ingest-events.ts'
import { measureSpans } from './ingest-spans.ts'

/** What comes in: spans and events per second beside the engine's own limit and what peers do; bytes on disk. */
export async function measureIngest(): Promise<void> {
  await measureSpans()
  await measureEvents()
  await measureBytes()
}

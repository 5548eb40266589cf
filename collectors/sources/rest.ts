import { openHttp } from './http/client.ts'
import type { SourceAdapter } from './index.ts'
import { openPull } from './pull/pull.ts'
import { createRestFetcher } from './rest/fetch.ts'

/** Lists of an API in JSON or XML, in whatever way it pages. */
export const adapter: SourceAdapter<'rest'> = {
  kind: 'rest',
  open: (source, context) =>
    openPull(source, source.cursor, context, (tally) =>
      createRestFetcher(
        source,
        openHttp(source, tally, () => context.spend(source.source, source.limits.per_day)),
      ),
    ),
}

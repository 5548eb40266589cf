import type { CursorConfig } from '../../server/core/estate-pull-schema.ts'
import { openHttp } from './http/client.ts'
import type { SourceAdapter } from './index.ts'
import { createOdataFetcher } from './odata/fetch.ts'
import { stampField } from './odata/stamp.ts'
import { openZones } from './odata/values.ts'
import { openPull } from './pull/pull.ts'

/** A delta link is a cursor that says nothing but where the service goes on. */
const linkCursor: CursorConfig = { field: stampField, type: 'text', overlap: 0 }

/** Sets of OData V2 and V4. */
export const adapter: SourceAdapter<'odata'> = {
  kind: 'odata',
  open: (source, context) => {
    const { estate } = context
    const served = estate.systemOf.get(source.system)?.plants ?? [...estate.plantOf.keys()]
    const zones = new Set(served.map((plant) => estate.plantOf.get(plant)?.time_zone))
    const [zone] = zones.size === 1 ? zones : []
    const cursor = source.cursor && { ...source.cursor, field: stampField }
    return openPull(source, source.changes === 'delta_link' ? linkCursor : cursor, context, (tally) =>
      createOdataFetcher(
        source,
        openHttp(source, tally, () => context.spend(source.source, source.limits.per_day)),
        openZones(source.time_zone, zone),
        tally,
      ),
    )
  },
}

import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'

/** The newest messages in quarantine, whatever broke them. */
export const readQuarantine = (store: Store, limit: number): Promise<QueryRow['quarantine'][]> =>
  store.query('quarantine', {
    code: '',
    source: '',
    kind: '',
    plant: '',
    from: new Date(0),
    to: new Date(Date.now() + 365 * 86_400_000),
    limit,
    offset: 0,
  })

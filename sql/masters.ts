import type { Estate } from '../server/core/estate.ts'
import type { Store } from './store.ts'

/** Who has to accept the versions of a master in a plant, and how soon. */
export type MasterConsumer = {
  master: string
  plant: string
  records: string[]
  consumer: string
  role: string
  sources: string[]
  allowed_ms: number
}

/** Every consumer of every master in every plant that it and the system of record serve. */
export function listMasterConsumers(estate: Estate): MasterConsumer[] {
  return estate.masters.flatMap(({ master, record, consumers, accept_within }) =>
    [...estate.plantOf.keys()].flatMap((plant) => {
      const records = estate.systemsOf(record, plant).map(({ system }) => system)
      if (records.length === 0) return []
      return consumers.flatMap((role) =>
        estate.systemsOf(role, plant).map(({ system }) => ({
          master,
          plant,
          records,
          consumer: system,
          role,
          sources: estate.sources.filter((source) => source.system === system).map((source) => source.source),
          allowed_ms: accept_within,
        })),
      )
    }),
  )
}

/** The estate's consumers, for the engine to join with; the newest writing counts, also when it is of none. */
export async function writeMasterConsumers(store: Store, estate: Estate): Promise<void> {
  const loaded_at = new Date().toISOString()
  const nobody = { master: '', plant: '', records: [], consumer: '', role: '', sources: [], allowed_ms: 0 }
  const rows = listMasterConsumers(estate)
  await store.insert(
    'estate_masters',
    (rows.length > 0 ? rows : [nobody]).map((row) => ({ loaded_at, ...row })),
  )
}

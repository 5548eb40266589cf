import { type FilesWorld, filesEstate, openFilesWorld } from '../files-world.ts'

export type Poll = { code: string; reason: string; requests: number; retries: number; skew_ms: string | null }
type Plain = Record<string, string>

/** One store for the sources of a file of tests, each opened by its own test and known by its name. */
export type OdataWorld = {
  /** Opens the sources, in place of those that were open, and polls each of them. */
  open(sources: string, extra?: string): Promise<void>
  poll(): Promise<void>
  /** What stands of an entity from a source, as objects of the columns asked for */
  states(source: string, entity: string, columns: string[]): Promise<Plain[]>
  versions(source: string, entity: string): Promise<number>
  /** The last poll of a source */
  last(source: string): Promise<Poll>
  quarantined(source: string): Promise<string[]>
  close(): Promise<void>
}

export async function openOdataWorld(): Promise<OdataWorld> {
  const idle = '  - { source: idle, kind: events, system: wms }\n'
  const world: FilesWorld = await openFilesWorld((folder) => filesEstate(folder, idle))
  return {
    open: (sources, extra) => world.reopen({ estate: filesEstate(world.folder, sources, extra) }),
    poll: () => world.poll(),
    states: async (source, entity, columns) => {
      const rows = await world.rows<Plain>(
        `SELECT ${columns.map((name) => `toString(argMax(${name}, version)) AS last_${name}`).join(', ')} FROM ${entity}_log
         WHERE source = {source:String} AND load_seq IN (SELECT load_seq FROM loads)
         GROUP BY plant, ${keyOf[entity]} HAVING NOT argMax(deleted, version) ORDER BY ${columns.map((name) => `last_${name}`).join(', ')}`,
        { source },
      )
      return rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[`last_${name}`] ?? ''])))
    },
    versions: async (source, entity) => {
      const [row] = await world.rows<Plain>(
        `SELECT count() AS count FROM ${entity}_log WHERE source = {source:String} AND load_seq IN (SELECT load_seq FROM loads)`,
        { source },
      )
      return Number(row?.count)
    },
    last: async (source) => {
      const [row] = await world.rows<Poll>(
        'SELECT code, reason, requests, retries, skew_ms FROM source_polls WHERE source = {source:String} ORDER BY started_at DESC LIMIT 1',
        { source },
      )
      return row as Poll
    },
    quarantined: async (source) => {
      const rows = await world.rows<{ reasons: string[] }>(
        'SELECT reasons FROM quarantine WHERE source = {source:String} ORDER BY position',
        { source },
      )
      return rows.flatMap(({ reasons }) => reasons)
    },
    close: () => world.close(),
  }
}

const keyOf: Record<string, string> = {
  inventory_positions: 'location, item, batch, owner, stock_type',
  order_lines: 'order_type, order_no, line_no',
  shipment_lines: 'direction, shipment_no, line_no, serial',
  invoice_lines: 'invoice_no, line_no',
}

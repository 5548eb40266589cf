import type { FilesSourceConfig } from '../../../server/core/estate-schema.ts'

/** What the mapping of rows has to know of a source, whatever its rows are read from. */
export type RowRules = Pick<
  FilesSourceConfig,
  | 'source'
  | 'system'
  | 'plant'
  | 'states'
  | 'events'
  | 'format'
  | 'header'
  | 'delimiter'
  | 'quoted'
  | 'encoding'
  | 'mode'
  | 'replaces'
> &
  Partial<Pick<FilesSourceConfig, 'fixed' | 'item' | 'records' | 'edi'>>

type Mapped = Pick<RowRules, 'source' | 'system' | 'plant' | 'states' | 'events'>

/** How records are mapped that came as lines of JSON: a snapshot of them replaces all that was there. */
export const rulesOfLines = (source: Mapped, mode: RowRules['mode']): RowRules => ({
  source: source.source,
  system: source.system,
  plant: source.plant,
  states: source.states,
  events: source.events,
  format: 'jsonl',
  header: false,
  quoted: false,
  encoding: 'utf-8',
  mode,
  replaces: 'all',
})

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

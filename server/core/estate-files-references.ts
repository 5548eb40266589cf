import { checkRowRules, type Say } from './estate-rows-references.ts'
import type { EstateFile, FilesSourceConfig } from './estate-schema.ts'

/** What a schema can't see in a files source: plants that exist, columns that fit, rules that mean something. */
export function checkFilesSource(estate: EstateFile, source: FilesSourceConfig, at: string, say: Say): void {
  for (const [, name] of source.folder.matchAll(/\$\{(\w+)\}/g))
    if (!process.env[name as string])
      say(`${at}.folder`, `"${source.folder}" needs the environment variable ${name}; set it to a folder`)
  if (source.format !== 'csv' && source.delimiter !== undefined)
    say(`${at}.delimiter`, `"${source.delimiter}" has no meaning in ${source.format}; remove it, or use csv`)
  if (source.mode === 'delta' && source.replaces === 'all')
    say(`${at}.replaces`, '"all" has no meaning in mode delta; remove it, or use mode snapshot')
  checkRowRules(
    estate,
    source,
    at,
    say,
    (source.format === 'csv' || source.format === 'tsv') && !source.header,
  )
}

import { checkRowRules, type Say } from './estate-rows-references.ts'
import type { EstateFile, FilesSourceConfig } from './estate-schema.ts'

/** What a schema can't see in a files source: plants that exist, columns that fit, rules that mean something. */
export function checkFilesSource(estate: EstateFile, source: FilesSourceConfig, at: string, say: Say): void {
  checkPlace(source, at, say)
  checkFormat(source, at, say)
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

function checkPlace({ folder, bucket }: FilesSourceConfig, at: string, say: Say): void {
  if ((folder === undefined) === (bucket === undefined))
    say(
      `${at}.folder`,
      `${folder === undefined ? 'is missing' : 'stands beside a bucket'}; expected a folder or a bucket`,
    )
  for (const [, name] of (folder ?? '').matchAll(/\$\{(\w+)\}/g))
    if (!process.env[name as string])
      say(`${at}.folder`, `"${folder}" needs the environment variable ${name}; set it to a folder`)
}

/** Settings of one format beside another mean that somebody expects something else than will be done. */
function checkFormat(source: FilesSourceConfig, at: string, say: Say): void {
  const { format } = source
  const isEdi = format === 'x12' || format === 'edifact'
  const only = (name: 'delimiter' | 'item' | 'records' | 'fixed', isMeant: boolean, instead: string) => {
    if (source[name] !== undefined && !isMeant)
      say(
        `${at}.${name}`,
        `${typeof source[name] === 'string' ? `"${source[name]}" ` : ''}has no meaning in ${format}; expected to be left out, or the format ${instead}`,
      )
  }
  only('delimiter', format === 'csv', 'csv')
  only('item', format === 'xml', 'xml')
  only('records', format === 'xml' || isEdi, 'xml, x12 or edifact')
  only('fixed', format === 'fixed', 'fixed')
  if (format === 'xml' && !source.item && !source.records)
    say(`${at}.item`, 'is missing; expected the path of the elements that are records, or `records`')
  if (isEdi && source.mode !== 'delta')
    say(
      `${at}.mode`,
      `"${source.mode}" has no meaning in ${format}, whose messages add and change; expected delta`,
    )
  if (format === 'fixed') checkFixed(source, `${at}.fixed`, say)
}

function checkFixed({ fixed, header }: FilesSourceConfig, at: string, say: Say): void {
  if (!fixed) {
    say(at, 'is missing; expected where the columns stand')
    return
  }
  if (!header)
    say(
      at.replace(/fixed$/, 'header'),
      'has no meaning in fixed; expected to be left out, and `skip` for the lines before the first',
    )
  const parts = [fixed.type, fixed.records, fixed.item]
  if (fixed.columns ? parts.some((part) => part !== undefined) : parts.some((part) => part === undefined)) {
    say(at, 'expected either columns, or type, records and item')
    return
  }
  if (fixed.item !== undefined && !fixed.records?.[fixed.item])
    say(
      `${at}.item`,
      `"${fixed.item}" is none of the records; expected one of ${Object.keys(fixed.records ?? {}).join(', ')}`,
    )
  for (const type of Object.keys(fixed.records ?? {}))
    if (type.length > (fixed.type?.length ?? 0))
      say(`${at}.records.${type}`, `is longer than a type; expected at most ${fixed.type?.length} characters`)
}

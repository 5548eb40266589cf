import { checkOdataSource } from './estate-odata-references.ts'
import type { CursorConfig, PullConfig } from './estate-pull-schema.ts'
import { checkRowRules, type Say } from './estate-rows-references.ts'
import type { EstateFile, PulledSourceConfig } from './estate-schema.ts'
import { checkSqlSource } from './estate-sql-references.ts'

/** What a schema can't see in a source that we fetch records from. */
export function checkPulledSource(
  estate: EstateFile,
  source: Exclude<PulledSourceConfig, { kind: 'files' }>,
  at: string,
  say: Say,
): void {
  checkRowRules(estate, source, at, say)
  checkCursor(source, source.cursor, at, say)
  if (source.kind === 'sql') checkSqlSource(estate, source, at, say)
  if (source.kind === 'rest') {
    const names = Object.entries(source.query).flatMap(([name, value]) =>
      value.includes('{cursor}') ? [name] : [],
    )
    if (names.length > 0 && !source.cursor)
      say(`${at}.query.${names[0]}`, 'goes on from a cursor, but the source names none; expected `cursor`')
    if (source.cursor && names.length === 0 && source.mode === 'delta')
      say(`${at}.query`, 'does not say from where to go on; expected a parameter with {cursor} in it')
  }
  if (source.kind === 'odata') checkOdataSource(source, at, say)
}

function checkCursor(source: PullConfig, cursor: CursorConfig | undefined, at: string, say: Say): void {
  if (source.full !== undefined && source.mode === 'snapshot')
    say(`${at}.full`, 'has no meaning in mode snapshot, which fetches everything each time; remove it')
  if (source.watermark === 'newest' && cursor?.type !== 'moment')
    say(`${at}.watermark`, '"newest" needs a cursor that is a moment; expected `cursor`, or polled')
  if (cursor?.type === 'moment' && cursor.initial !== undefined && Number.isNaN(Date.parse(cursor.initial)))
    say(`${at}.cursor.initial`, `"${cursor.initial}" is no moment; expected one such as 2026-01-31T08:00:00Z`)
}

import type { CursorConfig } from '../../../server/core/estate-pull-schema.ts'
import { SourceError } from './failure.ts'

/** How far a source was read, by a field of its items. */
export type Newest = {
  /** Takes note of items. @throws SourceError where one lacks the field: it would never be fetched again */
  see(items: readonly unknown[]): void
  /** The newest value seen, as the source writes it; what was known before when nothing newer came. */
  value(): string
}

/** Where a fetch begins: of moments a little before the newest, for what was stamped before it could be seen. */
export function startOf(config: CursorConfig, kept: string): string {
  if (kept === '') return config.initial ?? ''
  if (config.type !== 'moment') return kept
  const at = parseMoment(kept)
  return new Date(at - config.overlap).toISOString()
}

const zoneless = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?$/

/** The moment that a source has written; one without a zone as if it were UTC, wherever we run. */
export const parseMoment = (text: string): number =>
  Date.parse(zoneless.test(text) && text.length > 10 ? `${text.replace(' ', 'T')}Z` : text)

/** How far a moment without a zone may be from the one that it means. */
export const zoneDoubt = (text: string): number => (zoneless.test(text) ? 14 * 3_600_000 : 0)

/** Follows the newest value of the cursor's field from what is known. */
export function followNewest(config: CursorConfig, kept: string): Newest {
  let newest = kept
  const path = config.field.split('.')
  return {
    value: () => newest,
    see: (items) => {
      for (const item of items) {
        const found = path.reduce<unknown>(
          (value, name) => (value as Record<string, unknown> | undefined)?.[name],
          item,
        )
        if (found === undefined || found === null || typeof found === 'object')
          throw new SourceError(
            'cursor_missing',
            `An item has no "${config.field}", by which the source is followed`,
            {
              mend: 'Name another field as its cursor, or read it as a snapshot',
            },
          )
        const text = String(found)
        if (config.type === 'moment' && Number.isNaN(parseMoment(text)))
          throw new SourceError(
            'cursor_unreadable',
            `"${config.field}" is "${text.slice(0, 60)}", which is no moment`,
            {
              mend: 'Say `type: number` or `type: text` of the cursor, or name another field',
            },
          )
        if (newest === '' || isAfter(config.type, text, newest)) newest = text
      }
    },
  }
}

function isAfter(type: CursorConfig['type'], text: string, other: string): boolean {
  if (type === 'text') return text > other
  if (type === 'number') return compareDigits(text, other) > 0
  const [a, b] = [parseMoment(text), parseMoment(other)]
  // what stands behind the millisecond
  return a === b ? text > other : a > b
}

/** Whole numbers of any length. */
function compareDigits(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b))
    return a.length === b.length ? (a > b ? 1 : a < b ? -1 : 0) : a.length - b.length
  return Number(a) - Number(b)
}

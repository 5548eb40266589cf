import { parse, stringify } from 'lossless-json'

/** Of a name that stands twice the last counts, as everywhere. */
const lastCounts = { onDuplicateKey: ({ newValue }: { newValue: unknown }) => newValue }

/**
 * What a JSON text says, its numbers as they are written: an identifier of twenty digits or an amount to the sixth place
 * comes out again as it went in. Undefined where it is no JSON.
 */
export function readExactly(text: string): unknown {
  try {
    return parse(text, null, lastCounts)
  } catch {
    return undefined
  }
}

/** The text of what was read exactly, in one line, or indented by so many spaces. */
export const writeExactly = (value: unknown, indent?: number): string => stringify(value, null, indent) ?? ''

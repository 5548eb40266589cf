/** A key of several parts, by their names. */
export type NamedKey = Record<string, string>

/** A key that a message names, as one text, which tells it from others: of several parts by their names in order. */
export function writeKey(key: unknown): string {
  if (typeof key !== 'object' || key === null) return String(key)
  const parts = Object.entries(key).map(([name, value]): [string, string] => [name, String(value)])
  return JSON.stringify(Object.fromEntries(parts.sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** What was written: one value, or several parts. */
export function readKey(text: string): string | NamedKey {
  if (!text.startsWith('{"')) return text
  try {
    return JSON.parse(text) as NamedKey
  } catch {
    return text
  }
}

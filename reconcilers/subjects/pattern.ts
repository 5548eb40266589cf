/** What matches nothing at all, in the engine's regular expressions. */
const nothing = '[^\\x00-\\x{10FFFF}]'

/** A text as a regular expression of the engine that means just it. */
const literal = (text: string) => text.replace(/[\\^$.|?*+()[\]{}-]/g, '\\$&')

/** The ways in which a value may be written: plain, within JSON with or without letters beyond ASCII, in an address, in SQL. */
function writingsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const escaped = json.replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const sql = value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  const address = encodeURIComponent(value)
  return [...new Set([value, json, escaped, sql, address, address.replaceAll('%20', '+')])]
}

/**
 * A regular expression of the engine that finds values in texts, however they are written; in case or out of it. Two
 * groups stand for what is before and behind, and is kept.
 */
export const personPattern = (values: readonly string[]): string =>
  values.length === 0 ? nothing : `(?i)()(?:${values.flatMap(writingsOf).map(literal).join('|')})()`

/** The shortest key that is looked for in texts: a shorter one stands for too much else. */
export const shortestMentioned = 4

/** The same for keys: exactly as they are written, and not as a part of another word. */
export function keyPattern(keys: readonly string[]): string {
  const long = keys.filter((key) => key.length >= shortestMentioned)
  if (long.length === 0) return nothing
  // behind \n or \t of JSON a word begins
  return `(^|[^\\p{L}\\p{N}]|\\\\[nrtbf])(?:${long.flatMap(writingsOf).map(literal).join('|')})($|[^\\p{L}\\p{N}])`
}

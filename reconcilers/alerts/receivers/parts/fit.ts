/**
 * Text fit for a message: without what moves a cursor, reverses the reading or is half a character. Line ends stay.
 */
export function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\p{Control}\u202A-\u202E\u2066-\u2069\u2028\u2029\uFEFF]/gu, (sign) =>
      sign === '\n' ? sign : ' ',
    )
}

/** The same on one line. */
export const oneLine = (text: string): string => tidy(text).replace(/\s+/g, ' ').trim()

/**
 * Text in at most `max` characters of its written form, whole characters only; where something had to go it says how
 * much. `write` is how a character is written there, such as `&lt;` for `<`.
 */
export function fitText(text: string, max: number, write: (part: string) => string = (part) => part): string {
  // the start is all that can be kept: a text of megabytes costs no more than one that is just too long
  const start = tidy(text.slice(0, max + 2))
  const whole = text.length <= max + 2 ? write(start) : undefined
  if (whole !== undefined && whole.length <= max) return whole
  const note = (left: number) => `… (${left} characters left out)`
  const room = max - note(text.length).length
  let kept = ''
  let taken = 0
  for (const character of start) {
    const next = write(character)
    if (kept.length + next.length > room) break
    kept += next
    taken += character.length
  }
  return room > 0 ? kept + note(text.length - taken) : '…'.slice(0, max)
}

/**
 * The longest message of at most `bytes` bytes, with as many of the items as fit, at most `most`; `build` is told how
 * many are left out, and must stay below the limit with one.
 */
export function fitItems<Item>(
  items: readonly Item[],
  most: number,
  bytes: number,
  build: (shown: readonly Item[], leftOut: number) => object,
): string {
  let count = Math.min(items.length, most)
  for (;;) {
    const text = JSON.stringify(build(items.slice(0, count), items.length - count))
    const size = Buffer.byteLength(text)
    if (size <= bytes || count <= 1) return text
    count = Math.max(1, Math.min(count - 1, Math.floor((count * bytes) / size)))
  }
}

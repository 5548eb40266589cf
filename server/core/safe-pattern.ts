/** The longest text a pattern is held against; what is longer does not match. */
export const longestMatched = 256

/** How many ways to match a text may have to be tried: a fraction of a second. */
const mostWays = 2 ** 24

/**
 * Why a pattern may not be held against what strangers send, as what was expected; undefined when it may. A repetition
 * within a repetition, or a choice within one, can take longer than the universe lasts on a short text.
 */
export function describeUnsafe(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u')
  } catch (error) {
    return `a regular expression: ${(error as Error).message.replace(/^.*\/u: /, '')}`
  }
  // per group that is open, and the whole: its alternatives, and whether it may match in more than one way
  const groups = [{ choices: 1, isLoose: false }]
  // one that isn't held to the start is tried at every place
  let ways = pattern.startsWith('^') ? 1 : longestMatched
  for (let at = 0; at < pattern.length; ) {
    const group = groups.at(-1) as (typeof groups)[number]
    const char = pattern[at]
    if (char === '(') {
      groups.push({ choices: 1, isLoose: false })
      at += lengthOfOpening(pattern, at)
      continue
    }
    at += lengthOfAtom(pattern, at)
    if (char === '|') {
      Object.assign(group, { choices: group.choices + 1, isLoose: true })
      continue
    }
    const isGroup = char === ')'
    if (isGroup) {
      ways *= group.choices
      groups.pop()
    }
    const repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(at))?.[0] ?? ''
    at += repeat.length
    const { least, most } = readRepeat(repeat)
    if (isGroup && group.isLoose && most > 1)
      return 'a pattern without a repetition or a choice inside a repeated group'
    ways *= most - least + 1
    const outer = groups.at(-1) as (typeof groups)[number]
    if (most !== least || (isGroup && group.isLoose)) outer.isLoose = true
  }
  ways *= (groups[0] as (typeof groups)[number]).choices
  return ways > mostWays
    ? 'a pattern that begins with ^ and has three repetitions of open length at most'
    : undefined
}

/** How often something may come; without an end it is as often as a text is long. */
function readRepeat(repeat: string): { least: number; most: number } {
  if (repeat === '') return { least: 1, most: 1 }
  if (repeat.startsWith('?')) return { least: 0, most: 1 }
  if (repeat.startsWith('*')) return { least: 0, most: longestMatched - 1 }
  if (repeat.startsWith('+')) return { least: 1, most: longestMatched }
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(repeat) as RegExpExecArray
  const from = Number(least)
  if (!comma) return { least: from, most: from }
  return { least: from, most: most ? Number(most) : Math.max(from, longestMatched) }
}

/** `(`, `(?:`, `(?=`, `(?!`, `(?<=`, `(?<!` or `(?<name>`. */
const lengthOfOpening = (pattern: string, at: number): number =>
  (/^\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/.exec(pattern.slice(at)) as RegExpExecArray)[0].length

/** A character, an escape, or a class with all that is in it. */
const lengthOfAtom = (pattern: string, at: number): number =>
  (
    /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|k<[^>]*>|.)|.)/su.exec(
      pattern.slice(at),
    ) as RegExpExecArray
  )[0].length

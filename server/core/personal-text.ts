import { type FieldRule, stepsOf } from './personal-fields.ts'
import { type MaskForms, maskOf } from './personal-forms.ts'

const token = /"(?:[^"\\]|\\[\s\S])*"?|[{}[\],:]|\s+|[^\s{}[\],:"]+/g

type Level = { isObject: boolean; path: string[]; mask: string | undefined }

/**
 * JSON with masks in the place of what is personal. Everything else is copied, not read: an identifier of twenty digits
 * stays as it is, and a text that was cut off is as good as a whole one.
 */
export function maskJson(text: string, ruleOf: FieldRule, maskLeaf: MaskForms): string {
  const levels: Level[] = [{ isObject: false, path: [], mask: undefined }]
  let key: string | undefined
  let out = ''
  const placeOf = (level: Level) => {
    const path = level.isObject && key !== undefined ? [...level.path, ...stepsOf(key)] : level.path
    return { path, mask: ruleOf(path) ?? level.mask }
  }
  let awaitsKey = false
  for (const [found] of text.matchAll(token)) {
    const level = levels.at(-1) as Level
    if (/^\s/.test(found) || found === ':') out += found
    else if (found === '{' || found === '[') {
      levels.push({ isObject: found === '{', ...placeOf(level) })
      awaitsKey = found === '{'
      out += found
    } else if (found === '}' || found === ']') {
      if (levels.length > 1) levels.pop()
      awaitsKey = false
      out += found
    } else if (found === ',') {
      awaitsKey = level.isObject
      out += found
    } else if (awaitsKey && found.startsWith('"')) {
      key = decode(found) ?? ''
      const masked = maskLeaf(key)
      out += masked === key ? found : JSON.stringify(masked)
      awaitsKey = false
    } else {
      const { path, mask } = placeOf(level)
      out += maskValue(found, mask && isNothing(found) ? undefined : mask, path)
    }
  }
  return out

  function maskValue(found: string, mask: string | undefined, path: string[]): string {
    if (mask) return JSON.stringify(mask)
    const value = decode(found)
    // the last string of a text that was cut off can't be judged
    if (value === undefined)
      return found.startsWith('"') ? JSON.stringify(maskOf('cut off')) : maskLeaf(found)
    const masked = maskWords(value, (inner) => ruleOf([...path, ...inner]), maskLeaf)
    return masked === value ? found : JSON.stringify(masked)
  }
}

/** A text with masks, and those of the JSON that stands in it or at its end. */
export function maskWords(text: string, ruleOf: FieldRule, maskLeaf: MaskForms): string {
  const json = startOfJson(text)
  if (json < 0) return maskLeaf(text)
  return maskLeaf(text.slice(0, json)) + maskJson(text.slice(json), ruleOf, maskLeaf)
}

/** Where an object or a list begins in a text; -1 where none does. Words may stand before it. */
const startOfJson = (text: string): number => text.search(/^\s*[{[]\s*["{[\]}\d-]|[{[]\s*["{[]/)

const isNothing = (found: string) =>
  found === 'null' || found === '""' || found === 'true' || found === 'false'

/** The text of a string or of a number; undefined of a string that does not end. */
function decode(found: string): string | undefined {
  if (!found.startsWith('"')) return found
  try {
    return JSON.parse(found) as string
  } catch {
    // control characters are not JSON and yet sent
    return found.length > 1 && found.endsWith('"') ? found.slice(1, -1) : undefined
  }
}

/** A unified diff of JSON: which fields differ stays to be seen, what they hold does not. */
export const maskDiff = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      if (/^(@@|---|\+\+\+|===|Index:|\\)/.test(line) || /^[ +-]?\s*[{}[\],]*$/.test(line)) return line
      const [, start, value, comma] = /^([ +-]?\s*(?:"(?:[^"\\]|\\.)*": )?)(.*?)(,?)$/.exec(
        line,
      ) as RegExpExecArray
      return /^[{[][\]}]?$/.test(value as string)
        ? line
        : `${start}${JSON.stringify(maskOf('value'))}${comma}`
    })
    .join('\n')

export const isDiff = (text: string): boolean => /^@@ -\d+/m.test(text)

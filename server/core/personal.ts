import type { PersonalConfig } from './estate-personal-schema.ts'
import { createFieldRule, stepsOf } from './personal-fields.ts'
import { type MaskForms, maskKnown, maskOwn } from './personal-forms.ts'
import { isDiff, maskDiff, maskWords } from './personal-text.ts'

/** Takes what is about people out of what is told. */
export type Redactor = {
  /** Any value as JSON has them; what holds nothing personal comes back as it is. */
  mask(value: unknown): unknown
  /** A text that is no message itself, such as a table. */
  maskText: MaskForms
}

/** Properties that hold what senders wrote, under the names they gave it. */
const given = new Set(['attributes', 'resource', 'values', 'data', 'payload'])
/** Our own decimals and moments: an estate's pattern for numbers must not take them for somebody's. */
const ours = /^-?\d+(\.\d+)?$|^\d{4}-\d\d-\d\dT[\d:.]+Z$/
/** What an event may be packed in, and nobody looks into here. */
const sealed = ['data_base64']
/** What a rule was broken by is named by its path first, and quoted then. */
const reason = /^([A-Za-z_][\w-]*(?:\[\d*\])?(?:\.[\w-]+(?:\[\d*\])?)*): /

/**
 * What the estate calls personal, by the name it stands under and by its form. Names fit wherever they stand; a text
 * that is a message, whole or cut off, is read like one.
 */
export function createRedactor({ fields, patterns }: PersonalConfig): Redactor {
  if (fields.length === 0 && patterns.length === 0)
    return { mask: (value) => value, maskText: (text) => text }
  const ruleOf = createFieldRule([...fields, ...sealed])
  const known = maskKnown(patterns)
  const own = maskOwn(patterns)
  const maskLeaf: MaskForms = (text) => own(known(text))

  const maskString = (text: string, path: string[], isGiven: boolean): string => {
    if (text === '') return text
    if (isDiff(text)) return maskDiff(text)
    const at = reason.exec(text)?.[1]
    const place = at ? stepsOf(at) : path
    // whatever it quotes is what stood there
    const mask = at && below(place)
    if (mask) return known(text.replace(/("|found ).*$/s, mask))
    if (!isGiven && ours.test(text)) return known(text)
    return known(maskWords(text, (inner) => ruleOf([...place, ...inner]), maskLeaf))
  }
  const below = (path: string[]): string | undefined =>
    path.map((_, end) => ruleOf(path.slice(0, end + 1))).find((mask) => mask !== undefined)

  const mask = (value: unknown, path: string[], isGiven: boolean, inherited?: string): unknown => {
    if (
      inherited &&
      value !== null &&
      value !== '' &&
      typeof value !== 'object' &&
      typeof value !== 'boolean'
    )
      return inherited
    if (typeof value === 'string') return maskString(value, path, isGiven)
    if (Array.isArray(value)) return value.map((each) => mask(each, path, isGiven, inherited))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const { name } = value as { name?: unknown }
    // a column and its value
    const isPair = typeof name === 'string' && entries.length === 2 && 'value' in value
    return Object.fromEntries(
      entries.map(([key, each]) => {
        const inner = isPair && key === 'value' ? [...path, ...stepsOf(name)] : [...path, ...stepsOf(key)]
        const found = ruleOf(inner) ?? inherited
        return [maskLeaf(key), mask(each, inner, isGiven || isPair || given.has(key), found)]
      }),
    )
  }
  return { mask: (value) => mask(value, [], false), maskText: (text) => known(text) }
}

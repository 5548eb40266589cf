import type { z } from 'zod'
import type { EstateProblem } from './estate-references.ts'

/**
 * What the schema found, in words for the person who wrote the file: where, what stands there, what was expected.
 * One problem per setting; `raw` is the file as written, `schema` what it was held against.
 */
export function describeIssues(issues: z.core.$ZodIssue[], raw: unknown, schema: z.ZodType): EstateProblem[] {
  return issues.flatMap((issue) => describeIssue(issue, raw, schema))
}

function describeIssue(issue: z.core.$ZodIssue, raw: unknown, schema: z.ZodType): EstateProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => describeUnknown(issue.path, key, raw, schema))
  if (issue.code === 'invalid_union') {
    // of a value that may be written in several ways, the way that was meant is the one of which it has the type
    const isList = Array.isArray(valueAt(raw, issue.path))
    const meant = issue.errors.find(
      (way) =>
        !way.some(
          (inner) =>
            inner.path.length === 0 &&
            (inner.code === 'invalid_type' || (isList && inner.code === 'invalid_value')),
        ),
    )
    if (meant) return meant.flatMap((inner) => describeIssue(nest(issue.path, inner), raw, schema))
  }
  return [
    { path: writePath(issue.path), message: `${describeGiven(issue, raw)}; expected ${expectedOf(issue)}` },
  ]
}

const nest = (path: PropertyKey[], inner: z.core.$ZodIssue): z.core.$ZodIssue => ({
  ...inner,
  path: [...path, ...inner.path],
})

function describeUnknown(path: PropertyKey[], key: string, raw: unknown, schema: z.ZodType): EstateProblem {
  const known = knownKeys(schema, raw, path)
  const near = known.find((name) => distance(name, key) <= Math.max(1, Math.floor(key.length / 4)))
  const given = `${writeValue(valueAt(raw, [...path, key]))} is set, but "${key}" is not a setting here`
  const names = known.length > 0 ? `; expected one of ${known.join(', ')}` : ''
  return {
    path: writePath([...path, key]),
    message: near ? `${given}; did you mean ${near}?` : `${given}${names}`,
  }
}

function describeGiven(issue: z.core.$ZodIssue, raw: unknown): string {
  const value = valueAt(raw, issue.path)
  if (issue.code === 'invalid_key') return `"${String(issue.path.at(-1))}" does not fit`
  if (value === undefined) return 'is missing'
  if (value === null || value === '') return 'is empty'
  if (Array.isArray(value) && issue.code === 'too_small')
    return `has ${value.length || 'no'} ${plural(value.length, 'entry', 'entries')}`
  return `${writeValue(value)} does not fit`
}

const types: Record<string, string> = {
  string: 'text; put it in quotes if it looks like a number, a date or yes/no',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, each entry after a "-"',
  object: 'settings, as name: value',
  record: 'settings, as name: value',
}

function expectedOf(issue: z.core.$ZodIssue): string {
  // a message of the schema's own says it best
  if (!/^(Invalid |Too (small|big)|Unrecognized )/.test(issue.message)) return issue.message
  if (issue.code === 'invalid_type') return types[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(writeChoice).join(', ')}`
  if (issue.code === 'invalid_key') return issue.issues.map(expectedOf).join(', ')
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return [...new Set(issue.errors.flatMap((way) => way.map(expectedOf)))].join(', or ')
  if (issue.code === 'invalid_union' && 'options' in issue)
    return `one of ${(issue.options as string[]).join(', ')}`
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const side = issue.code === 'too_small' ? 'at least' : 'at most'
    const limit = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum)
    if (issue.origin === 'string')
      return `${issue.exact ? 'exactly' : side} ${limit} ${plural(limit, 'character', 'characters')}`
    if (issue.origin === 'array') return `${side} ${limit} ${plural(limit, 'entry', 'entries')}`
    return `${side} ${limit}`
  }
  return issue.message.replace(/^Invalid (input|string): (expected )?/, '')
}

const writeChoice = (choice: unknown) => (/^\w/.test(String(choice)) ? String(choice) : writeValue(choice))
const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

/** A value as it may be quoted in a message: short, on one line. */
function writeValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** "plants[1].time_zone"; "(the file)" for the whole. */
export function writePath(path: PropertyKey[]): string {
  if (path.length === 0) return '(the file)'
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  )
}

function valueAt(raw: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part],
    raw,
  )
}

/** The settings a place of the file may have, from the schema itself. */
function knownKeys(schema: z.ZodType, raw: unknown, path: PropertyKey[]): string[] {
  let here: z.ZodType | undefined = unwrap(schema, raw)
  path.forEach((part, index) => {
    here = here && unwrap(step(here, part), valueAt(raw, path.slice(0, index + 1)))
  })
  const definition = definitionOf(here)
  if (definition?.type === 'object') return Object.keys(definition.shape ?? {})
  const keys = definitionOf(definition?.keyType)?.entries
  return keys ? Object.keys(keys) : []
}

type Definition = {
  type: string
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  valueType?: z.ZodType
  keyType?: z.ZodType
  innerType?: z.ZodType
  in?: z.ZodType
  options?: z.ZodType[]
  discriminator?: string
  values?: unknown[]
  entries?: Record<string, string>
}
const definitionOf = (schema: z.ZodType | undefined) => schema?._zod.def as unknown as Definition | undefined

const step = (schema: z.ZodType, part: PropertyKey): z.ZodType | undefined => {
  const definition = definitionOf(schema)
  return definition?.element ?? definition?.valueType ?? definition?.shape?.[String(part)]
}

/** Sees through optional, default and transform; of a union takes the member that fits a value with settings. */
function unwrap(schema: z.ZodType | undefined, value: unknown): z.ZodType | undefined {
  const definition = definitionOf(schema)
  const inner = definition?.innerType ?? definition?.in
  if (inner) return unwrap(inner, value)
  if (!definition?.options) return schema
  const members = definition.options.map((option) => unwrap(option, value))
  const name = definition.discriminator
  return members.find((member) => {
    const shape = definitionOf(member)?.shape
    return shape && (!name || definitionOf(shape[name])?.values?.includes(valueAt(value, [name])))
  })
}

/** How many letters have to be added, removed or changed to make one word of the other. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
    row = next
  }
  return row[b.length] as number
}

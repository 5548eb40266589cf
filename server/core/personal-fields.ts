import { maskOf } from './personal-forms.ts'

/** What a datum at a path is shown as, when it is personal. */
export type FieldRule = (path: readonly string[]) => string | undefined

const plain = (name: string) => name.toLowerCase().replace(/[_-]|\[\d*\]/g, '')

/** A path of names; those of attributes have names within them, and rows of lists have none. */
export const stepsOf = (name: string): string[] => name.split('.').map(plain)

/**
 * Whether a place is personal: a rule fits where its names are the last of the path. `shipTo` is `ship_to`. All that
 * stands below it is personal too, so that `ship_to.*` and `ship_to` are the same: some send a text where others have more.
 */
export function createFieldRule(fields: readonly string[]): FieldRule {
  const rules = fields.map((field) => ({
    names: stepsOf(field.replace(/^\*\.|\.\*$/g, '')),
    mask: maskOf(kindOf(field)),
  }))
  return (path) =>
    rules.find(
      ({ names }) =>
        names.length <= path.length &&
        names.every((name, at) => name === '*' || name === path[path.length - names.length + at]),
    )?.mask
}

/** The kind is the last name the estate gives, never one that a sender chose. */
const kindOf = (field: string): string =>
  (
    field
      .split('.')
      .filter((name) => name !== '*')
      .at(-1) ?? 'datum'
  ).replaceAll('_', ' ')

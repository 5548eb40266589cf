/** The rules a message can break, in words that stay the same. */
export type Code =
  | 'field.missing'
  | 'field.type'
  | 'field.enum'
  | 'field.pattern'
  | 'field.length'
  | 'field.range'
  | 'field.unknown'
  | 'unit.missing'
  | 'unit.unknown'
  | 'unit.range'
  | 'time.future'
  | 'time.age'
  | 'time.zone'
  | 'version.unknown'
  | 'version.retired'
  | 'version.deprecated'
  | 'source.unknown'
  | 'plant.unknown'
  | 'plant.unserved'
  | 'trace.malformed'

/** What speaks against a message: every reason in words, and beside it the code of the rule that is broken. */
export class Reasons {
  readonly texts: string[] = []
  readonly codes: Code[] = []
  #said: Set<string> | undefined

  /** Adds `path: text`. What the model and a contract both say of one place is said once. */
  add(code: Code, path: string, text: string): void {
    this.#said ??= new Set()
    const name = `${code} ${path}`
    if (this.#said.has(name)) return
    this.#said.add(name)
    this.codes.push(code)
    this.texts.push(`${path}: ${text}`)
  }
}

/** What must exist elsewhere: where it is named, its entity and its key. */
export type Reference = { path: string; entity: string; value: string }

/** What is found in one message. Deviations are `code path`, with [] for every row, so that there are few of them. */
export type Findings = { reasons: Reasons; deviations: Set<string>; refs: Reference[] }

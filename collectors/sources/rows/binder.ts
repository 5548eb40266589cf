import type { Params, ParamValue } from '../../../sql/store.ts'

/** Gathers the values of a statement as typed parameters, so that nothing from an estate or a file becomes SQL. */
export type Binder = {
  /** The placeholder of a value; the same value and type share one. */
  bind(value: ParamValue, type: string): string
  text(value: string): string
  texts(values: string[]): string
  params: Params
}

/** Makes an empty binder; its names can't collide with those a statement uses itself. */
export function createBinder(): Binder {
  const params: Params = {}
  const known = new Map<string, string>()
  const bind = (value: ParamValue, type: string) => {
    const same = `${type} ${JSON.stringify(value)}`
    const name = known.get(same) ?? `v${known.size}`
    known.set(same, name)
    params[name] = value
    return `{${name}:${type}}`
  }
  return {
    params,
    bind,
    text: (value) => bind(value, 'String'),
    texts: (values) => bind(values, 'Array(String)'),
  }
}

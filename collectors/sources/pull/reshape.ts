import jsonata from 'jsonata'
import { describeError } from '../../../server/core/errors.ts'
import { SourceError } from './failure.ts'

/** What an expression finds in a value, and in what is named beside it; a sequence of results is a plain list. */
export type Ask = (value: unknown, beside?: Record<string, unknown>) => Promise<unknown>

/** So long one expression may work on one item: a loop without end must not stop everything. */
const mostMs = 5_000
const deepest = 500

/** Compiles an expression of JSONata; '' or none gives the value itself. `what` is its setting. */
export function compile(expression: string | undefined, what: string): Ask {
  if (!expression) return async (value) => value
  const compiled = jsonata(expression, { timeout: mostMs, stack: deepest } as never)
  return async (value, beside) => {
    try {
      return await compiled.evaluate(value, beside)
    } catch (error) {
      throw new SourceError(
        'expression_failed',
        `"${what}" could not be worked out: ${describeError(error)}`,
        {
          mend: '`plumbline try-source` shows what it is worked out on',
          cause: error,
        },
      )
    }
  }
}

/** Every item as the records it stands for. */
export function compileRecords(
  expression: string | undefined,
): (items: readonly unknown[]) => Promise<unknown[]> {
  const ask = compile(expression, 'records')
  if (!expression) return async (items) => [...items]
  return async (items) => {
    const records: unknown[] = []
    for (const item of items) records.push(...listOf(await ask(item)))
    return records
  }
}

/** A list as it is, nothing as an empty one, a single value as a list of it. */
export const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

import { parse } from 'lossless-json'
import { SourceError } from './failure.ts'

/**
 * Reads JSON that people's expressions work on: a number that a float holds as it is written is a number, any other is
 * its digits as text, so that no amount and no identifier changes on its way.
 * @throws SourceError `not_json` with where it breaks
 */
export function readJson(text: string): unknown {
  try {
    return parse(text, null, {
      parseNumber: (digits) => (/^-?(0|[1-9]\d{0,14})$/.test(digits) ? Number(digits) : digits),
      // of a name that stands twice the last counts, as everywhere
      onDuplicateKey: ({ newValue }) => newValue,
    })
  } catch (error) {
    throw new SourceError('not_json', `The answer is no JSON: ${(error as Error).message.slice(0, 200)}`, {
      mend: text.trimStart().startsWith('<')
        ? 'It looks like XML or a page for people: see that the address is that of the API'
        : 'See what the address answers',
      cause: error,
    })
  }
}

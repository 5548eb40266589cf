import type { EstateFile } from './estate-schema.ts'
import { lineStatuses, stockTypes } from './model.ts'

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

const meanings: Partial<Record<string, readonly string[]>> = { stock_type: stockTypes, status: lineStatuses }

/** Codes belong to a system, are explained once, and stand for what the checks know. */
export function checkCodes(estate: EstateFile, known: Known, say: Say): void {
  const systems = estate.systems.map((system) => system.system)
  const explained = new Map<string, string>()
  estate.codes.forEach(({ system, column, values }, index) => {
    const at = `codes[${index}]`
    known(`${at}.system`, system, systems, 'a system')
    const other = explained.get(`${system} ${column}`)
    if (other)
      say(`${at}.column`, `"${column}" of ${system} is already explained at ${other}; expected another`)
    else explained.set(`${system} ${column}`, at)
    const expected = meanings[column]
    for (const [code, meaning] of Object.entries(values))
      if (expected && !expected.includes(meaning))
        say(`${at}.values.${code}`, `"${meaning}" does not fit; expected one of ${expected.join(', ')}`)
  })
}

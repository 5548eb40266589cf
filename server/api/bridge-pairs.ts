import { compareDecimals, negateDecimal as negate, sumDecimals } from '../core/decimal.ts'

/** Documents that share a reference, and what they move from the left side's value to the right side's. */
export type BridgeRow = {
  part: string
  ref: string
  left_moved: string
  right_moved: string
  moved: string
  first_at: string
  is_young: boolean
  documents: {
    system: string
    number: string
    says: string
    quantity: string
    at: string
    event_id: string
    trace_id: string
  }[]
}

/**
 * Lays documents of the two sides together that share no reference, within a part: what came belongs to the oldest that
 * was sent. What remains of each is a line, newest first; together they still add up to the same.
 */
export function pairOldest(rows: BridgeRow[]): BridgeRow[] {
  const open = [...rows].reverse().map((row) => ({ ...row, documents: [...row.documents] }))
  for (const sent of open)
    for (const came of open) {
      if (came.part !== sent.part || !isBelow(sent.moved) || !isBelow(negate(came.moved))) continue
      const rest = sumDecimals([sent.moved, came.moved])
      const isAll = isBelow(rest)
      const taken = isAll ? came.moved : negate(sent.moved)
      sent.moved = isAll ? rest : '0'
      came.moved = isAll ? '0' : rest
      sent.right_moved = sumDecimals([sent.right_moved, taken])
      came.left_moved = sumDecimals([came.left_moved, taken])
      const [sentDocuments, cameDocuments] = [sent.documents, came.documents]
      sent.documents = [...sentDocuments, ...cameDocuments]
      came.documents = [...sentDocuments, ...cameDocuments]
    }
  return open.filter(({ moved }) => moved !== '0').reverse()
}

const isBelow = (decimal: string) => compareDecimals(decimal, '0') < 0

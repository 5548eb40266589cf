import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import { SourceError } from '../pull/failure.ts'
import { follow } from '../rest/paging.ts'
import type { OdataAnswer } from './answer.ts'
import { type Fitted, pathOf } from './fit.ts'
import { type Ask, setAddress } from './query.ts'
import type { Question } from './questions.ts'
import { cursorTypeOf, cursorValue, writeLiteral, type Zones } from './values.ts'

/** Asks for one address; counts requests and refuses one that was asked for before. */
export type Get = (url: URL) => Promise<OdataAnswer>

/** The pages of a question, in whichever way the source pages. */
export async function* readPages(
  source: OdataSourceConfig,
  fitted: Fitted,
  zones: Zones,
  question: Question,
  withCount: boolean,
  get: Get,
): AsyncGenerator<OdataAnswer> {
  const paging = source.paging ?? (fitted.version === 2 ? 'keyset' : 'server')
  const orderBy = [...new Set([question.field, ...fitted.key])]
  const literal = (value: string) => writeLiteral(fitted.version, question.type, value, zones)
  const start: Ask = {
    where: question.where,
    orderBy,
    withCount,
  }
  if (paging === 'server') {
    yield* readLinked(setAddress(source, fitted, start), get)
    return
  }
  // where pages go on by the field that was asked for, the last value says it all
  const onward = question.where.filter((condition) => !condition.startsWith(`${question.field} ge `))
  let ask: Ask = { ...start, top: source.page_size }
  let taken = 0
  let opened = ''
  // items that share the last value: the next page begins at them, so they are left out by number
  const tie: Tie = { written: '', count: 0, last: '', isSorted: true }
  for (;;) {
    let got = 0
    let opening = ''
    for await (const answer of readLinked(setAddress(source, fitted, ask), get)) {
      if (got === 0 && answer.rows > 0) opening = JSON.stringify(answer.items[0])
      got += answer.rows
      if (paging === 'keyset') noteTie(tie, answer.items, question, literal, zones)
      yield answer
    }
    // more than was asked for is all there is, from a service that does not know $top
    if (got !== source.page_size) return
    if (opening === opened)
      throw new SourceError('paging_loops', 'The service gives the same page again, whatever $skip says', {
        mend: 'Say `paging: server`',
      })
    opened = opening
    taken += got
    ask =
      paging === 'skip'
        ? { ...start, top: source.page_size, skip: taken, withCount: false }
        : { where: [...onward, goOn(tie, question.field)], orderBy, top: source.page_size, skip: tie.count }
  }
}

async function* readLinked(first: URL, get: Get): AsyncGenerator<OdataAnswer> {
  let url: URL | undefined = first
  while (url) {
    const answer: OdataAnswer = await get(url)
    url = answer.next === undefined ? undefined : follow(url, answer.next)
    yield answer
  }
}

/** The last value of a page, how many items share it, and whether all came in its order. */
type Tie = { written: string; count: number; last: string; isSorted: boolean }

function noteTie(
  tie: Tie,
  items: OdataAnswer['items'],
  question: Question,
  write: (value: string) => string,
  zones: Zones,
) {
  const kind = cursorTypeOf(question.type)
  for (const item of items) {
    const value = valueAt(item, question.field)
    if (value === undefined || value === null) continue
    const plain = cursorValue(value, zones)
    // by whose order a service sorts text only it knows
    if (kind === 'moment' && Date.parse(plain) < Date.parse(tie.last)) tie.isSorted = false
    if (kind === 'number' && Number(plain) < Number(tie.last)) tie.isSorted = false
    tie.last = plain
    const written = write(plain)
    tie.count = written === tie.written ? tie.count + 1 : 1
    tie.written = written
  }
}

/** From where pages go on after a tie. @throws SourceError where that would leave something out */
function goOn(tie: Tie, field: string): string {
  if (tie.isSorted && tie.written !== '') return `${field} ge ${tie.written}`
  throw new SourceError(
    'not_sorted',
    tie.isSorted
      ? `No item has a "${field}", by which pages go on`
      : `The service does not sort by "${field}"`,
    { mend: 'Say `paging: skip`, or follow it by another field' },
  )
}

/** What stands at a path of an item. */
export const valueAt = (item: Record<string, unknown>, path: string): unknown =>
  pathOf(path)
    .split('/')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], item)

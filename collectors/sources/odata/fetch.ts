import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import type { HttpClient } from '../http/client.ts'
import { SourceError } from '../pull/failure.ts'
import type { Fetcher, Page } from '../pull/fetcher.ts'
import { follow } from '../rest/paging.ts'
import { type OdataAnswer, readAnswer } from './answer.ts'
import { readDelta } from './delta.ts'
import { openDescription } from './description.ts'
import { setOf } from './fit.ts'
import type { EntityType } from './metadata.ts'
import { type Get, type Question, readPages } from './pages.ts'
import { writeHeaders } from './query.ts'
import { createStamp } from './stamp.ts'
import type { Zones } from './values.ts'

/** Before every moment that a system has stamped; asked for where what has no stamp is asked for by itself. */
const beginning = '1970-01-01T00:00:00Z'

/** Asks a set of OData page by page. */
export function createOdataFetcher(source: OdataSourceConfig, http: HttpClient, zones: Zones): Fetcher {
  const description = openDescription(source, http)
  let total: number | undefined

  /** Makes the way to ask: one fetch may make so many requests, and none of them twice. */
  const openGet = (version: 2 | 4, type: EntityType): Get => {
    const headers = writeHeaders(source, version)
    const asked = new Set<string>()
    const get = async (url: URL, of: EntityType | undefined): Promise<OdataAnswer> => {
      refuseLoop(asked, url, source.limits.max_requests)
      const answer = await http.get(url, headers, ({ text }) => readAnswer(text, of, zones))
      for (const part of answer.more) await fill(part, url)
      return answer
    }
    /** Lists inside of items come in pages of their own. */
    const fill = async (part: OdataAnswer['more'][number], from: URL): Promise<void> => {
      let next: string | undefined = part.next
      while (next) {
        const answer: OdataAnswer = await get(follow(from, next), part.type)
        part.items.push(...answer.items)
        next = answer.next
      }
    }
    return (url) => get(url, type)
  }

  async function* read(from: string): AsyncGenerator<Page> {
    const fitted = await description.open()
    const get = openGet(fitted.version, fitted.type)
    const check = async (answer: OdataAnswer) => {
      await description.check(answer.items)
      return answer
    }
    if (source.changes === 'delta_link') {
      for await (const page of readDelta(source, fitted, from, async (url) => check(await get(url))))
        yield page
      return
    }
    const { cursor } = source
    const stamp = createStamp(source, zones)
    const isWhole =
      source.mode === 'snapshot' || (source.full !== undefined && from === (cursor?.initial ?? ''))
    const withCount = source.count && isWhole && !cursor?.or
    for (const question of questionsOf(from)) {
      const isLast = question.field === stamp.field
      for await (const answer of readPages(source, fitted, zones, { ...question, withCount }, get)) {
        total ??= withCount ? answer.count : undefined
        await check(answer)
        // what has a stamp of its own is asked for by it
        const items = question.isForEmpty ? answer.items.filter(stamp.isEmpty) : answer.items
        yield { items: items.map(stamp.put), isSafe: stamp.isSorted() && isLast && !cursor?.or }
      }
    }

    /** What is asked: by the cursor, or where there is none by the key; and what the cursor's field is empty of. */
    function questionsOf(since: string): (Omit<Question, 'withCount'> & { isForEmpty?: boolean })[] {
      if (!cursor || !fitted.cursor || source.mode === 'snapshot') {
        const field = fitted.key[0] as string
        return [{ field, type: fitted.keyType, from: '' }]
      }
      const main = { field: stamp.field, type: fitted.cursor.type, from: since }
      if (!cursor.or || !fitted.or) return [main]
      return [
        { field: cursor.or, type: fitted.or.type, from: since || beginning, isForEmpty: true },
        { ...main, from: since || beginning },
      ]
    }
  }

  return {
    what: setOf(source),
    async *fetch(from) {
      total = undefined
      description.begin()
      try {
        yield* read(from)
      } catch (error) {
        // what the service was when it was last looked at it may not be any more
        await description.explain(error)
        throw error
      }
    },
    total: () => total,
    close: () => http.close(),
  }
}

function refuseLoop(asked: Set<string>, url: URL, most: number): void {
  if (asked.size >= most)
    throw new SourceError('too_many_pages', `It still pages after ${most} requests`, {
      mend: 'Ask for larger pages, or raise limits.max_requests',
    })
  if (asked.has(url.href))
    throw new SourceError('paging_loops', `A page leads back to ${url.pathname}, which was read already`, {
      mend: 'Say `paging: keyset`, so that its links are not followed',
    })
  asked.add(url.href)
}

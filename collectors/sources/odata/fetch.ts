import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import type { HttpClient } from '../http/client.ts'
import { SourceError } from '../pull/failure.ts'
import type { Fetcher, Page } from '../pull/fetcher.ts'
import type { Tally } from '../pull/tally.ts'
import { follow } from '../rest/paging.ts'
import { type OdataAnswer, readAnswer } from './answer.ts'
import { readDelta } from './delta.ts'
import { openDescription } from './description.ts'
import { setOf } from './fit.ts'
import type { EntityType } from './metadata.ts'
import { readOne } from './one.ts'
import { type Get, readPages } from './pages.ts'
import { writeHeaders } from './query.ts'
import { askAll, askNewer } from './questions.ts'
import { createStamp } from './stamp.ts'
import type { Zones } from './values.ts'

/** No clock on a wall is further behind UTC. */
const clocksApartMs = 12 * 3_600_000

/** Asks a set of OData page by page. */
export function createOdataFetcher(
  source: OdataSourceConfig,
  http: HttpClient,
  zones: Zones,
  tally: () => Tally,
): Fetcher {
  const description = openDescription(source, http)
  let given = 0
  let isCounted = false

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
    const isWhole =
      source.mode === 'snapshot' || (source.full !== undefined && from === (cursor?.initial ?? ''))
    // when it began, by the source's own clock as far as that is known
    const unsure = zones.isSure || fitted.cursor?.type === 'Edm.DateTimeOffset' ? 0 : clocksApartMs
    const begun = Date.now() - unsure
    const stamp = createStamp(
      source,
      zones,
      isWhole ? () => begun + Math.min(0, tally().skew_ms ?? 0) : undefined,
    )
    const questions = isWhole ? askAll(source, fitted, zones) : askNewer(source, fitted, zones, from)
    const withCount = source.count && isWhole
    for (const question of questions) {
      const isInOrder = question.field === stamp.field && !cursor?.or
      let rows = 0
      let counted: number | undefined
      for await (const answer of readPages(source, fitted, zones, question, withCount, get)) {
        // the first answer counts them all
        if (withCount && rows === 0) counted ??= answer.count
        rows += answer.rows
        await check(answer)
        const items = question.isForEmpty ? answer.items.filter(stamp.isEmpty) : answer.items
        given += items.length
        yield { items: items.map(stamp.put), isSafe: isInOrder && stamp.isSorted() }
      }
      if (counted === undefined) continue
      isCounted = true
      // there may be more by the time the last page is given; fewer were left out
      if (rows < counted)
        throw new SourceError(
          'snapshot_torn',
          `It gave ${rows} of ${counted} items, so that what is missing can't be told from what is gone`,
          { mend: 'It is fetched again at the next poll' },
        )
    }
  }

  return {
    what: setOf(source),
    async *fetch(from) {
      given = 0
      isCounted = false
      description.begin()
      try {
        yield* read(from)
      } catch (error) {
        // what the service was when it was last looked at it may not be any more
        await description.explain(error)
        throw error
      }
    },
    one: async (key) => {
      try {
        const fitted = await description.open()
        return await readOne(source, fitted, zones, key, openGet(fitted.version, fitted.type))
      } catch (error) {
        await description.explain(error)
        throw error
      }
    },
    total: () => (isCounted ? given : undefined),
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

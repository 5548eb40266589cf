import type { RestSourceConfig } from '../../../server/core/estate-rest-schema.ts'
import type { HttpAnswer, HttpClient } from '../http/client.ts'
import { readJson } from '../pull/exact.ts'
import { SourceError } from '../pull/failure.ts'
import type { Fetcher } from '../pull/fetcher.ts'
import { compile } from '../pull/reshape.ts'
import { readXml } from '../pull/xml.ts'
import { readKey } from '../push/key.ts'
import { createPaging } from './paging.ts'

/** One answer, read: its items, and what its own words lead to. */
export type RestAnswer = { rows: number; items: unknown[]; body: unknown; headers: HttpAnswer['headers'] }

/** Asks a list of an API page by page. */
export function createRestFetcher(source: RestSourceConfig, http: HttpClient): Fetcher {
  const findItems = compile(source.items, 'items')
  const findTotal = source.total ? compile(source.total, 'total') : undefined
  const headers = {
    accept: source.format === 'xml' ? 'application/xml, text/xml' : 'application/json',
    ...source.headers,
  }
  let total: number | undefined

  const read = async (answer: HttpAnswer): Promise<RestAnswer> => {
    const body =
      answer.status === 204 ? [] : source.format === 'xml' ? readXml(answer.text) : readJson(answer.text)
    const found = await findItems(body)
    const items = found === undefined && source.items ? [] : found
    if (Array.isArray(items)) return { rows: items.length, items: [...items], body, headers: answer.headers }
    // of XML, and of a sequence of one, a single item is no list
    if (source.items && typeof items === 'object' && items !== null)
      return { rows: 1, items: [items], body, headers: answer.headers }
    throw new SourceError('no_list', `The answer is no list but ${describe(body)}`, {
      mend: 'Name where the list stands in it by `items`',
    })
  }

  /** One record: the answer itself, or where the list stands in it. */
  const readOne = async (answer: HttpAnswer) => {
    const body = source.format === 'xml' ? readXml(answer.text) : readJson(answer.text)
    const found = Array.isArray(body) ? body : ((await findItems(body)) ?? body)
    const items = Array.isArray(found) ? [...found] : [found]
    return { rows: items.length, items }
  }

  return {
    what: new URL(source.url).pathname.split('/').filter(Boolean).at(-1) ?? 'list',
    async *fetch(from) {
      const paging = createPaging(source.paging)
      total = undefined
      let url: URL | undefined = paging.first(writeUrl(source, from))
      for (let requests = 1; url; requests++) {
        if (requests > source.limits.max_requests)
          throw new SourceError(
            'too_many_pages',
            `It still pages after ${source.limits.max_requests} requests`,
            {
              mend: 'See that its paging is named right, ask for larger pages, or raise limits.max_requests',
            },
          )
        const answer: RestAnswer = await http.get(url, headers, read)
        const said = await findTotal?.(answer.body)
        if (said !== undefined && said !== null) total = Number(said)
        yield { items: answer.items, isSafe: source.cursor?.sorted ?? false }
        url = await paging.next(url, answer)
      }
    },
    ...(source.one !== undefined && {
      one: async (key: string) => {
        if (typeof readKey(key) === 'object')
          throw new SourceError('key_unfit', `${key.slice(0, 100)} has several parts; {key} stands for one`, {
            mend: 'Let `notify.key` give the text that stands in the address',
          })
        const url = new URL((source.one as string).replaceAll(/\{key\}|%7Bkey%7D/gi, encodeURIComponent(key)))
        const answer = await http.get(url, headers, readOne).catch((error) => {
          // what is gone says nothing of itself; the next full fetch deletes it
          if (error instanceof SourceError && error.code === 'not_found') return { rows: 0, items: [] }
          throw error
        })
        return answer.items
      },
    }),
    total: () => total,
    close: () => http.close(),
  }
}

/** The address of the first page: {cursor} stands for where to go on; a parameter with it is left out where there is none. */
function writeUrl(source: RestSourceConfig, from: string): URL {
  const url = new URL(source.url)
  for (const [name, value] of Object.entries(source.query)) {
    if (from === '' && value.includes('{cursor}')) continue
    url.searchParams.set(name, value.replaceAll('{cursor}', writeCursor(source.cursor, from)))
  }
  return url
}

function writeCursor(cursor: RestSourceConfig['cursor'], from: string): string {
  if (cursor?.type !== 'moment' || cursor.written === 'iso') return from
  const at = Date.parse(from)
  return String(cursor.written === 'epoch_s' ? Math.floor(at / 1000) : at)
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)?.slice(0, 60) ?? 'nothing'
  return `an object of ${Object.keys(value).slice(0, 8).join(', ')}`
}

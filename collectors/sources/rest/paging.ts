import type { Paging } from '../../../server/core/estate-rest-schema.ts'
import { SourceError } from '../pull/failure.ts'
import { compile } from '../pull/reshape.ts'
import type { RestAnswer } from './fetch.ts'

/** How one answer leads to the next. */
export type Pager = {
  first(url: URL): URL
  /** The address of the next page; undefined after the last. */
  next(url: URL, answer: RestAnswer): Promise<URL | undefined>
}

/** Makes the pager of a fetch; a page that leads back to one that was asked for already ends it with an error. */
export function createPaging(paging: Paging): Pager {
  const asked = new Set<string>()
  const way = ways[paging.by](paging as never)
  const note = (url: URL) => {
    if (asked.has(url.href))
      throw new SourceError(
        'paging_loops',
        `A page leads back to ${url.pathname}${url.search.slice(0, 100)}, which was read already`,
        {
          mend: 'See that its paging is named right',
        },
      )
    asked.add(url.href)
    return url
  }
  return {
    first: (url) => note(way.first(url)),
    next: async (url, answer) => {
      const next = await way.next(url, answer)
      return next && note(next)
    },
  }
}

const withParameters = (url: URL, parameters: Record<string, string | number>): URL => {
  const made = new URL(url)
  for (const [name, value] of Object.entries(parameters)) made.searchParams.set(name, String(value))
  return made
}

/** An address that an answer names: credentials go to no other server than the one that was named. */
export function follow(url: URL, to: string): URL {
  const next = URL.canParse(to, url) ? new URL(to, url) : undefined
  if (next?.origin !== url.origin)
    throw new SourceError(
      'next_elsewhere',
      `The next page is said to be at ${(next?.origin ?? to).slice(0, 100)}, another server than ${url.origin}`,
      {
        mend: 'Name the address that it calls itself by as `url`',
      },
    )
  return next
}

type Way<By extends Paging['by']> = (paging: Extract<Paging, { by: By }>) => Pager

const ways: { [By in Paging['by']]: Way<By> } = {
  none: () => ({ first: (url) => url, next: async () => undefined }),
  page: ({ page, first, limit, size }) => ({
    first: (url) => withParameters(url, { [page]: first, [limit]: size }),
    next: async (url, { items }) =>
      items.length < size
        ? undefined
        : withParameters(url, { [page]: Number(url.searchParams.get(page)) + 1 }),
  }),
  offset: ({ offset, limit, size }) => ({
    first: (url) => withParameters(url, { [offset]: 0, [limit]: size }),
    next: async (url, { items }) =>
      items.length < size
        ? undefined
        : withParameters(url, { [offset]: Number(url.searchParams.get(offset)) + items.length }),
  }),
  cursor: ({ next, cursor, limit, size }) => {
    const find = compile(next, 'paging.next')
    return {
      first: (url) => (limit && size ? withParameters(url, { [limit]: size }) : url),
      next: async (url, { body }) => {
        const token = await find(body)
        return isGiven(token) ? withParameters(url, { [cursor]: String(token) }) : undefined
      },
    }
  },
  link: () => ({
    first: (url) => url,
    next: async (url, { headers }) => {
      const to = readLink(headers.get('link') ?? '')
      return to === undefined ? undefined : follow(url, to)
    },
  }),
  next: ({ next }) => {
    const find = compile(next, 'paging.next')
    return {
      first: (url) => url,
      next: async (url, { body }) => {
        const to = await find(body)
        return isGiven(to) ? follow(url, String(to)) : undefined
      },
    }
  },
  keyset: ({ field, after, limit, size }) => ({
    first: (url) => withParameters(url, { [limit]: size }),
    next: async (url, { items }) => {
      if (items.length < size) return undefined
      const last = field
        .split('.')
        .reduce<unknown>(
          (value, name) => (value as Record<string, unknown> | undefined)?.[name],
          items.at(-1),
        )
      if (!isGiven(last))
        throw new SourceError('key_missing', `The last item of a page has no "${field}", by which it goes on`)
      return withParameters(url, { [after]: String(last) })
    },
  }),
}

const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '' && value !== false

/** The address of rel="next" in a header Link (RFC 8288). */
export function readLink(header: string): string | undefined {
  for (const [, to, parameters] of header.matchAll(/<([^>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)/g))
    if (/;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(;|$)/i.test(parameters ?? '')) return to
  return undefined
}

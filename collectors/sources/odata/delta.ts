import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Page } from '../pull/fetcher.ts'
import { follow } from '../rest/paging.ts'
import type { Fitted } from './fit.ts'
import type { Get } from './pages.ts'
import { setAddress } from './query.ts'
import { putStamp } from './stamp.ts'

/** A link is kept with when it was given before it: cursors are told apart by which is greater. */
const writeCursor = (link: string) => `${String(Date.now()).padStart(15, '0')} ${link}`
const linkOf = (cursor: string) => cursor.slice(cursor.indexOf(' ') + 1)

/**
 * What has changed since the service gave a link, or everything with a first link where there is none. A link that the
 * service no longer knows is as good as none. No page but the last is a place from which to go on.
 */
export async function* readDelta(
  source: OdataSourceConfig,
  fitted: Fitted,
  from: string,
  get: Get,
): AsyncGenerator<Page> {
  const root = new URL(source.url)
  let url: URL | undefined = from === '' ? setAddress(source, fitted, {}) : follow(root, linkOf(from))
  let isFirst = from !== ''
  let held: Record<string, unknown>[] = []
  let cursor = ''
  while (url) {
    const here: URL = url
    const answer = await get(here).catch((error: unknown) => {
      const isForgotten = error instanceof SourceError && ['refused', 'not_found'].includes(error.code)
      if (isFirst && isForgotten) return undefined
      throw error
    })
    isFirst = false
    if (!answer) {
      url = setAddress(source, fitted, {})
      continue
    }
    if (answer.items.length > 0) {
      if (held.length > 0) yield { items: held.map((item) => putStamp(item, '')), isSafe: false }
      held = answer.items
    }
    if (answer.delta !== undefined) cursor = writeCursor(follow(here, answer.delta).href)
    url = answer.next === undefined ? undefined : follow(here, answer.next)
  }
  if (cursor === '')
    throw new SourceError('no_delta_link', 'The service gives no delta link', {
      mend: 'It does not track changes of this set: follow it by a cursor',
    })
  if (held.length > 0) yield { items: held.map((item) => putStamp(item, cursor)), isSafe: true }
}

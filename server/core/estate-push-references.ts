import type { NotifyConfig } from './estate-push-schema.ts'
import { checkRowRules, type Say } from './estate-rows-references.ts'
import type { EstateFile, PushedSourceConfig, SourceConfig } from './estate-schema.ts'
import { isLoopback } from './settings.ts'

/** What a schema can't see in a source that sends to us. */
export function checkPushedSource(
  estate: EstateFile,
  source: PushedSourceConfig,
  at: string,
  say: Say,
): void {
  const isMapped = Object.keys(source.states).length + source.events.length > 0
  const notify = 'notify' in source ? source.notify : undefined
  // what only names keys maps nothing itself
  if (isMapped || !notify) checkRowRules(estate, source, at, say)
  if (notify) checkNotify(estate, notify, `${at}.notify`, say)
  if (source.kind !== 'webhook') return
  if (!source.verify && !isLoopback(process.env.HOST || '127.0.0.1'))
    say(
      `${at}.verify`,
      `is missing; expected hmac, standard or token, since others can reach ${process.env.HOST}`,
    )
  if (notify && notify.key === undefined)
    say(`${at}.notify.key`, 'is missing; expected where the key stands in a body, such as data.SalesOrder')
  if (source.preset && source.format !== 'json')
    say(`${at}.format`, `"${source.format}" does not fit; expected json, which ${source.preset} is`)
}

function checkNotify(estate: EstateFile, notify: Partial<NotifyConfig>, at: string, say: Say): void {
  const named = estate.sources.find((source) => source.source === notify.source)
  const isAble = (source: SourceConfig) =>
    source.kind === 'odata' || ('one' in source && source.one !== undefined)
  if (named && isAble(named)) return
  const able = estate.sources.filter(isAble).map(({ source }) => source)
  say(
    `${at}.source`,
    `"${notify.source}" can't be asked for one key; expected ${able.length > 0 ? `one of ${able.join(', ')}` : 'an odata source, or a rest source that says `one`, the address of one key'}`,
  )
}

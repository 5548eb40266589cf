import { readJson } from '../pull/exact.ts'
import { SourceError } from '../pull/failure.ts'
import type { EntityType } from './metadata.ts'
import { plainValue, type Zones } from './values.ts'

type Item = Record<string, unknown>

/** One answer: items as plain values, and what it says of others. */
export type OdataAnswer = {
  rows: number
  items: Item[]
  next: string | undefined
  delta: string | undefined
  count: number | undefined
  /** lists inside of items that go on elsewhere */
  more: { items: Item[]; next: string; type: EntityType | undefined }[]
}

/**
 * Reads an answer of either version: `d.results`, `d`, `value`. What the protocol says of items (`__metadata`,
 * `@odata.…`) is no part of them; a navigation that was not followed is none either.
 * @throws SourceError `not_json`, `refused` where an error came with a good status, `no_list`
 */
export function readAnswer(text: string, type: EntityType | undefined, zones: Zones): OdataAnswer {
  const body = readJson(text) as Item | undefined
  const error = body?.error as { message?: unknown } | undefined
  if (error)
    throw new SourceError(
      'refused',
      `The answer is an error: ${JSON.stringify(error.message ?? error).slice(0, 300)}`,
    )
  const d = body?.d as Item | unknown[] | undefined
  const holder = (Array.isArray(d) || d === undefined ? body : d) as Item
  const list = Array.isArray(d) ? d : (holder?.results ?? holder?.value)
  if (!Array.isArray(list))
    throw new SourceError('no_list', `The answer is no list of OData but ${describe(body)}`, {
      mend: 'See that `set` names a set, and `url` the root of its service',
    })
  const more: OdataAnswer['more'] = []
  const items = list.map((item) => readItem(item as Item, type, zones, more))
  const said = holder.__count ?? holder['@odata.count'] ?? holder['@count']
  return {
    rows: items.length,
    items,
    next: linkOf(holder.__next ?? holder['@odata.nextLink'] ?? holder['@nextLink']),
    delta: linkOf(holder['@odata.deltaLink'] ?? holder['@deltaLink'] ?? holder.__delta),
    count: said === undefined ? undefined : Number(said),
    more,
  }
}

const linkOf = (link: unknown) => (typeof link === 'string' && link !== '' ? link : undefined)

function readItem(item: Item, type: EntityType | undefined, zones: Zones, more: OdataAnswer['more']): Item {
  const plain: Item = {}
  const removed = readRemoved(item, type)
  if (removed) return removed
  for (const [name, value] of Object.entries(item)) {
    if (name === '__metadata' || name.includes('@')) continue
    const found = readProperty(name, value, type, zones, more)
    if (found !== undefined) plain[name] = found
  }
  for (const [name, next] of Object.entries(item)) {
    const nested = /^([^@]+)@(?:odata\.)?nextLink$/.exec(name)?.[1]
    const list = nested === undefined ? undefined : plain[nested]
    if (nested !== undefined && Array.isArray(list) && typeof next === 'string')
      more.push({ items: list as Item[], next, type: type?.navigations.get(nested)?.target() })
  }
  return plain
}

function readProperty(
  name: string,
  value: unknown,
  type: EntityType | undefined,
  zones: Zones,
  more: OdataAnswer['more'],
): unknown {
  if (value === null || typeof value !== 'object')
    return plainValue(value, type?.properties.get(name)?.type, zones)
  const target = type?.navigations.get(name)?.target()
  const inner = (each: unknown) =>
    each !== null && typeof each === 'object'
      ? readItem(each as Item, target, zones, more)
      : plainValue(each, undefined, zones)
  if (Array.isArray(value)) return value.map(inner)
  const held = value as Item
  if (Array.isArray(held.results)) {
    const items = held.results.map(inner)
    const next = linkOf(held.__next)
    if (next) more.push({ items: items as Item[], next, type: target })
    return items
  }
  // of one that was not followed there is an address only
  if (held.__deferred !== undefined) return undefined
  return inner(held)
}

/**
 * What a delta tells of an item that is gone: its key, and `@removed`. Numbers it can't have any more are 0, so that a
 * row which must have them can say that it is deleted.
 */
function readRemoved(item: Item, type: EntityType | undefined): Item | undefined {
  const isGone =
    item['@removed'] !== undefined || String(item['@odata.context'] ?? '').endsWith('/$deletedEntity')
  if (!isGone) return undefined
  const plain: Item = { '@removed': 'true' }
  for (const { name, type: edm } of type?.properties.values() ?? [])
    if (/^Edm\.(S?Byte|Int16|Int32|Int64|Decimal|Double|Single)$/.test(edm)) plain[name] = '0'
  for (const [name, value] of Object.entries(item)) if (type?.properties.has(name)) plain[name] = value
  return { ...plain, ...readKey(String(item['@odata.id'] ?? item['@id'] ?? item.id ?? ''), type) }
}

/** Set('4711') or Set(Order='4711',Line=10): the parts of a key, by their names. */
function readKey(address: string, type: EntityType | undefined): Item {
  const inside = /\(([^()]*(?:'[^']*'[^()]*)*)\)\/?$/.exec(decode(address))?.[1]
  if (inside === undefined || !type) return {}
  const parts = [...inside.matchAll(/(?:([\p{L}_][\p{L}\p{N}_]*)=)?('(?:[^']|'')*'|[^',]+)/gu)]
  return Object.fromEntries(
    parts.map(([, name, value = ''], index) => [
      name ?? type.key[index] ?? 'id',
      value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value,
    ]),
  )
}

function decode(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)?.slice(0, 60) ?? 'nothing'
  return `an object of ${Object.keys(value).slice(0, 8).join(', ')}`
}

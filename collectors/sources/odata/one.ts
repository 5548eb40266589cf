import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import { SourceError } from '../pull/failure.ts'
import { type NamedKey, readKey } from '../push/key.ts'
import { type Fitted, pathOf, setOf } from './fit.ts'
import { findProperty } from './metadata.ts'
import { type Get, readPages } from './pages.ts'
import { writeLiteral, type Zones } from './values.ts'

/**
 * The items of one key that was named to us, as the source's own question of them: the same fields, what is expanded,
 * and the source's own filter beside it. Asked by $filter rather than by the key's address: so a key may be a part of the
 * set's, such as an order of a set of items, and what is gone is an empty list in V2 and V4 alike.
 * @throws SourceError `key_unfit` where the key is none of the set
 */
export async function readOne(
  source: OdataSourceConfig,
  fitted: Fitted,
  zones: Zones,
  key: string,
  get: Get,
): Promise<unknown[]> {
  const where = writeKey(source, fitted, zones, key)
  const question = { field: fitted.key[0] as string, type: fitted.keyType, where, isForEmpty: false }
  const items: unknown[] = []
  for await (const answer of readPages(source, fitted, zones, question, false, get))
    items.push(...answer.items)
  return items
}

/** A key as conditions of $filter, each value a literal of its property's own type. */
function writeKey(source: OdataSourceConfig, fitted: Fitted, zones: Zones, key: string): string[] {
  const names = source.one ?? fitted.type.key
  const said = readKey(key)
  const parts: NamedKey = typeof said === 'object' ? said : { [names[0] as string]: said }
  if (typeof said === 'string' && names.length !== 1)
    throw new SourceError(
      'key_unfit',
      `"${said}" is one value, but ${setOf(source)} has the key ${names.join(', ')}`,
      {
        mend: `Let \`notify.key\` give { ${names.join(', ')} }, or name by \`one\` of the source which of them it is`,
      },
    )
  return Object.entries(parts).map(([name, value]) => {
    const path = pathOf(name)
    const found = findProperty(fitted.type, path)
    if ('missing' in found || found.navigations.length > 0)
      throw new SourceError('key_unfit', `${fitted.type.name} has no "${name}", by which a key is named`, {
        mend: `Let \`notify.key\` name ${names.join(', ')}`,
      })
    return `${path} eq ${literalOf(fitted, found.property, value, zones)}`
  })
}

function literalOf(
  fitted: Fitted,
  property: { name: string; type: string },
  value: string,
  zones: Zones,
): string {
  try {
    return writeLiteral(fitted.version, property.type, value, zones)
  } catch (error) {
    throw new SourceError(
      'key_unfit',
      `"${value.slice(0, 60)}" is no ${property.type}, which ${property.name} is`,
      {
        cause: error,
        mend: 'See that `notify.key` names where the key stands in a message',
      },
    )
  }
}

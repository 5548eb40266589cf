import { distance } from '../../../server/core/estate-issues.ts'
import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import { SourceError } from '../pull/failure.ts'
import { rowRules } from '../pull/pull.ts'
import { listColumns } from '../rows/texts.ts'
import { type EntityType, findProperty, type Metadata, type Property } from './metadata.ts'
import { cursorTypeOf } from './values.ts'

/** What a source asks for, once it is known to be there. */
export type Fitted = {
  version: 2 | 4
  type: EntityType
  /** what items are ordered by, beside the cursor */
  key: string[]
  keyType: string
  cursor: Property | undefined
  /** the cursor's second field, for where the first is empty */
  or: Property | undefined
  /** first steps of paths that an answer must have somewhere */
  expected: string[]
}

/**
 * Holds the settings of a source against what the service says of itself.
 * @throws SourceError `set_unknown`, `field_unknown`, `field_unfit`: what does not exist, and what does instead
 */
export function fitSettings(source: OdataSourceConfig, metadata: Metadata): Fitted {
  const version = source.version ?? metadata.version
  const type = metadata.sets.get(setOf(source))
  if (!type)
    throw new SourceError('set_unknown', `The service has no set "${setOf(source)}"`, {
      mend: suggest(setOf(source), [...metadata.sets.keys()]),
    })
  if (source.changes === 'delta_link' && version === 2)
    throw new SourceError('field_unfit', 'changes: delta_link is not of V2, which the service speaks', {
      mend: 'Follow it by a cursor',
    })
  for (const path of source.expand) checkExpand(type, path)
  const property = (path: string, setting: string) => needProperty(source, type, path, setting)
  for (const [index, path] of (source.select ?? []).entries()) property(path, `select[${index}]`)
  for (const path of source.one ?? []) property(path, 'one')
  const key = source.key ?? type.key
  const keys = key.map((path, index) => property(path, `key[${index}]`))
  if (key.length === 0)
    throw new SourceError('field_unfit', `"${setOf(source)}" has no key by which items could be ordered`, {
      mend: 'Name what tells them apart as `key`',
    })
  const { cursor } = source
  const mapped = source.records ? [] : mappedPaths(source, type, key)
  const field = cursor && needCursor(source, property(pathOf(cursor.field), 'cursor.field'), 'cursor.field')
  const or = cursor?.or ? needCursor(source, property(cursor.or, 'cursor.or'), 'cursor.or') : undefined
  const expected = [...key, ...(cursor ? [pathOf(cursor.field)] : []), ...(source.select ?? []), ...mapped]
  return {
    version,
    type,
    key,
    keyType: keys[0]?.type ?? 'Edm.String',
    cursor: field,
    or,
    expected: [...new Set(expected.map((path) => path.split('/')[0] as string))],
  }
}

/** A set may lie inside of something: companies(…)/salesOrders. */
export const setOf = (source: Pick<OdataSourceConfig, 'set'>): string =>
  source.set.split('/').at(-1) as string

/** Paths of OData have slashes; whoever writes points, as in mappings, means the same. */
export const pathOf = (field: string): string => field.replaceAll('.', '/')

function checkExpand(type: EntityType, path: string): void {
  let here: EntityType | undefined = type
  for (const step of (path.split('(')[0] as string).split('/')) {
    const next: { target(): EntityType | undefined } | undefined = here?.navigations.get(step)
    if (!next)
      throw new SourceError('field_unknown', `expand: ${here?.name} has no navigation "${step}"`, {
        mend: suggest(step, [...(here?.navigations.keys() ?? [])]),
      })
    here = next.target()
  }
}

function needProperty(source: OdataSourceConfig, type: EntityType, path: string, setting: string): Property {
  const found = findProperty(type, path)
  if ('missing' in found)
    throw new SourceError('field_unknown', `${setting}: ${found.of} has no "${found.missing}"`, {
      mend: suggest(found.missing, found.known),
    })
  const way = found.navigations.join('/')
  const isExpanded = source.expand.some((each) => {
    const to = each.split('(')[0] as string
    return to === way || to.startsWith(`${way}/`)
  })
  if (way && !isExpanded)
    throw new SourceError(
      'field_unfit',
      `${setting}: "${path}" lies behind "${way}", which is not expanded`,
      {
        mend: `Name ${way} in \`expand\``,
      },
    )
  return found.property
}

/** A service may say of a property that it stands in answers only. */
function needCursor(source: OdataSourceConfig, property: Property, setting: string): Property {
  if (!property.isFilterable && source.mode === 'delta')
    throw new SourceError('field_unfit', `${setting}: the service does not filter by "${property.name}"`, {
      mend: 'Name another field, or read it as a snapshot',
    })
  const kind = cursorTypeOf(property.type)
  const said = source.cursor?.type
  if (said !== kind && !(said === 'text' && kind === 'number'))
    throw new SourceError(
      'field_unfit',
      `${setting}: "${property.name}" is of ${property.type}, not a ${said}`,
      {
        mend:
          kind === 'text' && said === 'moment'
            ? 'Say `type: text` of the cursor'
            : `Say \`type: ${kind}\` of the cursor`,
      },
    )
  return property
}

/** The columns that rows are made of, where they are items themselves. */
function mappedPaths(source: OdataSourceConfig, type: EntityType, key: string[]): string[] {
  // the key and the cursor are asked for anyway
  const asked = [...key, pathOf(source.cursor?.field ?? ''), source.cursor?.or ?? '']
  const selected = source.select && new Set([...source.select, ...asked])
  return listColumns(rowRules(source)).map((column) => {
    const path = column.replace(/\[\d+\]/g, '').replaceAll('.', '/')
    if (path === '@removed') return type.key[0] as string
    needProperty(source, type, path, `the mapping of "${column}"`)
    if (selected && !selected.has(path))
      throw new SourceError('field_unfit', `The mapping reads "${column}", which is not asked for`, {
        mend: `Name ${path} in \`select\``,
      })
    return path
  })
}

const mostNamed = 12

/** What exists instead: the nearest name, or all of a few. */
function suggest(name: string, known: string[]): string {
  const lower = name.toLowerCase()
  const ranked = known
    .map((each) => ({ each, far: distance(each.toLowerCase(), lower) }))
    .sort((a, b) => a.far - b.far)
  const near = ranked.filter(
    ({ each, far }) => far <= Math.max(2, name.length / 3) || each.toLowerCase().includes(lower),
  )
  if (near.length > 0)
    return `It has ${near
      .slice(0, 3)
      .map(({ each }) => each)
      .join(', ')}`
  if (known.length === 0) return 'It has none'
  const more = known.length > mostNamed ? ` and ${known.length - mostNamed} more` : ''
  return `It has ${known.slice(0, mostNamed).join(', ')}${more}`
}

import { SourceError } from '../pull/failure.ts'
import { listOf } from '../pull/reshape.ts'
import { readXml } from '../pull/xml.ts'

/** What a service says of itself in $metadata, as far as we read it. */
export type Metadata = {
  version: 2 | 4
  /** name of a set → its type */
  sets: Map<string, EntityType>
}
export type Property = {
  name: string
  /** Edm.String, Edm.DateTime, … */
  type: string
  /** what SAP says of properties that stand in an answer only */
  isFilterable: boolean
  isSortable: boolean
}
export type EntityType = {
  name: string
  key: string[]
  properties: Map<string, Property>
  navigations: Map<string, { isMany: boolean; target(): EntityType | undefined }>
}

type Element = Record<string, unknown>
const all = (parent: unknown, name: string): Element[] =>
  listOf((parent as Element | undefined)?.[name]).filter(
    (each): each is Element => typeof each === 'object' && each !== null,
  )
const text = (element: Element | undefined, name: string) => String(element?.[`@${name}`] ?? '')

/**
 * Reads $metadata of V2 (also V3, which differs in nothing we read) or V4.
 * @throws SourceError `no_metadata` when it is something else
 */
export function readMetadata(xml: string): Metadata {
  const edmx = (readXml(xml) as Element | undefined)?.Edmx as Element | undefined
  const services = all(edmx, 'DataServices')[0]
  if (!edmx || !services)
    throw new SourceError('no_metadata', '$metadata is not the description of an OData service', {
      mend: 'See that `url` is the root of the service',
    })
  const schemas = all(services, 'Schema')
  const version = text(edmx, 'Version').startsWith('4') ? 4 : 2
  const types = new Map<string, EntityType>()
  const ends = readEnds(schemas)
  const declared = schemas.flatMap((schema) =>
    [...all(schema, 'EntityType'), ...all(schema, 'ComplexType')].map((element) => ({ schema, element })),
  )
  const bases = new Map<EntityType, string>()
  for (const { schema, element } of declared) {
    const type = readType(element, (name) => types.get(name), ends)
    if (text(element, 'BaseType')) bases.set(type, text(element, 'BaseType'))
    for (const space of [text(schema, 'Namespace'), text(schema, 'Alias')])
      if (space) types.set(`${space}.${type.name}`, type)
  }
  for (const [type, base] of bases) inherit(type, types.get(base), bases, types)
  const sets = new Map<string, EntityType>()
  for (const container of schemas.flatMap((schema) => all(schema, 'EntityContainer')))
    for (const set of all(container, 'EntitySet')) {
      const type = types.get(text(set, 'EntityType'))
      if (type) sets.set(text(set, 'Name'), type)
    }
  return { version, sets }
}

type End = { type: string; isMany: boolean }

/** V2 says of a navigation which end of an association it leads to. */
function readEnds(schemas: Element[]): Map<string, End> {
  const ends = new Map<string, End>()
  for (const schema of schemas)
    for (const association of all(schema, 'Association'))
      for (const end of all(association, 'End'))
        for (const space of [text(schema, 'Namespace'), text(schema, 'Alias')])
          ends.set(`${space}.${text(association, 'Name')} ${text(end, 'Role')}`, {
            type: text(end, 'Type'),
            isMany: text(end, 'Multiplicity') === '*',
          })
  return ends
}

function readType(
  element: Element,
  find: (name: string) => EntityType | undefined,
  ends: Map<string, End>,
): EntityType {
  const properties = all(element, 'Property').map((property): [string, Property] => [
    text(property, 'Name'),
    {
      name: text(property, 'Name'),
      type: text(property, 'Type'),
      isFilterable: text(property, 'filterable') !== 'false',
      isSortable: text(property, 'sortable') !== 'false',
    },
  ])
  const navigations = all(element, 'NavigationProperty').map((navigation) => {
    const end = ends.get(`${text(navigation, 'Relationship')} ${text(navigation, 'ToRole')}`)
    const written = /^Collection\((.+)\)$/.exec(text(navigation, 'Type'))
    const type = end?.type ?? written?.[1] ?? text(navigation, 'Type')
    return [
      text(navigation, 'Name'),
      { isMany: end?.isMany ?? written !== null, target: () => find(type) },
    ] as const
  })
  return {
    name: text(element, 'Name'),
    key: all(all(element, 'Key')[0], 'PropertyRef').map((part) => text(part, 'Name')),
    properties: new Map(properties),
    navigations: new Map(navigations),
  }
}

function inherit(
  type: EntityType,
  base: EntityType | undefined,
  bases: Map<EntityType, string>,
  types: Map<string, EntityType>,
): void {
  if (!base || base === type) return
  const above = bases.get(base)
  if (above) {
    bases.delete(base)
    inherit(base, types.get(above), bases, types)
  }
  if (type.key.length === 0) type.key = base.key
  for (const [name, property] of base.properties)
    if (!type.properties.has(name)) type.properties.set(name, property)
  for (const [name, navigation] of base.navigations)
    if (!type.navigations.has(name)) type.navigations.set(name, navigation)
}

/** Where a path such as to_Item/Material leads from a type; undefined where it breaks, with what it could have been. */
export function findProperty(
  type: EntityType,
  path: string,
): { property: Property; navigations: string[] } | { missing: string; known: string[]; of: string } {
  const steps = path.split('/')
  const navigations: string[] = []
  let here = type
  for (const [index, step] of steps.entries()) {
    const property = here.properties.get(step)
    if (property) {
      // what stands in a complex value is not looked into further
      return { property, navigations }
    }
    const next = here.navigations.get(step)?.target()
    if (!next || index === steps.length - 1)
      return {
        missing: step,
        known: [...here.properties.keys(), ...(index < steps.length - 1 ? here.navigations.keys() : [])],
        of: here.name,
      }
    navigations.push(step)
    here = next
  }
  return { missing: path, known: [...type.properties.keys()], of: type.name }
}

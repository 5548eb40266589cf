/** A set of a service, as little of it as a test needs. `*` before the target of a navigation: it leads to many. */
export type SetShape = {
  key: string[]
  /** property → its type of Edm without the prefix; `!` behind it: the service does not filter by it */
  fields: Record<string, string>
  to?: Record<string, string>
}
export type Shapes = Record<string, SetShape>

const typeOf = (set: string) => `${set}Type`
const writeProperty =
  (key: string[]) =>
  ([name, type]: [string, string]) =>
    `<Property Name="${name}" Type="Edm.${type.replace('!', '')}"${key.includes(name) ? ' Nullable="false"' : ''}${
      type.startsWith('Decimal') ? ' Precision="16" Scale="3"' : ''
    }${type.endsWith('!') ? ' sap:filterable="false" sap:sortable="false"' : ''}/>`
const writeKey = (key: string[]) =>
  `<Key>${key.map((name) => `<PropertyRef Name="${name}"/>`).join('')}</Key>`
const navigationsOf = (shapes: Shapes) =>
  Object.entries(shapes).flatMap(([set, { to = {} }]) =>
    Object.entries(to).map(([name, target]) => ({
      set,
      name,
      isMany: target.startsWith('*'),
      target: target.replace('*', ''),
      shared: shapes[set]?.key.filter((each) => shapes[target.replace('*', '')]?.fields[each]) ?? [],
    })),
  )

/** $metadata of V2, as a gateway writes it. */
export function writeEdmx2(space: string, shapes: Shapes): string {
  const links = navigationsOf(shapes)
  const types = Object.entries(shapes).map(
    ([set, { key, fields }]) =>
      `<EntityType Name="${typeOf(set)}">${writeKey(key)}${Object.entries(fields).map(writeProperty(key)).join('')}${links
        .filter((link) => link.set === set)
        .map(
          ({ name }) =>
            `<NavigationProperty Name="${name}" Relationship="${space}.${set}_${name}" FromRole="From" ToRole="To"/>`,
        )
        .join('')}</EntityType>`,
  )
  const associations = links.map(
    ({ set, name, target, isMany, shared }) =>
      `<Association Name="${set}_${name}"><End Type="${space}.${typeOf(set)}" Multiplicity="1" Role="From"/><End Type="${space}.${typeOf(target)}" Multiplicity="${isMany ? '*' : '1'}" Role="To"/><ReferentialConstraint><Principal Role="From">${shared.map((each) => `<PropertyRef Name="${each}"/>`).join('')}</Principal><Dependent Role="To">${shared.map((each) => `<PropertyRef Name="${each}"/>`).join('')}</Dependent></ReferentialConstraint></Association>`,
  )
  const sets = Object.keys(shapes).map(
    (set) => `<EntitySet Name="${set}" EntityType="${space}.${typeOf(set)}"/>`,
  )
  const associationSets = links.map(
    ({ set, name, target }) =>
      `<AssociationSet Name="${set}_${name}Set" Association="${space}.${set}_${name}"><End EntitySet="${set}" Role="From"/><End EntitySet="${target}" Role="To"/></AssociationSet>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData"><edmx:DataServices m:DataServiceVersion="2.0"><Schema Namespace="${space}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">${types.join('')}${associations.join('')}<EntityContainer Name="${space}_Entities" m:IsDefaultEntityContainer="true">${sets.join('')}${associationSets.join('')}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`
}

/** $metadata of V4. */
export function writeEdmx4(space: string, shapes: Shapes): string {
  const links = navigationsOf(shapes)
  const types = Object.entries(shapes).map(
    ([set, { key, fields }]) =>
      `<EntityType Name="${typeOf(set)}">${writeKey(key)}${Object.entries(fields).map(writeProperty(key)).join('')}${links
        .filter((link) => link.set === set)
        .map(
          ({ name, target, isMany, shared }) =>
            `<NavigationProperty Name="${name}" Type="${isMany ? `Collection(${space}.${typeOf(target)})` : `${space}.${typeOf(target)}`}">${shared.map((each) => `<ReferentialConstraint Property="${each}" ReferencedProperty="${each}"/>`).join('')}</NavigationProperty>`,
        )
        .join('')}</EntityType>`,
  )
  const sets = Object.keys(shapes).map(
    (set) =>
      `<EntitySet Name="${set}" EntityType="${space}.${typeOf(set)}">${links
        .filter((link) => link.set === set)
        .map(({ name, target }) => `<NavigationPropertyBinding Path="${name}" Target="${target}"/>`)
        .join('')}</EntitySet>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices><Schema Namespace="${space}" xmlns="http://docs.oasis-open.org/odata/ns/edm">${types.join('')}<EntityContainer Name="Container">${sets.join('')}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`
}

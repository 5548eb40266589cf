import { type EntityName, entityNames, entityOf } from '../server/core/model.ts'

/** Where a check's statements find states: as they are, or as they were at a past cut. SQL. */
export type StateSource = (entity: EntityName) => string

export const currentStates: StateSource = (entity) => `${entity} FINAL`

/** The states as the loads up to {as_of:UInt64} made them, from every version ever loaded. */
export const pastStates: StateSource = (entity) =>
  `(SELECT * FROM ${entity}_log
    WHERE load_seq <= {as_of:UInt64} AND load_seq IN (SELECT load_seq FROM loads WHERE load_seq <= {as_of:UInt64})
    ORDER BY stamp DESC LIMIT 1 BY plant, system, ${entityOf(entity).key.join(', ')})`

/** A check's SQL names the states of an entity as `state(entity)`. */
export const placeStates = (sql: string, source: StateSource) =>
  sql.replace(/\bstate\((\w+)\)/g, (all, name: string) =>
    entityNames.includes(name as EntityName) ? source(name as EntityName) : all,
  )

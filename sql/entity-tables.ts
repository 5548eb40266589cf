import {
  type ColumnType,
  type Entity,
  type EntityName,
  entityNames,
  entityOf,
  statesPrice,
} from '../server/core/model.ts'

/**
 * The tables of the entities, made from the model so that a column is declared once.
 *
 *   <entity>_log  every version of every state, in the order it was loaded (`load_seq`)
 *   <entity>      the state at the last advanced cut: nobody but the reconciler writes it, by copying a sealed range
 *                 of the log, so two statements of one run never see different data
 */
const types: Record<ColumnType, string> = {
  key: 'String',
  code: 'LowCardinality(String)',
  text: 'String',
  decimal: 'Decimal(24, 6)',
  quantity: 'Decimal(24, 6)',
  price: 'Decimal(24, 6)',
  moment: "DateTime64(3, 'UTC')",
}

/** What every state carries besides its own columns. */
const envelope = `version UInt64,
  deleted Bool,
  occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  source LowCardinality(String),
  event_id String CODEC(ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  load_seq UInt64 CODEC(Delta, ZSTD(1))`

const columnsOf = (entity: Entity) =>
  Object.entries(entity.columns).map(([name, { type }]) => ({ name, type }))

/**
 * How many base units a price is for, from the factor of its unit and how many of that unit it is for; what is not said
 * is one. SQL.
 */
export const priceFactor = (unitFactor: string, per: string) =>
  `CAST(greatest(${unitFactor} * if(${per} > 0, ${per}, 1), 0.000001) AS Decimal(24, 6))`

/**
 * Column list of an incoming state: quantities as the system wrote them, the factor to the base unit beside; and that of
 * the unit a price is for, 0 where it is the same.
 */
export function incomingTuple(name: EntityName): string {
  const columns = columnsOf(entityOf(name)).map(
    (column) => `${column.name} ${types[column.type].replace('LowCardinality(String)', 'String')}`,
  )
  const factors = ['unit_factor', ...(statesPrice(entityOf(name)) ? ['price_unit_factor'] : [])]
  const more = [...factors.map((factor) => `${factor} Decimal(24, 6)`), 'version UInt64', 'deleted Bool']
  return `Array(Tuple(${[...columns, ...more].join(', ')}))`
}

/** SELECT expression of a column from a raw value `from`: keys normalised, quantities in base units. */
export function normaliseColumn(type: ColumnType, from: string, factor: string): string {
  // all-digit keys differ in leading zeros between systems: 10 is 000010
  if (type === 'key')
    return `if(match(${from}, '^0+[0-9]+$'), replaceRegexpOne(${from}, '^0+([0-9])', '\\\\1'), ${from})`
  if (type === 'quantity') return `CAST(${from} * ${factor} AS Decimal(24, 6))`
  return from
}

/** Of one version of a row the same content wins whatever arrives first: the version, then the content's hash. */
export function versionStamp(name: EntityName): string {
  const entity = entityOf(name)
  const columns = [...Object.keys(entity.columns), ...(statesPrice(entity) ? ['price_factor'] : [])]
  return `bitOr(bitShiftLeft(toUInt128(version), 64), toUInt128(cityHash64(${columns.join(', ')}, deleted)))`
}

/** The statements that make every entity's tables; idempotent, in order. */
export function entityStatements(): string[] {
  return entityNames.flatMap((name) => {
    const entity = entityOf(name)
    const list = columnsOf(entity).map((column) => `${column.name} ${types[column.type]}`)
    if (statesPrice(entity)) list.push('price_factor Decimal(24, 6) DEFAULT 1')
    const body = `plant LowCardinality(String),\n  system LowCardinality(String),\n  ${list.join(',\n  ')},\n  ${envelope},\n  stamp UInt128 DEFAULT ${versionStamp(name)}`
    return [
      `CREATE TABLE IF NOT EXISTS ${name}_log /*on cluster*/ (
  ${body}
) ENGINE = /*replicated*/MergeTree
PARTITION BY toYYYYMM(received_at) ORDER BY (load_seq, plant, system)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`,
      `CREATE TABLE IF NOT EXISTS ${name} /*on cluster*/ (
  ${body}
) ENGINE = /*replicated*/ReplacingMergeTree(stamp)
ORDER BY (plant, system, ${entity.key.join(', ')})
SETTINGS index_granularity = 1024`,
      // of stores from when states came by events_in as well
      `DROP VIEW IF EXISTS ${name}_mv /*on cluster*/`,
    ]
  })
}

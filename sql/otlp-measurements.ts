import { metricsStructure } from './otlp-format.ts'
import { firstNamed, isAfter, isBefore, type SpanNames } from './otlp-spans.ts'
import { attributeMaps } from './otlp-values.ts'
import type { FileLoad } from './store.ts'

const columns = (names: SpanNames): Record<string, string> => ({
  ts: "fromUnixTimestamp64Nano(toInt64(least(point.time_unix_nano, 9223372036854775807)), 'UTC')",
  started_at:
    "fromUnixTimestamp64Nano(toInt64(least(point.start_time_unix_nano, 9223372036854775807)), 'UTC')",
  plant: firstNamed(
    'attributes',
    'plant',
    names.plant,
    firstNamed('resource_map', 'plant', names.plant, "''"),
  ),
  system: firstNamed(
    'attributes',
    'system',
    names.system,
    firstNamed('resource_map', 'system', names.system, "''"),
  ),
  service: "resource_map['service.name']",
  name: 'name',
  unit: 'unit',
  kind: "CAST(if(is_sum, 'sum', 'gauge') AS Enum8('gauge' = 1, 'sum' = 2))",
  is_monotonic: 'is_monotonic',
  is_delta: 'is_delta',
  value: 'if(point.value = 6, toFloat64(point.as_int), point.as_double)',
  attributes: 'attributes',
  resource: 'CAST(toJSONString(resource_map) AS LowCardinality(String))',
  scope: 'scope',
  received_at: "fromUnixTimestamp64Milli(toInt64(received_ms), 'UTC')",
  load_seq: '{load_seq:UInt64}',
})

const carried = 'received_ms'
/** What the walk of the collector lets through, by the same rules. */
const isTaken = (moment: string) => `${moment} > 0 AND NOT ${isBefore(moment)} AND NOT ${isAfter(moment)}`

/** From a file of metrics requests to single measurements. A point without a value says only that there was none. */
const explode = (file: string) => `(
  SELECT *, maps[1] AS attributes, maps[2] AS resource_map
  FROM (
    SELECT *, ${attributeMaps('[point.attributes, resource_attributes]')} AS maps
    FROM (
      SELECT resource_attributes, scope, metric.name AS name, metric.unit AS unit,
        notEmpty(metric.sum.data_points) AS is_sum, is_sum AND metric.sum.is_monotonic != 0 AS is_monotonic, is_sum AND metric.sum.aggregation_temporality = 1 AS is_delta,
        arrayJoin(arrayConcat(metric.gauge.data_points, metric.sum.data_points)) AS point, ${carried}
      FROM (
        SELECT resource_attributes, CAST(scoped.scope.name AS LowCardinality(String)) AS scope, arrayJoin(scoped.metrics) AS metric, ${carried}
        FROM (
          SELECT one.resource.attributes AS resource_attributes, arrayJoin(one.scope_metrics) AS scoped, ${carried}
          FROM (SELECT arrayJoin(resource_metrics) AS one, ${carried} FROM ${file})
        )
      )
    )
    WHERE point.value != 0 AND ${isTaken('point.time_unix_nano')}
  )
)`

/** How the engine takes a segment of metrics requests: gauges and sums, point by point. */
export function measurementsLoad(
  names: SpanNames,
): Pick<FileLoad, 'structure' | 'table' | 'select' | 'from'> {
  const list = Object.entries(columns(names))
  return {
    structure: metricsStructure,
    table: `measurements (${list.map(([name]) => name).join(', ')})`,
    select: list.map(([name, expression]) => `${expression} AS ${name}`).join(',\n  '),
    from: explode,
  }
}

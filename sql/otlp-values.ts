import { typedDepth } from './otlp-format.ts'

/** Attributes as the store keeps them: names and values repeat from span to span, so both are dictionary-encoded. */
const attributesType = 'Map(LowCardinality(String), LowCardinality(String))'

/**
 * JSON text of a value inside of a list: numbers exact, bytes as base64 in an object that says so, like what is nested
 * too deep to be read (its protobuf bytes) and what JSON has no number for (NaN and the infinities).
 */
const json = (value: string, depth: number): string => {
  const bytes = (name: string, label: string) =>
    `concat('{"${label}":"', base64Encode(${value}.${name}), '"}')`
  const item = `item_${depth}`
  const lists =
    depth === 0
      ? `${value}.kind = 5, ${bytes('array_value', 'otlp.array')}, ${value}.kind = 6, ${bytes('kvlist_value', 'otlp.kvlist')}`
      : `${value}.kind = 5, concat('[', arrayStringConcat(arrayMap(${item} -> ${json(item, depth - 1)}, ${value}.array_value.values), ','), ']'), ${value}.kind = 6, concat('{', arrayStringConcat(arrayMap(${item} -> concat(toJSONString(${item}.key), ':', ${json(`${item}.value`, depth - 1)}), ${value}.kvlist_value.values), ','), '}')`
  return `multiIf(${value}.kind = 1, toJSONString(${value}.string_value), ${value}.kind = 3, toString(${value}.int_value), ${value}.kind = 2, if(${value}.bool_value != 0, 'true', 'false'), ${value}.kind = 4, if(isFinite(${value}.double_value), toJSONString(${value}.double_value), concat('{"otlp.double":"', toString(${value}.double_value), '"}')), ${lists}, ${value}.kind = 7, ${bytes('bytes_value', 'base64')}, 'null')`
}

const parts = [
  'kind',
  'string_value',
  'bool_value',
  'int_value',
  'double_value',
  'array_value.values',
  'kvlist_value.values',
  'bytes_value',
]

/** Text of each attribute: strings as they are, numbers exact, lists as JSON, bytes as base64. */
const texts = (attributes: string) =>
  `arrayMap((kind, text, flag, whole, real, list, pairs, raw) -> multiIf(kind = 1, text, kind = 3, toString(whole), kind = 2, if(flag != 0, 'true', 'false'), kind = 4, toString(real), kind = 5, concat('[', arrayStringConcat(arrayMap(item -> ${json('item', typedDepth - 1)}, list), ','), ']'), kind = 6, concat('{', arrayStringConcat(arrayMap(pair -> concat(toJSONString(pair.key), ':', ${json('pair.value', typedDepth - 1)}), pairs), ','), '}'), kind = 7, base64Encode(raw), ''), ${parts.map((part) => `${attributes}.value.${part}`).join(', ')})`

/** A list of key-values as a map. */
export const attributeMap = (list: string) => `CAST((${list}.key, ${texts(list)}), '${attributesType}')`

/** Several lists of key-values as maps, in one expression: the engine's analysis of it is what a small load costs. */
export const attributeMaps = (lists: string) => `arrayMap(entry -> ${attributeMap('entry')}, ${lists})`

/** The types of a list of key-values, a digit each (the oneof's field number), in the order of the map. */
export const attributeTypes = (attributes: string) =>
  `CAST(reinterpretAsString(arrayMap(kind -> toUInt8(kind + 48), ${attributes}.value.kind)) AS LowCardinality(String))`

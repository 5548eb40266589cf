import { describeError } from '../../../server/core/errors.ts'
import type { PushedSourceConfig } from '../../../server/core/estate-schema.ts'
import { readJson } from '../pull/exact.ts'
import { SourceError } from '../pull/failure.ts'
import { type Ask, compile, listOf } from '../pull/reshape.ts'
import { readXml } from '../pull/xml.ts'
import type { Delivery } from './delivery.ts'
import { writeKey } from './key.ts'
import { presetOf } from './presets.ts'

/** What a delivery comes to: records to be mapped, keys to be fetched; or why it is neither. */
export type Reading = { records: unknown[]; keys: string[] } | { fault: string }

/** Makes what reads the deliveries of a source. It throws nothing: what can't be read has a fault. */
export function compileReading(source: PushedSourceConfig): (delivery: Delivery) => Promise<Reading> {
  const preset = presetOf(source)
  const expression = source.records ?? preset?.records
  const notify = 'notify' in source ? source.notify : undefined
  const hasStates = Object.keys(source.states).length > 0
  const isMapped = hasStates || source.events.length > 0
  const ask: Ask = compile(expression, 'records')
  const findKeys = notify && compile(notify.key ?? preset?.key, 'notify.key')

  const read = async (delivery: Delivery): Promise<Reading> => {
    if (delivery.fault !== undefined) return { fault: delivery.fault }
    if (delivery.is_base64) return { fault: 'The body is no text: it is not UTF-8' }
    const beside = { message: delivery.message }
    const body = readBody(source.format, delivery.body)
    const keys = findKeys ? listOf(await findKeys(body, beside)).map(writeKey) : []
    const found = isMapped ? await ask(body, beside) : []
    const all = [...listOf(found)]
    const whole = preset?.key === undefined ? all : all.filter((record) => !isPartial(record))
    if (whole.length < all.length && hasStates && !notify)
      return {
        fault: 'It holds only the fields that changed: name `notify`, so that the record itself is fetched',
      }
    // an event needs no more than what it says; a state that is not whole would lose the rest
    const records = hasStates ? whole : all
    // an empty list is somebody's word that there is nothing to it; nothing at all is not
    const isEmpty = keys.length === 0 && (found === undefined || found === null || !isMapped)
    if (isEmpty)
      return {
        fault: `Nothing was found in it${isMapped ? ': `records` gives nothing; where that is meant, let it give []' : ''}${findKeys ? ': `notify.key` gives no key' : ''}`,
      }
    const odd = records.find((record) => typeof record !== 'object' || record === null)
    if (odd !== undefined)
      return {
        fault: `A record is no object but ${JSON.stringify(odd)?.slice(0, 60) ?? 'nothing'}: say by \`records\` what it is`,
      }
    return { records, keys }
  }
  return async (delivery) => {
    try {
      return await read(delivery)
    } catch (error) {
      return { fault: error instanceof SourceError ? error.message : describeError(error) }
    }
  }
}

const isPartial = (record: unknown) => (record as { partial?: unknown } | null)?.partial === true

/** A body as plain values; numbers as they are written. */
export function readBody(format: PushedSourceConfig['format'], text: string): unknown {
  if (format === 'xml') return readXml(text)
  if (format === 'text') return { text }
  if (format === 'json') return readJson(text)
  const fields = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name) => {
      const values = fields.getAll(name)
      return [name, values.length > 1 ? values : values[0]]
    }),
  )
}

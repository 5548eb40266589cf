import { describeError } from '../../../server/core/errors.ts'
import type { PushedSourceConfig } from '../../../server/core/estate-schema.ts'
import { readJson } from '../pull/exact.ts'
import { SourceError } from '../pull/failure.ts'
import { type Ask, compile, listOf } from '../pull/reshape.ts'
import { readXml } from '../pull/xml.ts'
import type { Delivery } from './delivery.ts'
import { writeKey } from './key.ts'

/** What a delivery comes to: records to be mapped, keys to be fetched; or why it is neither. */
export type Reading = { records: unknown[]; keys: string[] } | { fault: string }

/** Makes what reads the deliveries of a source. It throws nothing: what can't be read has a fault. */
export function compileReading(source: PushedSourceConfig): (delivery: Delivery) => Promise<Reading> {
  const isMetrics = source.kind === 'mqtt' && source.sparkplug
  const partial = 'partial' in source ? source.partial : undefined
  const notify = 'notify' in source ? source.notify : undefined
  const hasStates = Object.keys(source.states).length > 0
  const isMapped = hasStates || source.events.length > 0
  const ask: Ask = compile(source.records ?? (isMetrics ? '[metrics]' : undefined), 'records')
  const findKeys = notify && compile(notify.key, 'notify.key')

  const read = async (delivery: Delivery): Promise<Reading> => {
    if (delivery.fault !== undefined) return { fault: delivery.fault }
    if (delivery.is_base64) return { fault: 'The body is no text: it is not UTF-8' }
    const beside = { message: delivery.message }
    const body = readBody(source.format, delivery.body)
    const keys = findKeys ? listOf(await findKeys(body, beside)).map(writeKey) : []
    const found = isMapped ? await ask(body, beside) : []
    const all = [...listOf(found)]
    const whole = partial === undefined ? all : all.filter((record) => !isTrue(record, partial))
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

const isTrue = (record: unknown, field: string) =>
  (record as Record<string, unknown> | null)?.[field] === true

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

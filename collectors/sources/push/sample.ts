import { isUtf8 } from 'node:buffer'
import type { PushedSourceConfig } from '../../../server/core/estate-schema.ts'
import { SourceError } from '../pull/failure.ts'
import { noShape } from '../rows/records.ts'
import type { Sample } from '../rows/sample.ts'
import { rulesOf } from './carry.ts'
import { compileReading } from './read.ts'

/**
 * One message as its source would read it, to be looked at; it is kept nowhere, and no key is fetched.
 * @param message what would come beside the body: `topic`, `headers`, …
 * @throws SourceError `message_unread` with the reason for which it would be in quarantine
 */
export async function sampleMessage(
  source: PushedSourceConfig,
  body: Buffer,
  message: Record<string, unknown>,
): Promise<Sample & { keys: string[] }> {
  if (source.kind === 'mqtt' && source.sparkplug)
    throw new SourceError(
      'message_unread',
      'Payloads of Sparkplug B stand for nothing without their gateway’s birth',
      {
        mend: 'Start, and look under Sources: a gateway is asked for its birth, and what can’t be mapped is in quarantine',
      },
    )
  const reading = await compileReading(source)({
    source: source.source,
    id: '',
    received_at: new Date().toISOString(),
    message,
    body: body.toString(isUtf8(body) ? 'utf8' : 'base64'),
    ...(!isUtf8(body) && { is_base64: true }),
  })
  if ('fault' in reading) throw new SourceError('message_unread', reading.fault)
  return {
    what: 'one message',
    rules: rulesOf(source),
    shape: noShape,
    lines: reading.records.map((record) => JSON.stringify(record)),
    raw: [body.toString('utf8')],
    keys: reading.keys,
  }
}

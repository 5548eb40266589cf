import {
  type Acknowledgement,
  type AcknowledgementReader,
  openAcknowledgement,
  readTa1,
} from './acknowledgements.ts'
import { type Decode, openDecode } from './charset.ts'
import { type Group, type Message, stepOf } from './envelope.ts'
import type { Judged, Read } from './ledger.ts'
import { type Line, type LineReader, layouts, openLines } from './lines.ts'
import { fieldsOf, readSegments, type Standard } from './tokens.ts'

/** A line of a document with everything around it: what a mapping sees. */
export type EdiRecord = Line & {
  standard: Standard
  interchange: Record<string, unknown>
  group?: Group
  message: Message
}

const mostOfBody = 8 * 2 ** 20

/**
 * Reads those interchanges of a file that are taken, line by line, and notes in `found` what each held.
 * @param wanted the types of messages whose lines are read; all that are known when absent
 */
export async function* readInterchanges(
  path: string,
  standard: Standard,
  encoding: string,
  judged: Judged[],
  wanted: string[] | undefined,
  found: Read[],
): AsyncIterable<EdiRecord> {
  let index = -1
  let decode: Decode = (text) => text
  let group: Group | undefined
  let message: Message | undefined
  let lines: LineReader | undefined
  let acknowledges: AcknowledgementReader | undefined
  const now = () => found[index] as Read

  const open = (type: string) => {
    acknowledges = openAcknowledgement(type)
    const isKnown = Object.hasOwn(layouts, type) || acknowledges !== undefined
    const isWanted = wanted === undefined || wanted.includes(type)
    if (!isKnown && isWanted) deviate(now(), `messages of type ${type} are not read`)
    lines = isWanted && !acknowledges ? openLines(type) : undefined
  }
  const recordOf = ({ number, header, parents, line }: Line): EdiRecord => {
    now().lines++
    const { sender, sender_qualifier, receiver, receiver_qualifier, control, at, version, test } = now()
    return {
      standard,
      interchange: { sender, sender_qualifier, receiver, receiver_qualifier, control, at, version, test },
      ...(group && { group }),
      message: message as Message,
      number,
      header,
      parents,
      line,
    }
  }
  for await (const segment of readSegments(path, standard)) {
    const step = stepOf(standard, segment, decode)
    if (step.is === 'interchange') {
      index++
      group = undefined
      message = undefined
      lines = undefined
      acknowledges = undefined
      found.push({ ...(judged[index] as Judged), lines: 0, acknowledgements: [], body: '' })
      decode = openDecode(step.set, encoding, (reason) => deviate(now(), reason))
    }
    if (index < 0) continue
    const { outcome } = now()
    if (outcome === 'conflict' && now().body.length < mostOfBody)
      now().body += `${decode(segment.text)}${segment.terminator}\n`
    if (outcome !== 'taken') continue
    if (step.is === 'group') group = step.group
    else if (step.is === 'group_end') group = undefined
    else if (step.is === 'message') {
      message = step.message
      open(message.type)
    } else if (step.is === 'message_end') {
      const last = lines?.end()
      if (last?.deviation) deviate(now(), `message ${message?.control} ${last.deviation}`)
      if (last?.line) yield recordOf(last.line)
      now().acknowledgements.push(...(acknowledges?.end() ?? ([] as Acknowledgement[])))
      message = undefined
      lines = undefined
      acknowledges = undefined
    } else if (step.is === 'content') {
      const fields = fieldsOf(segment, decode)
      if (segment.tag === 'TA1' && !message) now().acknowledgements.push(readTa1(fields))
      acknowledges?.see(segment.tag, fields)
      const line = lines?.see(segment.tag, fields)
      if (line) yield recordOf(line)
    }
  }
}

/** Told once, and not without end. */
function deviate({ deviations }: Read, reason: string): void {
  if (!deviations.includes(reason) && deviations.length < 50) deviations.push(reason)
}

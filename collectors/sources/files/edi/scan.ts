import { createHash, type Hash } from 'node:crypto'
import { UnreadableFileError } from '../../rows/file.ts'
import { type Decode, openDecode } from './charset.ts'
import { type Interchange, type Message, type Step, stepOf } from './envelope.ts'
import { fieldsOf, readSegments, type Segment, type Standard } from './tokens.ts'

/** What an interchange is said to hold, and what it does. */
export type Scanned = Interchange & {
  /** hash of its segments, whatever stands between them */
  content: string
  messages: (Message & { group: string; document: string })[]
  /** What is not as the standard says, in words; it is read all the same */
  deviations: string[]
}

/** Which element of the first segment is the number of the document. */
const documentOf: Record<string, string> = {
  BEG: 'BEG03',
  BAK: 'BAK03',
  BSN: 'BSN02',
  BIG: 'BIG02',
  BIA: 'BIA03',
  W06: 'W0602',
  BGM: 'BGM02',
}
const mostDeviations = 50

type Open = { scanned: Scanned; hash: Hash; groups: number; decode: Decode }

/**
 * The interchanges of a file: who, to whom, under which number, with which content; counts and numbers at the ends are
 * held against what is there.
 * @throws UnreadableFileError for one that breaks off: it may be half of what was sent
 */
export async function scanInterchanges(
  path: string,
  standard: Standard,
  encoding: string,
): Promise<Scanned[]> {
  const found: Scanned[] = []
  let open: Open | undefined
  let group: { control: string; type: string; messages: number } | undefined
  let message: { control: string; segments: number } | undefined
  const deviate = (reason: string) => {
    const told = open?.scanned.deviations
    if (told && told.length < mostDeviations) told.push(reason)
  }
  const judge = (
    what: string,
    end: Extract<Step, { count: string }>,
    count: number | undefined,
    control: string,
  ) => {
    if (count !== undefined && Number(end.count) !== count)
      deviate(`${what} says ${end.count || 'nothing'} of what are ${count}`)
    if (end.control !== control)
      deviate(`${what} ends as ${end.control || 'nothing'}, and began as ${control}`)
  }
  const finish = () => {
    if (!open) return
    open.scanned.content = open.hash.digest('hex')
    found.push(open.scanned)
    open = undefined
    group = undefined
    message = undefined
  }
  const begin = (step: Extract<Step, { is: 'interchange' }>) => {
    if (open) deviate(`interchange ${open.scanned.control} does not end before the next begins`)
    finish()
    const scanned: Scanned = { ...step.interchange, content: '', messages: [], deviations: [] }
    open = {
      scanned,
      hash: createHash('sha256'),
      groups: 0,
      decode: openDecode(step.set, encoding, (reason) => scanned.deviations.push(reason)),
    }
  }

  for await (const segment of readSegments(path, standard)) {
    const step = stepOf(standard, segment, open?.decode ?? ((text) => text))
    if (step.is === 'interchange') begin(step)
    if (!open) continue
    open.hash.update(`${segment.text}\n`)
    if (message) message.segments++
    if (step.is === 'group') {
      open.groups++
      group = { control: step.group.control, type: step.group.type, messages: 0 }
    } else if (step.is === 'message') {
      if (message) deviate(`message ${message.control} does not end before the next begins`)
      message = { control: step.message.control, segments: 1 }
      if (group) group.messages++
      open.scanned.messages.push({
        ...step.message,
        group: group ? `${group.type} ${group.control}` : '',
        document: '',
      })
    } else if (step.is === 'message_end') {
      if (message) judge(`message ${message.control}`, step, message.segments, message.control)
      message = undefined
    } else if (step.is === 'group_end') {
      if (group) judge(`group ${group.control}`, step, group.messages, group.control)
      group = undefined
    } else if (step.is === 'interchange_end') {
      const { scanned, groups } = open
      if (message) deviate(`message ${message.control} does not end before its interchange`)
      judge(`interchange ${scanned.control}`, step, groups || scanned.messages.length, scanned.control)
      finish()
    } else noteDocument(open, message, segment)
  }
  if (open) throw new UnreadableFileError(`breaks off: interchange ${open.scanned.control} does not end`)
  if (found.length === 0) throw new UnreadableFileError('holds no interchange')
  return found
}

function noteDocument(open: Open, message: object | undefined, segment: Segment): void {
  const name = documentOf[segment.tag]
  const last = open.scanned.messages.at(-1)
  if (message && name && last && last.document === '')
    last.document = (fieldsOf(segment, open.decode)[name] as string | undefined) ?? ''
}

import { bare } from './envelope.ts'
import type { Fields } from './tokens.ts'
import { meaningOf } from './words.ts'

/** What a receiver says of what it was sent: of an interchange, a group, a message, or a document. */
export type Acknowledgement = {
  kind: string
  /** of the interchange, where it says so */
  of_interchange: string
  /** type and number of the group, such as PO 12 */
  of_group: string
  /** number of the message in it; '' of the whole */
  of_message: string
  of_type: string
  of_document: string
  verdict: 'accepted' | 'with_errors' | 'partly' | 'rejected'
  reasons: string[]
}

/** Reads an acknowledging message, segment by segment. */
export type AcknowledgementReader = {
  see(tag: string, fields: Fields): void
  end(): Acknowledgement[]
}

const verdictOf: Record<string, Acknowledgement['verdict']> = {
  A: 'accepted',
  E: 'with_errors',
  P: 'partly',
  R: 'rejected',
  M: 'rejected',
  W: 'rejected',
  X: 'rejected',
  // of CONTRL: this level and all below rejected; taken; received
  4: 'rejected',
  7: 'accepted',
  8: 'accepted',
}
const text = (fields: Fields, name: string) => (fields[name] as string | undefined) ?? ''
const judge = (code: string) => verdictOf[code] ?? 'with_errors'
const made = (kind: string, more: Partial<Acknowledgement>): Acknowledgement => ({
  kind,
  of_interchange: '',
  of_group: '',
  of_message: '',
  of_type: '',
  of_document: '',
  verdict: 'accepted',
  reasons: [],
  ...more,
})

/** Whether a message acknowledges others, and how it is read. */
export function openAcknowledgement(type: string): AcknowledgementReader | undefined {
  if (type === '997' || type === '999') return openFunctional(type)
  if (type === 'CONTRL') return openControl()
  if (type === 'APERAK') return openApplication()
  return undefined
}

/** TA1, which stands in an interchange outside of any group. */
export function readTa1(fields: Fields): Acknowledgement {
  const note = text(fields, 'TA105')
  const reasons = note === '' || note === '000' ? [] : [meaningOf('ta1', note)]
  return made('TA1', {
    of_interchange: bare(text(fields, 'TA101')),
    verdict: judge(text(fields, 'TA104')),
    reasons,
  })
}

/** 997 and 999: AK1 the group, AK2 to AK5 (IK5) its messages, AK9 how the whole was taken. */
function openFunctional(kind: string): AcknowledgementReader {
  const found: Acknowledgement[] = []
  let group = made(kind, {})
  let message: Acknowledgement | undefined
  let segment = ''
  const say = (reason: string) => (message ?? group).reasons.push(reason)
  const codes = (fields: Fields, tag: string, from: number, to: number, list: 'message' | 'group') => {
    for (let at = from; at <= to; at++) {
      const code = text(fields, `${tag}${String(at).padStart(2, '0')}`)
      if (code !== '') say(meaningOf(list, code))
    }
  }
  return {
    see: (tag, fields) => {
      if (tag === 'AK1') {
        group = made(kind, { of_group: `${text(fields, 'AK101')} ${bare(text(fields, 'AK102'))}` })
        found.push(group)
      } else if (tag === 'AK2') {
        const of_message = bare(text(fields, 'AK202'))
        message = made(kind, { of_group: group.of_group, of_message, of_type: text(fields, 'AK201') })
        found.push(message)
      } else if (tag === 'AK3' || tag === 'IK3') {
        segment = `segment ${text(fields, `${tag}01`)} at ${text(fields, `${tag}02`)}`
        const code = text(fields, `${tag}04`)
        // 8: what is wrong stands in its elements, which follow
        if (code !== '8') say(`${segment}: ${meaningOf('segment', code)}`)
      } else if (tag === 'AK4' || tag === 'IK4') {
        const copy = text(fields, `${tag}04`)
        say(
          `${segment}, element ${text(fields, `${tag}01`)}: ${meaningOf('element', text(fields, `${tag}03`))}${copy && `, found "${copy}"`}`,
        )
      } else if (tag === 'AK5' || tag === 'IK5') {
        if (message) message.verdict = judge(text(fields, `${tag}01`))
        codes(fields, tag, 2, 6, 'message')
        message = undefined
      } else if (tag === 'AK9') {
        group.verdict = judge(text(fields, 'AK901'))
        codes(fields, 'AK9', 5, 9, 'group')
      }
    },
    end: () => found,
  }
}

/** CONTRL: UCI the interchange, UCF a group, UCM a message of it, UCS and UCD what is wrong where. */
function openControl(): AcknowledgementReader {
  const found: Acknowledgement[] = []
  let segment = ''
  const say = (reason: string) => found.at(-1)?.reasons.push(reason)
  const add = (fields: Fields, action: string, error: string, more: Partial<Acknowledgement>) => {
    const one = made('CONTRL', { of_interchange: found[0]?.of_interchange ?? '', ...more })
    one.verdict = judge(text(fields, action))
    found.push(one)
    if (text(fields, error) !== '') say(meaningOf('control', text(fields, error)))
  }
  return {
    see: (tag, fields) => {
      if (tag === 'UCI') add(fields, 'UCI04', 'UCI05', { of_interchange: bare(text(fields, 'UCI01')) })
      else if (tag === 'UCF') add(fields, 'UCF04', 'UCF05', { of_group: ` ${bare(text(fields, 'UCF01'))}` })
      else if (tag === 'UCM')
        add(fields, 'UCM03', 'UCM04', {
          of_message: bare(text(fields, 'UCM01')),
          of_type: text(fields, 'UCM02'),
        })
      else if (tag === 'UCS') {
        segment = `segment at ${text(fields, 'UCS01')}`
        if (text(fields, 'UCS02') !== '') say(`${segment}: ${meaningOf('control', text(fields, 'UCS02'))}`)
      } else if (tag === 'UCD') {
        const part = text(fields, 'UCD0202')
        say(
          `${segment}, element ${text(fields, 'UCD02')}${part && `, component ${part}`}: ${meaningOf('control', text(fields, 'UCD01'))}`,
        )
      }
    },
    end: () => found,
  }
}

/** APERAK: what an application says of a document, which it names by its number (RFF). */
function openApplication(): AcknowledgementReader {
  const one = made('APERAK', {})
  let isRejected = false
  return {
    see: (tag, fields) => {
      if (tag === 'BGM') isRejected = text(fields, 'BGM03') === '27'
      else if (tag === 'RFF' && ['ACW', 'AGO', 'ON', 'DM', 'IV', 'AAK'].includes(text(fields, 'RFF01'))) {
        if (one.of_document === '') one.of_document = text(fields, 'RFF0102')
      } else if (tag === 'ERC') one.reasons.push(`application error ${text(fields, 'ERC01')}`)
      else if (tag === 'FTX' && one.reasons.length > 0) {
        const words = ['FTX04', ...[2, 3, 4, 5].map((at) => `FTX040${at}`)].map((each) => text(fields, each))
        one.reasons[one.reasons.length - 1] += `: ${words.filter(Boolean).join(' ')}`
      }
    },
    end: () => {
      one.verdict = isRejected ? 'rejected' : one.reasons.length > 0 ? 'with_errors' : 'accepted'
      return one.of_document === '' ? [] : [one]
    },
  }
}

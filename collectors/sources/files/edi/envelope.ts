import type { Decode } from './charset.ts'
import { fieldsOf, type Segment, type Standard } from './tokens.ts'

/** Who sent what to whom, under which number. Moments are as they are written, without a zone. */
export type Interchange = {
  sender: string
  sender_qualifier: string
  receiver: string
  receiver_qualifier: string
  control: string
  at: string
  version: string
  test: boolean
}
export type Group = {
  type: string
  sender: string
  receiver: string
  control: string
  at: string
  version: string
}
export type Message = { type: string; control: string; version: string }

/** What a segment is to the envelopes around messages. */
export type Step =
  | { is: 'interchange'; interchange: Interchange; set: string }
  | { is: 'group'; group: Group }
  | { is: 'message'; message: Message }
  | { is: 'content' }
  | { is: 'message_end' | 'group_end' | 'interchange_end'; count: string; control: string }

type Words = (name: string) => string

/** How either standard writes its envelopes. */
const readers: Record<Standard, Record<string, (word: Words) => Step>> = {
  x12: {
    ISA: (word) => ({
      is: 'interchange',
      set: '',
      interchange: {
        sender_qualifier: word('ISA05'),
        sender: word('ISA06'),
        receiver_qualifier: word('ISA07'),
        receiver: word('ISA08'),
        at: momentOf(word('ISA09'), word('ISA10')),
        version: word('ISA12'),
        control: bare(word('ISA13')),
        test: word('ISA15') === 'T',
      },
    }),
    GS: (word) => ({
      is: 'group',
      group: {
        type: word('GS01'),
        sender: word('GS02'),
        receiver: word('GS03'),
        at: momentOf(word('GS04'), word('GS05')),
        control: bare(word('GS06')),
        version: word('GS08'),
      },
    }),
    ST: (word) => ({
      is: 'message',
      message: { type: word('ST01'), control: bare(word('ST02')), version: word('ST03') },
    }),
    SE: (word) => ({ is: 'message_end', count: word('SE01'), control: bare(word('SE02')) }),
    GE: (word) => ({ is: 'group_end', count: word('GE01'), control: bare(word('GE02')) }),
    IEA: (word) => ({ is: 'interchange_end', count: word('IEA01'), control: bare(word('IEA02')) }),
  },
  edifact: {
    UNB: (word) => ({
      is: 'interchange',
      set: word('UNB01'),
      interchange: {
        sender: word('UNB02'),
        sender_qualifier: word('UNB0202'),
        receiver: word('UNB03'),
        receiver_qualifier: word('UNB0302'),
        at: momentOf(word('UNB04'), word('UNB0402')),
        version: `${word('UNB01')}:${word('UNB0102')}`,
        control: bare(word('UNB05')),
        test: word('UNB11') === '1',
      },
    }),
    UNG: (word) => ({
      is: 'group',
      group: {
        type: word('UNG01'),
        sender: word('UNG02'),
        receiver: word('UNG03'),
        at: momentOf(word('UNG04'), word('UNG0402')),
        control: bare(word('UNG05')),
        version: `${word('UNG07')}${word('UNG0702')}`,
      },
    }),
    UNH: (word) => ({
      is: 'message',
      message: {
        control: bare(word('UNH01')),
        type: word('UNH02'),
        version: `${word('UNH0202')}${word('UNH0203')}`,
      },
    }),
    UNT: (word) => ({ is: 'message_end', count: word('UNT01'), control: bare(word('UNT02')) }),
    UNE: (word) => ({ is: 'group_end', count: word('UNE01'), control: bare(word('UNE02')) }),
    UNZ: (word) => ({ is: 'interchange_end', count: word('UNZ01'), control: bare(word('UNZ02')) }),
  },
}

/** What a segment is to the envelopes. */
export function stepOf(standard: Standard, segment: Segment, decode: Decode): Step {
  const read = Object.hasOwn(readers[standard], segment.tag) ? readers[standard][segment.tag] : undefined
  if (!read) return { is: 'content' }
  const fields = fieldsOf(segment, decode)
  return read((name) => (fields[name] as string | undefined) ?? '')
}

/** Numbers are counted up: zeros in front say nothing, and one side may write them where the other does not. */
export const bare = (control: string): string =>
  /^\d+$/.test(control) ? control.replace(/^0+(?=\d)/, '') : control

/** `261120` or `20261120`, and `0802` → 2026-11-20T08:02; '' for what is none. */
function momentOf(day: string, time: string): string {
  const digits = day.length === 6 ? `20${day}` : day
  if (!/^\d{8}$/.test(digits)) return ''
  const clock = /^\d{4}/.test(time) ? `T${time.slice(0, 2)}:${time.slice(2, 4)}` : ''
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}${clock}`
}

import type { Status } from '../../server/api/schemas/common.ts'
import type { SubjectRequestRow } from '../../server/api/schemas/subjects.ts'

export type SubjectKind = SubjectRequestRow['kind']

export const SUBJECT_WORDS: Record<
  SubjectKind,
  { word: string; about: string; field: string; hint: string }
> = {
  order: {
    word: 'An order',
    about:
      'Its lines, deliveries, invoices, events and hand-offs go on all sides; stock movements stay without its number; open cases are closed.',
    field: 'Order number',
    hint: 'SO-88213',
  },
  partner: {
    word: 'A customer or supplier',
    about:
      'The number, name and tax id are masked wherever they stand, on all sides alike; orders and prices stay.',
    field: 'Partner number',
    hint: 'C-7001',
  },
  key: {
    word: 'Another key of a flow',
    about: 'Its events and hand-offs go, its spans stay without it.',
    field: 'Key',
    hint: 'as it stands on its page',
  },
  person: {
    word: 'A person in messages',
    about:
      'Each value is masked wherever it stands: in messages, attributes, states, notes and notifications.',
    field: 'Values, one a line',
    hint: 'e-mail address, full name, telephone',
  },
  user: {
    word: 'Somebody who signs in here',
    about: 'Their record, sessions and tokens go; what they did stays, by nobody.',
    field: 'Person',
    hint: '',
  },
}

export const STATE_WORDS: Record<SubjectRequestRow['state'], { word: string; status: Status }> = {
  asked: { word: 'Found, not deleted', status: 'watch' },
  confirmed: { word: 'Not done yet', status: 'breach' },
  waiting: { word: 'Not done: waiting', status: 'breach' },
  working: { word: 'Not done: under way', status: 'breach' },
  done: { word: 'Done', status: 'ok' },
  withdrawn: { word: 'Withdrawn', status: 'unknown' },
}

/** What was asked for stands nowhere: there is nothing to delete. */
export const NOT_FOUND: { word: string; status: Status } = { word: 'Not found', status: 'unknown' }

export const HOW_WORDS = { deleted: 'Deleted', redacted: 'Masked', kept: 'Kept' } as const

/** Whether something is still to happen by itself. */
export const isUnderWay = ({ state }: SubjectRequestRow): boolean =>
  state === 'confirmed' || state === 'waiting' || state === 'working'

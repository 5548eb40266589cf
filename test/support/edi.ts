import type { Separators } from '../../collectors/sources/files/edi/tokens.ts'

/** A segment as it is meant: its tag, then elements; an element is a text, or a list of components. */
export type Meant = [tag: string, ...elements: (string | string[])[]]

export const x12Separators: Separators = {
  element: '*',
  component: '>',
  repetition: '^',
  release: '',
  terminator: '~',
}
export const edifactSeparators: Separators = {
  element: '+',
  component: ':',
  repetition: '',
  release: '?',
  terminator: "'",
}

/** Writes segments: elements, repetitions, components; what separates is released where there is a sign for it. */
export function writeSegments(
  segments: { tag: string; elements: string[][][] }[],
  { element, component, repetition, release, terminator }: Separators,
  between = '',
): string {
  const special = [element, component, repetition, release, terminator].filter(Boolean)
  const released = (text: string) =>
    release === '' ? text : [...text].map((char) => (special.includes(char) ? release + char : char)).join('')
  return segments
    .map(({ tag, elements }) =>
      [
        tag,
        ...elements.map((repeats) =>
          repeats.map((components) => components.map(released).join(component)).join(repetition),
        ),
      ].join(element),
    )
    .map((text) => text + terminator + between)
    .join('')
}

const plain = (segments: Meant[]) =>
  segments.map(([tag, ...elements]) => ({
    tag,
    elements: elements.map((element) => [typeof element === 'string' ? [element] : element]),
  }))

type X12 = {
  sender?: string
  receiver?: string
  control?: string
  /** functional identifier of the group, such as PO */
  code?: string
  group?: string
  separators?: Partial<Separators>
  between?: string
  /** segments between the interchange and its group */
  before?: Meant[]
}

/** An interchange of X12 with one group; each message is its type and its segments, between ST and SE. */
export function writeX12(messages: [type: string, ...segments: Meant[]][], told: X12 = {}): string {
  const {
    sender = 'CUSTOMER',
    receiver = 'OURSELVES',
    control = '000000101',
    code = 'PO',
    group = '55',
  } = told
  const separators = { ...x12Separators, ...told.separators }
  const { element, component, repetition } = separators
  const isa = [
    ...[
      'ISA',
      '00',
      ' '.repeat(10),
      '00',
      ' '.repeat(10),
      'ZZ',
      sender.padEnd(15),
      '01',
      receiver.padEnd(15),
    ],
    ...['261120', '0802', repetition || 'U', '00501', control, '0', 'P', component],
  ].join(element)
  const body = messages.flatMap(([type, ...segments], index): Meant[] => {
    const number = String(index + 1).padStart(4, '0')
    return [['ST', type, number], ...segments, ['SE', String(segments.length + 2), number]]
  })
  const grouped: Meant[] =
    messages.length === 0
      ? []
      : [
          ['GS', code, sender, receiver, '20261120', '0802', group, 'X', '005010'],
          ...body,
          ['GE', String(messages.length), group],
        ]
  const all: Meant[] = [
    ...(told.before ?? []),
    ...grouped,
    ['IEA', messages.length === 0 ? '0' : '1', control],
  ]
  const between = told.between ?? '\n'
  return isa + separators.terminator + between + writeSegments(plain(all), separators, between)
}

type Edifact = {
  sender?: string
  receiver?: string
  control?: string
  set?: string
  una?: boolean
  between?: string
}

/** An interchange of EDIFACT; each message is its type and its segments, between UNH and UNT. */
export function writeEdifact(messages: [type: string, ...segments: Meant[]][], told: Edifact = {}): string {
  const { sender = '4000001000001', receiver = '4000002000002', control = 'REF77', set = 'UNOC' } = told
  const all: Meant[] = [
    ['UNB', [set, '3'], [sender, '14'], [receiver, '14'], ['261120', '0802'], control],
    ...messages.flatMap(([type, ...segments], index): Meant[] => [
      ['UNH', String(index + 1), [type, 'D', '96A', 'UN', 'EAN008']],
      ...segments,
      ['UNT', String(segments.length + 2), String(index + 1)],
    ]),
    ['UNZ', String(messages.length), control],
  ]
  return (
    (told.una === false ? '' : "UNA:+.? '") + writeSegments(plain(all), edifactSeparators, told.between ?? '')
  )
}

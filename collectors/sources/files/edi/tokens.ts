import { createReadStream } from 'node:fs'
import { UnreadableFileError } from '../../rows/file.ts'

export type Standard = 'x12' | 'edifact'
/** What stands between the parts of an interchange; '' for what it does not have. */
export type Separators = {
  element: string
  component: string
  repetition: string
  release: string
  terminator: string
}
/** A segment: its elements, each of them repeated, each of these of components; bytes as Latin-1, whatever they mean. */
export type Segment = { tag: string; elements: string[][][]; text: string; terminator: string }

/** Longer than any real one: what has no terminator must end somewhere. */
const longest = 2 ** 20
// biome-ignore lint/suspicious/noControlCharactersInRegex: what old systems end files with
const blanks = /^[\s\0\x1a\ufeff\xef\xbb\xbf]+/

/**
 * The segments of a file, one after another, by the separators that each interchange names itself (ISA, UNA). Line ends
 * between and within segments mean nothing, unless they are what ends one.
 * @throws UnreadableFileError for what begins with no interchange, or goes on without end
 */
export async function* readSegments(path: string, standard: Standard): AsyncIterable<Segment> {
  let rest = ''
  let separators: Separators | undefined
  let isNamed = false
  const take = function* (isLast: boolean): Iterable<Segment> {
    for (;;) {
      rest = rest.replace(blanks, '')
      if (rest === '') return
      // whose separators stand in its first bytes
      if (!isLast && rest.length < 512) return
      const isStart = standard === 'x12' ? rest.startsWith('ISA') : /^UN[AB]/.test(rest)
      if (isStart && standard === 'edifact' && rest.startsWith('UNA')) {
        separators = readUna(rest)
        isNamed = true
        rest = rest.slice(9)
        continue
      }
      if (isStart) {
        separators = standard === 'x12' ? readIsa(rest) : readUnb(rest, isNamed ? separators : undefined)
        isNamed = false
      }
      if (!separators)
        throw new UnreadableFileError(
          `does not begin with an interchange of ${standard === 'x12' ? 'X12 (ISA)' : 'EDIFACT (UNA or UNB)'}`,
        )
      const end = findEnd(rest, separators)
      if (end < 0 && rest.length > longest) throw new UnreadableFileError('has a segment that does not end')
      if (end < 0 && !isLast) return
      const text = (end < 0 ? rest : rest.slice(0, end)).replace(/[\r\n]+/g, '')
      rest = end < 0 ? '' : rest.slice(end + 1)
      if (text.trim() !== '') yield splitSegment(text, separators)
    }
  }
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 16 })) {
    rest += (chunk as Buffer).toString('latin1')
    yield* take(false)
  }
  yield* take(true)
}

/** An ISA has sixteen elements; behind the last stand the sign between components and that which ends a segment. */
function readIsa(text: string): Separators {
  const element = text[3] as string
  const parts = text.slice(0, 512).split(element, 17)
  const behind = parts[16]
  if (parts.length < 17 || !behind || behind.length < 2 || /[A-Za-z0-9]/.test(element))
    throw new UnreadableFileError('has an ISA without its sixteen elements')
  const repetition = (parts[11] as string).trim()
  return {
    element,
    component: behind[0] as string,
    // older ones have a letter there, of a standard (U)
    repetition: /^[^A-Za-z0-9]$/.test(repetition) ? repetition : '',
    release: '',
    terminator: behind[1] as string,
  }
}

function readUna(text: string): Separators {
  const [component, element, , release, repetition, terminator] = text.slice(3, 9) as unknown as string[]
  return {
    element: element as string,
    component: component as string,
    repetition: repetition === ' ' ? '' : (repetition as string),
    release: release === ' ' ? '' : (release as string),
    terminator: terminator as string,
  }
}

/** Without a UNA those of the standard: of level A, or of level B, which does not print them. */
function readUnb(text: string, named: Separators | undefined): Separators {
  const element = named?.element ?? (text[3] as string)
  const component = named?.component ?? (element === '\x1d' ? '\x1f' : ':')
  const isFourth = text.slice(4, 10).split(component)[1]?.startsWith('4') ?? false
  if (named) return { ...named, repetition: isFourth ? named.repetition : '' }
  if (element === '\x1d') return { element, component, repetition: '', release: '', terminator: '\x1c' }
  if (element !== '+')
    throw new UnreadableFileError('has a UNB with other separators than the standard, and no UNA')
  return { element, component, repetition: isFourth ? '*' : '', release: '?', terminator: "'" }
}

function findEnd(text: string, { terminator, release }: Separators): number {
  for (let end = text.indexOf(terminator); end >= 0; end = text.indexOf(terminator, end + 1)) {
    let released = 0
    while (release !== '' && text[end - 1 - released] === release) released++
    if (released % 2 === 0) return end
  }
  return -1
}

/** Splits a segment; a released sign is one of the text. */
export function splitSegment(text: string, separators: Separators): Segment {
  const { element, component, repetition, release, terminator } = separators
  const tagEnd = text.indexOf(element)
  const tag = tagEnd < 0 ? text : text.slice(0, tagEnd)
  // the ISA names the separators themselves
  if (tag === 'ISA')
    return {
      tag,
      text,
      terminator,
      elements: text
        .split(element)
        .slice(1)
        .map((part) => [[part]]),
    }
  const elements: string[][][] = []
  if (tagEnd < 0) return { tag, text, terminator, elements }
  let value = ''
  let components: string[] = []
  let repeats: string[][] = []
  for (let index = tagEnd + 1; index <= text.length; index++) {
    const char = text[index]
    if (char !== undefined && release !== '' && char === release) {
      value += text[++index] ?? ''
      continue
    }
    const isElement = char === undefined || char === element
    const isRepeat = isElement || (repetition !== '' && char === repetition)
    if (!isRepeat && char !== component) {
      value += char
      continue
    }
    components.push(value)
    value = ''
    if (!isRepeat) continue
    repeats.push(components)
    components = []
    if (!isElement) continue
    elements.push(repeats)
    repeats = []
  }
  return { tag, text, terminator, elements }
}

/**
 * A segment as it is named in the standards' own words: `PO103` is its third element, `QTY0102` the second component of
 * the first, and `REF02_more` the repetitions of the second. What is empty is left out.
 */
export type Fields = { [name: string]: string | string[][] }

export function fieldsOf({ tag, elements }: Segment, decode: (text: string) => string): Fields {
  const fields: Fields = {}
  for (const [index, [first = [], ...more]] of elements.entries()) {
    const name = `${tag}${String(index + 1).padStart(2, '0')}`
    for (const [at, text] of first.entries()) {
      const value = decode(text).trim()
      if (value !== '') fields[at === 0 ? name : `${name}${String(at + 1).padStart(2, '0')}`] = value
    }
    if (more.length > 0) fields[`${name}_more`] = more.map((components) => components.map(decode))
  }
  return fields
}

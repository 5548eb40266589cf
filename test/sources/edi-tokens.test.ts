import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { scanInterchanges } from '../../collectors/sources/files/edi/scan.ts'
import { readSegments, type Standard, splitSegment } from '../../collectors/sources/files/edi/tokens.ts'
import { writeEdifact, writeSegments, writeX12 } from '../support/edi.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-edi-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'a.edi')

const segmentsOf = async (text: string, standard: Standard) => {
  writeFileSync(path, Buffer.from(text, 'latin1'))
  const found: { tag: string; elements: string[][][] }[] = []
  for await (const { tag, elements } of readSegments(path, standard)) found.push({ tag, elements })
  return found
}
const scan = (text: string, standard: Standard = 'x12') => {
  writeFileSync(path, Buffer.from(text, 'latin1'))
  return scanInterchanges(path, standard, 'utf-8')
}

const signs = [...'*>~^|:+!%$#@<;\'"/\x1c\x1d\x1f']
const separators = fc
  .shuffledSubarray(signs, { minLength: 5, maxLength: 5 })
  .map(([element, component, repetition, release, terminator]) => ({
    element: element as string,
    component: component as string,
    repetition: repetition as string,
    release: release as string,
    terminator: terminator as string,
  }))
const tag = fc.stringMatching(/^[A-Z][A-Z0-9]{1,2}$/).filter((text) => !/^(ISA|UNA|UNB)$/.test(text))
/** Any byte but line ends, which mean nothing; and every separator there is. */
const content = fc.string({ unit: fc.constantFrom(...signs, ...'aZ0 .-?\xe4\xff\xa0'), maxLength: 12 })
const elements = (text: fc.Arbitrary<string>) =>
  fc.array(fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 6,
  })
const segment = (text: fc.Arbitrary<string>) => fc.record({ tag, elements: elements(text) })

test('reading what was written gives what was meant, whatever separates and whatever the content', () => {
  fc.assert(
    fc.property(separators, segment(content), (signs, meant) => {
      const text = writeSegments([meant], signs)
      const { tag, elements } = splitSegment(text.slice(0, -1), signs)
      expect({ tag, elements }).toEqual(meant)
    }),
    { numRuns: 500 },
  )
})

test('whole interchanges of EDIFACT: separators from UNA, released signs, over any split of the bytes', async () => {
  const body = fc.array(segment(content), { minLength: 1, maxLength: 400 })
  await fc.assert(
    fc.asyncProperty(separators, body, async (signs, meant) => {
      const { component, element, release, repetition, terminator } = signs
      const head = `UNA${component}${element}.${release}${repetition}${terminator}\r\n`
      const unb = { tag: 'UNB', elements: [[['UNOC', '4']], [['A']], [['B']], [['261120', '0802']], [['1']]] }
      expect(await segmentsOf(head + writeSegments([unb, ...meant], signs, '\r\n'), 'edifact')).toEqual([
        unb,
        ...meant,
      ])
    }),
    { numRuns: 40 },
  )
})

test('whole interchanges of X12: separators from ISA; what has no sign to release it is no content', async () => {
  const plain = fc.string({ unit: fc.constantFrom(...'aZ0 .-?\xe4\xff&()'), maxLength: 12 })
  const body = fc.array(segment(plain), { minLength: 1, maxLength: 400 })
  await fc.assert(
    fc.asyncProperty(separators, body, async (signs, meant) => {
      const text = writeX12([], { separators: signs, between: '' })
      const isa = text.slice(0, text.indexOf(signs.terminator) + 1)
      const found = await segmentsOf(isa + writeSegments(meant, { ...signs, release: '' }), 'x12')
      expect(found.slice(1)).toEqual(meant)
    }),
    { numRuns: 40 },
  )
})

test('separators of each interchange are its own; line ends, blanks and what stands before it mean nothing', async () => {
  const one = writeX12([['850', ['BEG', '00', 'NE', 'PO-1', '', '20261120']]], { between: '\r\n' })
  const two = writeX12([['850', ['BEG', '00', 'NE', 'PO-2', '', '20261120']]], {
    control: '000000102',
    separators: { element: '|', component: ':', terminator: '\n', repetition: '' },
    between: '',
  })
  const found = await scan(`\xef\xbb\xbf\r\n${one}\n\n${two}\n`)
  expect(found.map(({ control, messages }) => [control, messages[0]?.document])).toEqual([
    ['101', 'PO-1'],
    ['102', 'PO-2'],
  ])
  expect(found.flatMap(({ deviations }) => deviations)).toEqual([])
  // wrapped at eighty characters, as some networks do, it is the same interchange
  const wrapped = one.replace(/[\r\n]/g, '').replace(/(.{80})/g, '$1\r\n')
  expect((await scan(wrapped))[0]?.content).toBe(found[0]?.content)
})

test('edifact without UNA, of level B, and with released separators', async () => {
  const [first] = await scan(
    writeEdifact([['ORDERS', ['BGM', '220', "PO'1+2:3?", '9']]], { una: false }),
    'edifact',
  )
  expect(first?.messages).toEqual([
    { type: 'ORDERS', control: '1', version: 'D96A', group: '', document: "PO'1+2:3?" },
  ])
  const levelB = writeEdifact([['ORDERS', ['BGM', '220', 'PO1', '9']]], { una: false, set: 'UNOB' })
    .replaceAll('+', '\x1d')
    .replaceAll(':', '\x1f')
    .replaceAll("'", '\x1c')
  expect((await scan(levelB, 'edifact'))[0]).toMatchObject({ control: 'REF77', deviations: [] })
})

test('what does not count up is told and read; what breaks off, or is none, is refused', async () => {
  const good = writeX12([
    ['850', ['BEG', '00', 'NE', 'PO-1', '', '20261120'], ['PO1', '1', '5', 'EA']],
    ['850', ['BEG', '00', 'NE', 'PO-2', '', '20261120']],
  ])
  const [bad] = await scan(
    good
      .replace('SE*4*0001', 'SE*9*0001')
      .replace('GE*2*55', 'GE*3*56')
      .replace('IEA*1*000000101', 'IEA*1*000000109'),
  )
  expect(bad?.deviations).toEqual([
    'message 1 says 9 of what are 4',
    'group 55 says 3 of what are 2',
    'group 55 ends as 56, and began as 55',
    'interchange 101 ends as 109, and began as 101',
  ])
  await expect(scan(good.slice(0, -30))).rejects.toThrow('breaks off: interchange 101 does not end')
  await expect(scan('hello, this is a letter')).rejects.toThrow(
    'does not begin with an interchange of X12 (ISA)',
  )
  await expect(scan(good, 'edifact')).rejects.toThrow('does not begin with an interchange of EDIFACT')
  await expect(scan('ISA*00*too short~')).rejects.toThrow('has an ISA without its sixteen elements')
})

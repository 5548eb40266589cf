import type { Block, Held } from './lines.ts'

/** What qualifiers say, by them: so that `line.ids.VN` and `header.dates.137` need no search. The first of each counts. */
export type Words = Partial<
  Record<'ids' | 'dates' | 'refs' | 'parties' | 'quantities', Record<string, string>>
>

/** From which element on a segment of X12 has pairs of a qualifier and a number of the goods. */
const pairs: Record<string, number> = { PO1: 6, IT1: 6, LIN: 2, W12: 7 }

/** Reads the words of a header, a level or a line; those there are. */
export function wordsOf(block: Block): Words {
  const words = {
    ids: idsOf(block),
    dates: collect(block, [
      [
        'DTM',
        (one) => [one.DTM01, one.DTM0102 === undefined ? day(one.DTM02) : moment(one.DTM0102, one.DTM0103)],
      ],
      ['G62', (one) => [one.G6201, day(one.G6202)]],
    ]),
    refs: collect(block, [
      ['REF', (one) => [one.REF01, one.REF02]],
      ['N9', (one) => [one.N901, one.N902]],
      ['RFF', (one) => [one.RFF01, one.RFF0102]],
    ]),
    parties: collect(block, [
      ['N1', (one) => [one.N101, one.N104 ?? one.N102]],
      ['NAD', (one) => [one.NAD01, one.NAD02]],
    ]),
    quantities: collect(block, [
      ['QTY', (one) => [one.QTY01, one.QTY0102 === undefined ? one.QTY02 : point(one.QTY0102)]],
    ]),
  }
  return Object.fromEntries(Object.entries(words).filter(([, found]) => Object.keys(found).length > 0))
}

type Read = (segment: Held) => [qualifier: Held[string] | undefined, value: Held[string] | undefined]

function collect(block: Block, rules: [tag: string, read: Read][]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [tag, read] of rules) for (const segment of block[tag] ?? []) add(found, ...read(segment))
  return found
}

function add(found: Record<string, string>, qualifier: unknown, value: unknown): void {
  if (typeof qualifier === 'string' && typeof value === 'string' && found[qualifier] === undefined)
    found[qualifier] = value
}

/** X12 puts qualifiers before numbers, pair by pair; EDIFACT behind them, in the parts of one element. */
function idsOf(block: Block): Record<string, string> {
  const found: Record<string, string> = {}
  const name = (tag: string, at: number) => `${tag}${String(at).padStart(2, '0')}`
  for (const [tag, from] of Object.entries(pairs))
    for (const segment of block[tag] ?? []) {
      if (segment.LIN0302 !== undefined) add(found, segment.LIN0302, segment.LIN03)
      else
        for (let at = from; at < from + 20; at += 2)
          add(found, segment[name(tag, at)], segment[name(tag, at + 1)])
    }
  for (const segment of block.PIA ?? [])
    for (let at = 2; at <= 6; at++) add(found, segment[`${name('PIA', at)}02`], segment[name('PIA', at)])
  return found
}

const point = (number: unknown) => (typeof number === 'string' ? number.replace(',', '.') : undefined)

/** A day as it is written in X12 → 2026-11-20. */
function day(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const digits = /^\d{6}$/.test(text) ? `20${text}` : text
  return /^\d{8}$/.test(digits) ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}` : text
}

/** A moment of EDIFACT by its format (2379); of one that is not known as it stands. */
function moment(text: unknown, format: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  if (format === '101' || format === '102') return day(text)
  const parts = /^(\d{8})(\d\d)(\d\d)(\d\d)?$/.exec(text)
  if (!parts || (format !== '203' && format !== '204')) return text
  return `${day(parts[1])}T${parts[2]}:${parts[3]}:${parts[4] ?? '00'}`
}

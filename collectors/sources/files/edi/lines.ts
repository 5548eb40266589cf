import { type Words, wordsOf } from './summary.ts'
import type { Fields } from './tokens.ts'

/** A segment by the names of its elements, and under their tags the segments it took along. */
export type Held = { [name: string]: string | string[][] | Held[] }
/** Segments by their tags, each a list in the order they stand. */
export type Block = { [tag: string]: Held[] }
type Holder = { takes: string[]; segment: Held } | undefined

/** Segments, with what their qualifiers say. */
type Said = { [name: string]: Held[] | Words[keyof Words] }

/** One line of a document, with what stands above it. */
export type Line = {
  /** counted from 1 in its message */
  number: number
  header: Said
  /** what the line is packed in or belongs to, the nearest first; each names its `level` */
  parents: { level: string; [tag: string]: unknown }[]
  line: Said
}

type Layout = {
  /** The segments that begin a line */
  line: string[]
  /** The segments that begin a level of a hierarchy: its own number, that of its parent, what it is called */
  level?: { tag: string; id: string; parent: string; name: string }
  /** Whether a level is a line itself, when it has one of these */
  levelIsLine?: string[]
  /** The segments with which the lines are over */
  summary: string[]
  /** Where the message says how many lines it has */
  count?: (tag: string, fields: Fields) => string | undefined
  /** Segments that take those behind them along: a party its address */
  nest: Record<string, string[]>
}

const party = ['N2', 'N3', 'N4', 'REF', 'PER']
const name = ['LOC', 'FII', 'RFF', 'DOC', 'CTA', 'COM']
const ctt = (tag: string, fields: Fields) => (tag === 'CTT' ? (fields.CTT01 as string) : undefined)
const cnt = (tag: string, fields: Fields) =>
  tag === 'CNT' && fields.CNT01 === '2' ? (fields.CNT0102 as string) : undefined
const x12 = (line: string, more: Partial<Layout> = {}): Layout => ({
  line: [line],
  summary: ['CTT'],
  count: ctt,
  nest: { N1: party },
  ...more,
})
const edifact = (more: Partial<Layout> = {}): Layout => ({
  line: ['LIN'],
  summary: ['UNS'],
  count: cnt,
  nest: { NAD: name },
  ...more,
})
const balance = ['DTM', 'LDT', 'LOC', 'UIT', 'MEA', 'INV', 'STS', 'GIN', 'RFF', 'REF', 'NAD', 'CUX', 'PRI']

/** The documents that are read line by line, as their standards lay them out. */
export const layouts: Record<string, Layout> = {
  850: x12('PO1'),
  855: x12('PO1'),
  810: x12('IT1', { summary: ['TDS', 'CTT'] }),
  846: x12('LIN', { nest: { N1: party, QTY: balance } }),
  856: x12('', {
    line: [],
    level: { tag: 'HL', id: 'HL01', parent: 'HL02', name: 'HL03' },
    levelIsLine: ['LIN', 'SN1'],
    count: undefined,
  }),
  945: x12('W12', {
    level: { tag: 'LX', id: 'LX01', parent: '', name: 'LX' },
    summary: ['W03'],
    count: undefined,
  }),
  ORDERS: edifact(),
  ORDRSP: edifact(),
  INVOIC: edifact(),
  INVRPT: edifact({ nest: { NAD: name, QTY: balance } }),
  DESADV: edifact({ level: { tag: 'CPS', id: 'CPS01', parent: 'CPS02', name: 'CPS' } }),
}

/** Reads one message, segment by segment; a line is given once the next thing begins. */
export type LineReader = {
  see(tag: string, fields: Fields): Line | undefined
  /** The last line, and what is not as the message itself says */
  end(): { line: Line | undefined; deviation: string }
}

type Node = { id: string; parent: string; name: string; block: Block }

/** Starts reading a message of a type; undefined for one of which no lines are known. */
export function openLines(type: string): LineReader | undefined {
  const layout = Object.hasOwn(layouts, type) ? layouts[type] : undefined
  if (!layout) return undefined
  const header: Block = {}
  const levels = new Map<string, Node>()
  let level: Node | undefined
  let line: Block | undefined
  let isOver = false
  let block = header
  let holder: Holder
  let number = 0
  let said: string | undefined

  const lineOf = (own: Block, from: Node | undefined): Line => ({
    number: ++number,
    header: { ...header, ...wordsOf(header) },
    parents: chainOf(levels, from),
    line: { ...own, ...wordsOf(own) },
  })
  /** The line that ends here. */
  const close = (): Line | undefined => {
    if (line) {
      const own = line
      line = undefined
      return lineOf(own, level)
    }
    const own = level
    if (!own || !layout.levelIsLine?.some((tag) => own.block[tag])) return undefined
    level = undefined
    return lineOf(own.block, levels.get(own.parent))
  }
  return {
    see: (tag, fields) => {
      said = layout.count?.(tag, fields) ?? said
      let closed: Line | undefined
      if (layout.summary.includes(tag)) {
        closed = close()
        isOver = true
      }
      if (isOver) return closed
      if (layout.level?.tag === tag) {
        closed = close()
        const text = (key: string) => (fields[key] as string | undefined) ?? ''
        const { id, parent, name } = layout.level
        level = { id: text(id), parent: text(parent), name: text(name) || name, block: {} }
        levels.set(level.id, level)
        block = level.block
        holder = undefined
      } else if (layout.line.includes(tag)) {
        closed = close()
        line = {}
        block = line
        holder = undefined
      }
      holder = put(block, holder, tag, fields, layout.nest)
      return closed
    },
    end: () => {
      const last = close()
      const isOther = said !== undefined && Number(said) !== number
      return { line: last, deviation: isOther ? `says it has ${said} lines and has ${number}` : '' }
    },
  }
}

/** Puts a segment where it belongs: into the party before it, or into what is open. */
function put(
  block: Block,
  holder: Holder,
  tag: string,
  fields: Fields,
  nest: Record<string, string[]>,
): Holder {
  if (holder?.takes.includes(tag)) {
    const { segment } = holder
    segment[tag] = [...((segment[tag] as Held[] | undefined) ?? []), fields]
    return holder
  }
  const segment: Held = { ...fields }
  const list = block[tag]
  if (list) list.push(segment)
  else block[tag] = [segment]
  const takes = nest[tag]
  return takes && { takes, segment }
}

/** From a level up; one that names a parent that is not there ends it, and so does one that goes round. */
function chainOf(levels: Map<string, Node>, from: Node | undefined): Line['parents'] {
  const chain: Node[] = []
  for (
    let node = from;
    node && !chain.includes(node);
    node = node.parent ? levels.get(node.parent) : undefined
  )
    chain.push(node)
  return chain.map(({ name, block }) => ({ level: name, ...block, ...wordsOf(block) }))
}

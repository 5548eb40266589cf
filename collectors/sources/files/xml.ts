import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { describeError } from '../../../server/core/errors.ts'
import { UnreadableFileError } from '../rows/file.ts'

/** An element as plain values: attributes with an @ before their names, text as it is written, a list of what repeats. */
export type Element = { [name: string]: Value }
type Value = string | Element | Value[]

type Open = { name: string; value: Element; text: string; isItem: boolean; hasItems: boolean; size: number }

const deepest = 100
/** So much one record, and what stands around it, may hold; the whole document where no item is named. */
const mostCharacters = 64 * 2 ** 20

/**
 * The elements of a file, one after another, as they end: those whose path ends with `item`, each with `parents`, what
 * was read before it in those around it, by their names; without an item the whole document. Memory holds one of them.
 * @throws UnreadableFileError for what is no XML, declares a document type, or holds too much at once
 */
export async function* readElements(path: string, item: string | undefined): AsyncIterable<Element> {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const wanted = item?.split('/')
  const opened: Open[] = []
  let found: Element[] = []
  let held = 0

  const isItem = (name: string) =>
    wanted === undefined
      ? opened.length === 0
      : wanted.at(-1) === name &&
        wanted.length <= opened.length + 1 &&
        wanted
          .slice(0, -1)
          .every((each, index) => opened[opened.length - wanted.length + 1 + index]?.name === each)
  const grow = (size: number) => {
    held += size
    const last = opened.at(-1)
    if (last) last.size += size
    if (held > mostCharacters)
      throw new UnreadableFileError(
        `holds more than ${mostCharacters / 2 ** 20} MiB at once; name the elements that are records as its item`,
      )
  }
  parser.on('doctype', () => {
    throw new UnreadableFileError('declares a document type, which is not read')
  })
  parser.on('opentag', (tag) => {
    const { local, attributes } = tag as SaxesTagNS
    if (opened.length >= deepest) throw new UnreadableFileError(`is nested deeper than ${deepest} elements`)
    const one: Open = { name: local, value: {}, text: '', isItem: isItem(local), hasItems: false, size: 0 }
    opened.push(one)
    grow(local.length)
    for (const { local: name, prefix, value } of Object.values(attributes) as SaxesAttributeNS[]) {
      if (prefix === 'xmlns' || name === 'xmlns') continue
      one.value[`@${name}`] = value
      grow(value.length)
    }
  })
  const addText = (text: string) => {
    const last = opened.at(-1)
    if (!last) return
    last.text += text
    grow(text.length)
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const closed = opened.pop() as Open
    const value = readValue(closed)
    if (closed.isItem) {
      const own = typeof value === 'string' ? { '#text': value } : value
      found.push(wanted ? { ...own, ...parentsOf(opened) } : { [closed.name]: value })
      for (const around of opened) around.hasItems = true
      held -= closed.size
      return
    }
    const around = opened.at(-1)
    // whose records were read is not held any longer
    if (!around || closed.hasItems) {
      held -= closed.size
      return
    }
    // of a name that comes again, a list
    const before = around.value[closed.name]
    if (before === undefined) around.value[closed.name] = value
    else if (Array.isArray(before)) before.push(value)
    else around.value[closed.name] = [before, value]
    around.size += closed.size
  })

  const decoder = await openDecoder(path)
  const feed = function* (text: string) {
    try {
      parser.write(text)
    } catch (error) {
      if (error instanceof UnreadableFileError) throw error
      throw new UnreadableFileError(`is no XML: ${describeError(error).slice(0, 200)}`)
    }
    yield* found
    found = []
  }
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 16 }))
    yield* feed(decoder.decode(chunk as Buffer, { stream: true }))
  yield* feed(decoder.decode())
  try {
    parser.close()
  } catch (error) {
    throw new UnreadableFileError(`is no XML: ${describeError(error).slice(0, 200)}`)
  }
  yield* found
}

function readValue({ value, text }: Open): string | Element {
  const said = text.trim()
  if (Object.keys(value).length === 0) return said
  return said === '' ? value : { ...value, '#text': said }
}

/** What was read so far of the elements around one, by their names; of two of one name the inner one. */
function parentsOf(opened: Open[]): { parents?: Element } {
  if (opened.length === 0) return {}
  return { parents: Object.fromEntries(opened.map(({ name, value }) => [name, { ...value }])) }
}

/** By its mark, else by what it declares, else UTF-8 (XML 1.0, 4.3.3). @throws UnreadableFileError for one we don't know */
async function openDecoder(path: string): Promise<TextDecoder> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
    const head = buffer.subarray(0, bytesRead)
    if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le', { fatal: true })
    if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be', { fatal: true })
    const said = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(
      head.toString('latin1'),
    )
    try {
      return new TextDecoder(said?.[1] ?? 'utf-8', { fatal: true })
    } catch {
      throw new UnreadableFileError(`is written in "${said?.[1]}", which is not known`)
    }
  } finally {
    await handle.close()
  }
}

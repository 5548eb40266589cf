import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FilesSourceConfig } from '../../../server/core/estate-schema.ts'
import { isSame, lookAt, type SeenFile, UnreadableFileError } from '../rows/file.ts'
import { delimiterOf, hasQuotes, isDelimited, type Shape } from '../rows/records.ts'

/** The files of the folder that the pattern means, oldest first, so that newer ones have the last word. */
export async function listFiles(source: FilesSourceConfig): Promise<SeenFile[]> {
  const pattern = new RegExp(
    `^${source.pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  const names = (await readdir(source.folder)).filter((name) => pattern.test(name))
  const files = await Promise.all(names.map((name) => lookAt(source.folder, name)))
  return files
    .filter((file) => file !== undefined)
    .sort((a, b) => a.modifiedAt.getTime() - b.modifiedAt.getTime() || a.path.localeCompare(b.path))
}

/** Looks again a little later; what changed meanwhile is still being written. */
export async function findUnsettled(
  source: FilesSourceConfig,
  files: SeenFile[],
  settleMs: number,
): Promise<Set<string>> {
  if (files.length === 0) return new Set()
  await sleep(settleMs)
  const again = await Promise.all(files.map((file) => lookAt(source.folder, file.path)))
  return new Set(files.filter((file, index) => !isSame(file, again[index])).map((file) => file.path))
}

/** The hash of a file's content, and whether a quote is open at any end of a line; one pass, holding no rows. */
export async function scanFile(
  file: SeenFile,
  source: FilesSourceConfig,
): Promise<{ content: string; hasLongRecords: boolean }> {
  const hash = createHash('sha256')
  let isOpen = false
  let hasLongRecords = false
  for await (const chunk of createReadStream(file.fullPath, { highWaterMark: 2 ** 18 })) {
    const bytes = chunk as Buffer
    hash.update(bytes)
    if (!hasQuotes(source) || hasLongRecords) continue
    let from = 0
    for (let quote = bytes.indexOf(34); ; quote = bytes.indexOf(34, from)) {
      const to = quote < 0 ? bytes.length : quote
      if (isOpen && bytes.subarray(from, to).includes(10)) hasLongRecords = true
      if (quote < 0) break
      isOpen = !isOpen
      from = quote + 1
    }
  }
  return { content: hash.digest('hex'), hasLongRecords }
}

/**
 * The shape of a csv or tsv: its width and names from the first record.
 * @throws UnreadableFileError when there is no first record
 */
export async function readShape(
  file: SeenFile,
  source: FilesSourceConfig,
  hasLongRecords: boolean,
): Promise<Shape> {
  if (!isDelimited(source)) return { width: 0, names: [], headerLines: 0, hasLongRecords: false }
  const handle = await open(file.fullPath, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2 ** 18), 0, 2 ** 18, 0)
    const text = new TextDecoder(source.encoding).decode(buffer.subarray(0, bytesRead))
    const { cells, lines } = readFirstRecord(text, delimiterOf(source), hasQuotes(source))
    if (cells.length === 1 && cells[0] === '') throw new UnreadableFileError('its first line is empty')
    const names = source.header ? cells : cells.map((_, index) => String(index + 1))
    return { width: cells.length, names, headerLines: source.header ? lines : 0, hasLongRecords }
  } finally {
    await handle.close()
  }
}

/** The cells of the first record, and over how many lines it goes. */
export function readFirstRecord(
  text: string,
  delimiter: string,
  quoted: boolean,
): { cells: string[]; lines: number } {
  const cells: string[] = []
  let cell = ''
  let isOpen = false
  let lines = 1
  let before = ''
  for (const char of text.replace(/^\ufeff/, '')) {
    if (quoted && char === '"') {
      isOpen = !isOpen
      // a doubled quote closes and opens again: it stands for one
      if (isOpen && before === '"') cell += '"'
    } else if (isOpen) {
      if (char === '\n') lines++
      cell += char
    } else if (char === delimiter) {
      cells.push(cell.trim())
      cell = ''
    } else if (char === '\n') break
    else cell += char
    before = char
  }
  cells.push(cell.trim())
  return { cells, lines }
}

/**
 * The first lines of a file as text.
 * @throws UnreadableFileError for Parquet, which has no lines
 */
export async function readLines(file: SeenFile, source: FilesSourceConfig, most: number): Promise<string[]> {
  if (source.format === 'parquet')
    throw new UnreadableFileError(
      'is Parquet, which is only read whole; its rows show under Sources once it was',
    )
  const handle = await open(file.fullPath, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2 ** 20), 0, 2 ** 20, 0)
    const text = new TextDecoder(source.encoding).decode(buffer.subarray(0, bytesRead))
    const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
    // what the buffer cuts is no whole line
    if (bytesRead < file.bytes) lines.pop()
    return lines.slice(0, most)
  } finally {
    await handle.close()
  }
}

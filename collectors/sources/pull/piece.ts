import { createHash, type Hash } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { finished } from 'node:stream/promises'

/** Records that go into the store together, as lines of JSON in a file: memory holds one page, however many there are. */
export type Piece = {
  rows: number
  bytes: number
  path: string
  add(records: readonly unknown[]): Promise<void>
  /** Ends the file; gives the hash of what stands in it. */
  end(): Promise<string>
  remove(): Promise<void>
}

/** Starts a piece at a path; what a process that died left there is overwritten. */
export async function startPiece(path: string): Promise<Piece> {
  await mkdir(dirname(path), { recursive: true })
  const file: WriteStream = createWriteStream(path, { mode: 0o600 })
  const hash: Hash = createHash('sha256')
  let failure: unknown
  file.on('error', (error) => {
    failure = error
  })
  const piece: Piece = {
    rows: 0,
    bytes: 0,
    path,
    add: async (records) => {
      if (records.length === 0) return
      const text = `${records.map((record) => JSON.stringify(record)).join('\n')}\n`
      hash.update(text)
      piece.rows += records.length
      piece.bytes += Buffer.byteLength(text)
      if (!file.write(text))
        await new Promise<void>((resolve) => {
          file.once('drain', resolve)
          file.once('error', () => resolve())
        })
      if (failure) throw failure
    },
    end: async () => {
      file.end()
      await finished(file)
      return hash.digest('hex')
    },
    remove: async () => {
      file.destroy()
      await rm(path, { force: true })
    },
  }
  return piece
}

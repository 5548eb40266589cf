import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Context } from 'hono'
import { PlumblineError } from '../../server/core/errors.ts'
import { createLine } from '../spool/line.ts'
import type { Spool } from '../spool/spool.ts'

const unzip = promisify(gunzip)

/** The most a body may hold, also once it is decompressed: what the OTLP specification recommends. */
export const bodyLimit = 20 * 2 ** 20

/** How many bytes of bodies may be in hand at once: being read, unpacked, translated or written. */
const mostInHand = 256 * 2 ** 20
/** An unpacked body counts once its size is known, so few are unpacked beside each other. */
const unpackedAtOnce = 4

type Account = { add(bytes: number): void }
export type Bodies = {
  /**
   * Reads a request's body, plain or gzip, never holding more than the limit, and does the work on it. Until that is done
   * its bytes count as in hand; `hold` counts others that the work makes of them.
   * @throws PlumblineError 503 when the spool takes nothing or too much is in hand, before anything is read; 413 over the
   * limit, 415 for another encoding, 400 for what is not gzip
   */
  with<Result>(
    context: Context,
    work: (body: Buffer, hold: (bytes: number) => void) => Promise<Result>,
  ): Promise<Result>
}

/** Opens the one counter of what is in hand, shared by all ways in over HTTP. */
export function openBodies(spool: Pick<Spool, 'expectRoom'>, most = mostInHand): Bodies {
  const unpacking = createLine(() => unpackedAtOnce)
  let inHand = 0
  const expectHand = (bytes: number) => {
    if (inHand + bytes > most)
      throw new PlumblineError('too_much_in_hand', 'Too many bodies are being read at once', {
        status: 503,
        mend: 'Nothing of this message was taken; send it again later.',
      })
  }
  return {
    with: async (context, work) => {
      const encoding = (context.req.header('content-encoding') ?? 'identity').toLowerCase()
      if (encoding !== 'identity' && encoding !== 'gzip')
        throw new PlumblineError('encoding_unknown', `Content-Encoding "${encoding}" is not understood`, {
          status: 415,
          mend: 'Send it plain or with gzip.',
        })
      const declared = Number(context.req.header('content-length') ?? 0)
      if (declared > bodyLimit) throw tooLarge()
      // what will not be taken is not read
      spool.expectRoom(declared)
      expectHand(declared)
      let own = 0
      const account: Account = {
        add: (bytes) => {
          expectHand(bytes)
          own += bytes
          inHand += bytes
        },
      }
      try {
        const raw = await collect(context, account)
        const body = encoding === 'identity' ? raw : await unpacking.run(() => unpack(raw))
        if (body !== raw) account.add(body.length)
        return await work(body, account.add)
      } finally {
        inHand -= own
      }
    },
  }
}

async function unpack(raw: Buffer): Promise<Buffer> {
  try {
    return await unzip(raw, { maxOutputLength: bodyLimit })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new PlumblineError('encoding_broken', `The body is not valid gzip: ${(error as Error).message}`)
  }
}

/**
 * Makes sure that a JSON body can be read as text.
 * @throws PlumblineError 400 when it is not UTF-8: replacing what can't be read would change what was sent
 */
export function expectUtf8(body: Buffer): void {
  if (!isUtf8(body)) throw new PlumblineError('body_malformed', 'The body is not UTF-8', { where: 'body' })
}

async function collect(context: Context, account: Account): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.length
    if (size > bodyLimit) throw tooLarge()
    account.add(chunk.length)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const tooLarge = () =>
  new PlumblineError(
    'body_too_large',
    `A body may hold at most ${bodyLimit / 2 ** 20} MiB, also once decompressed`,
    { status: 413, mend: 'Send smaller batches.' },
  )

import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Context } from 'hono'
import { PlumblineError } from '../../server/core/errors.ts'

const unzip = promisify(gunzip)

/** The most a body may hold, also once it is decompressed: what the OTLP specification recommends. */
export const bodyLimit = 20 * 2 ** 20

/**
 * Reads a request's body, plain or gzip, never holding more than the limit.
 * @throws PlumblineError 413 over the limit, 415 for another encoding, 400 for what is not gzip
 */
export async function readBody(context: Context): Promise<Buffer> {
  const encoding = (context.req.header('content-encoding') ?? 'identity').toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new PlumblineError('encoding_unknown', `Content-Encoding "${encoding}" is not understood`, {
      status: 415,
      mend: 'Send it plain or with gzip.',
    })
  const declared = Number(context.req.header('content-length') ?? 0)
  if (declared > bodyLimit) throw tooLarge()
  const raw = await collect(context)
  if (encoding === 'identity') return raw
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

async function collect(context: Context): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.length
    if (size > bodyLimit) throw tooLarge()
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

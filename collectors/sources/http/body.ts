import type { Response } from 'undici'
import { SourceError } from '../pull/failure.ts'

/**
 * Reads an answer, unpacked, no further than it may be large.
 * @throws SourceError `answer_too_large`, or `not_text` when it is no UTF-8
 */
export async function readBody(response: Response, most: number): Promise<{ text: string; bytes: number }> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > most)
      throw new SourceError(
        'answer_too_large',
        `One answer is larger than ${Math.round(most / 2 ** 20)} MiB`,
        {
          mend: 'Ask for smaller pages, or raise limits.answer_mib',
        },
      )
    parts.push(part)
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)), bytes }
  } catch {
    throw new SourceError('not_text', 'An answer is no UTF-8')
  }
}

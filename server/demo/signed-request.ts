import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const longestBody = 2 ** 20
const allowedSkew = 300

/**
 * The body of a request that is signed as Standard Webhooks says; undefined when it is not.
 * @throws Error when the body is too large
 */
export async function readSigned(request: IncomingMessage, secret: string): Promise<string | undefined> {
  let body = ''
  for await (const part of request) {
    body += part
    if (body.length > longestBody) throw new Error('the body is too large')
  }
  return isSigned(request, body, Buffer.from(secret.replace(/^whsec_/, ''), 'base64')) ? body : undefined
}

function isSigned({ headers }: IncomingMessage, body: string, key: Buffer): boolean {
  const at = String(headers['webhook-timestamp'])
  if (!(Math.abs(Date.now() / 1000 - Number(at)) <= allowedSkew)) return false
  const wanted = createHmac('sha256', key).update(`${headers['webhook-id']}.${at}.${body}`).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .map((each) => Buffer.from(each.replace(/^v1,/, ''), 'base64'))
    .some((each) => each.length === wanted.length && timingSafeEqual(each, wanted))
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { VerifyConfig } from '../../../server/core/estate-webhook-schema.ts'
import { readNeeded } from '../http/auth.ts'
import { SourceError } from '../pull/failure.ts'

type Header = (name: string) => string | undefined
/** Says why a delivery is not from who it should be; undefined when it is. */
export type Verifier = (header: Header, body: Buffer, now: number) => string | undefined

/**
 * Makes what holds a delivery against its source's secrets. Everything is compared in constant time, and against each of
 * two secrets while one takes over.
 * @throws SourceError `secret_missing` where a variable that is named is not set, or holds no key of Standard Webhooks
 */
export function createVerifier(config: VerifyConfig, env: NodeJS.ProcessEnv = process.env): Verifier {
  if (config.standard) return verifyStandard(config.standard, env)
  if (config.hmac) return verifyHmac(config.hmac, env)
  return verifyToken(config.token as NonNullable<VerifyConfig['token']>, env)
}

function verifyHmac(config: NonNullable<VerifyConfig['hmac']>, env: NodeJS.ProcessEnv): Verifier {
  const secrets = config.secrets_from.map((name) => readNeeded(env, name))
  const { header: name, algorithm, encoding, prefix, timestamp } = config
  return (header, body, now) => {
    const said = header(name)
    if (said === undefined) return `no header ${name}`
    if (!said.startsWith(prefix)) return `the signature does not begin with ${prefix}`
    const shown = said.slice(prefix.length)
    let signed: Buffer[] = [body]
    if (timestamp) {
      const stamp = header(timestamp.header)
      if (stamp === undefined) return `no header ${timestamp.header}`
      const late = judgeTime(readTime(stamp), timestamp.tolerance, now)
      if (late) return late
      const [before = '', after = ''] = timestamp.signed.split('{body}')
      const fill = (text: string) => Buffer.from(text.replaceAll('{timestamp}', stamp))
      signed = [fill(before), body, fill(after)]
    }
    const isRight = secrets.some((secret) => {
      const made = createHmac(algorithm, secret)
      for (const part of signed) made.update(part)
      const text = made.digest(encoding)
      return isSame(encoding === 'hex' ? shown.toLowerCase() : shown, text)
    })
    return isRight ? undefined : 'the signature does not fit'
  }
}

function verifyStandard(config: NonNullable<VerifyConfig['standard']>, env: NodeJS.ProcessEnv): Verifier {
  const keys = config.secrets_from.map((name) => {
    const match = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/.exec(readNeeded(env, name))
    if (match) return Buffer.from(match[1] as string, 'base64')
    throw new SourceError('secret_missing', `${name} is no key of Standard Webhooks`, {
      mend: 'It begins with whsec_, with base64 behind it',
    })
  })
  return (header, body, now) => {
    const [id, stamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header)
    if (!id || !stamp || !signatures) return 'the headers webhook-id, -timestamp and -signature are needed'
    const late = judgeTime(/^\d+$/.test(stamp) ? Number(stamp) * 1000 : Number.NaN, config.tolerance, now)
    if (late) return late
    const made = keys.map(
      (key) => `v1,${createHmac('sha256', key).update(`${id}.${stamp}.`).update(body).digest('base64')}`,
    )
    const shown = signatures.split(' ')
    return made.some((one) => shown.some((other) => isSame(one, other)))
      ? undefined
      : 'the signature does not fit'
  }
}

function verifyToken(config: NonNullable<VerifyConfig['token']>, env: NodeJS.ProcessEnv): Verifier {
  const secrets = config.secrets_from.map((name) => readNeeded(env, name))
  return (header) => {
    const said = header(config.header)
    if (said === undefined) return `no header ${config.header}`
    const shown = config.header === 'authorization' ? readAuthorization(said) : said
    return secrets.some((secret) => isSame(secret, shown)) ? undefined : 'the token is another'
  }
}

/** A bearer token, or the password of basic authentication. */
function readAuthorization(said: string): string {
  const [scheme = '', ...rest] = said.split(' ')
  const value = rest.join(' ')
  if (scheme.toLowerCase() !== 'basic') return scheme.toLowerCase() === 'bearer' ? value : said
  const text = Buffer.from(value, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

/** Seconds, milliseconds, or a moment as it is written. */
function readTime(text: string): number {
  if (!/^\d+$/.test(text)) return Date.parse(text)
  return text.length > 11 ? Number(text) : Number(text) * 1000
}

function judgeTime(at: number, tolerance: number, now: number): string | undefined {
  if (Number.isNaN(at)) return 'the timestamp is none'
  return Math.abs(now - at) > tolerance
    ? `the timestamp is ${Math.round(Math.abs(now - at) / 1000)} s ${at < now ? 'old' : 'ahead'}`
    : undefined
}

/** Compares in constant time, whatever the lengths. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

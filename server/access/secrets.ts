import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { TokenKind } from './steps.ts'

const letters = { token: 't', display: 'd', key: 'k' } as const satisfies Record<TokenKind, string>

/** A secret nobody can guess, in letters an address can hold. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is kept of a secret. It is random and long: a plain digest can't be undone. */
export const hashSecret = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The name of a token: short, and no secret. */
export const newTokenId = (): string => randomBytes(9).toString('hex')

/** A token as it is shown once: what it is for, its name, and its secret; scanners of leaked secrets know it by `plb_`. */
export const writeToken = (kind: TokenKind, id: string, secret: string): string =>
  `plb_${letters[kind]}_${id}_${secret}`

/** The name in a token, where it is one of ours. */
export function readTokenId(text: string): string | undefined {
  return /^plb_[tdk]_([0-9a-f]{18})_[\w-]{43}$/.exec(text)?.[1]
}

/** Compares hashes in constant time. */
export const isSameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

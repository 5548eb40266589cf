import { RateLimiterMemory } from 'rate-limiter-flexible'
import { PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'
import { allowancesOf } from '../core/grants.ts'
import type { Allowance, Identity } from '../core/identity.ts'
import { type Permission, type Role, roles } from '../core/permissions.ts'
import { meet, type Reach } from '../core/reach.ts'
import type { Book, Token } from './book.ts'
import type { People } from './people.ts'
import { hashSecret, isSameHash, newSecret, newTokenId, readTokenId, writeToken } from './secrets.ts'
import type { TokenKind } from './steps.ts'

const hourMs = 3_600_000
/** While senders are given the new secret, both count. */
export const overlapMs = 24 * hourMs

export type TokenAsk = {
  kind: TokenKind
  name: string
  owner: string
  role: Role | ''
  reach: Reach
  expires_at: string
  per_minute: number
  source: string
}

/** Tokens of scripts and walls, and keys of senders. */
export type Tokens = ReturnType<typeof createTokens>

export function createTokens(estate: Estate, book: Book, people: Pick<People, 'nameOf'>) {
  const limiters = new Map<string, RateLimiterMemory>()
  const find = (id: string): Token => {
    const token = book.tokens.get(id)
    if (token) return token
    throw new PlumblineError('token_unknown', `There is no token ${id}`, { status: 404, where: 'token' })
  }
  const isOpen = (token: Token) =>
    token.revoked_at === '' && (token.expires_at === '' || Date.parse(token.expires_at) > Date.now())

  /** What it may do now: a script never more than the person in whose name it acts. */
  const allowancesOfToken = (token: Token): Allowance[] => {
    const { kind, reach, role } = token
    if (kind !== 'token') return [{ permissions: [kind === 'key' ? 'ingest' : 'display'], reach }]
    const owner = book.people.get(token.owner)
    // one that nobody in particular has made, where nobody signs in, is limited by its own role alone
    const own: readonly Allowance[] =
      token.owner === ''
        ? [{ permissions: roles.admin, reach }]
        : owner && !owner.is_disabled
          ? allowancesOf(estate, owner.groups)
          : []
    const may: readonly Permission[] = role === '' ? [] : roles[role]
    return own.map((each) => ({
      permissions: each.permissions.filter((permission) => may.includes(permission)),
      reach: meet(each.reach, reach),
    }))
  }
  const identityOf = (token: Token): Identity => {
    const owner = book.people.get(token.owner)
    return {
      kind: token.kind,
      id: token.id,
      // a person and their script are one: neither says the second word to the other
      name: owner ? people.nameOf(owner) : token.name,
      allowances: allowancesOfToken(token),
      ...(token.source && { source: token.source }),
    }
  }
  const noted = new Set<Promise<void>>()
  /** Nobody waits for it to be written down that a token was used. */
  const noteUse = (id: string) => {
    const writing = book
      .write('token_used', id, '', {})
      .catch(() => undefined)
      .finally(() => noted.delete(writing))
    noted.add(writing)
  }
  const spend = async (token: Token) => {
    if (token.per_minute === 0) return
    let limiter = limiters.get(token.id)
    if (!limiter) {
      limiter = new RateLimiterMemory({ points: token.per_minute, duration: 60 })
      limiters.set(token.id, limiter)
    }
    await limiter.consume('all').catch(({ msBeforeNext }: { msBeforeNext: number }) => {
      throw new PlumblineError(
        'too_many_requests',
        `The key ${token.name} may send ${token.per_minute} requests a minute`,
        { status: 429, retryAfterS: Math.max(1, Math.ceil(msBeforeNext / 1000)), mend: 'Send again later.' },
      )
    })
  }

  return {
    find,
    isOpen,
    /** Resolves when all that was noted is written down. */
    settle: async () => void (await Promise.all(noted)),
    /** All of a kind, the newest first. */
    list: (kind: TokenKind): Token[] =>
      [...book.tokens.values()]
        .filter((token) => token.kind === kind)
        .sort((a, b) => b.made_at.localeCompare(a.made_at)),
    /** Makes one. What it returns is shown once: only its digest is kept. */
    make: async (ask: TokenAsk, actor: string): Promise<{ id: string; token: string }> => {
      const id = newTokenId()
      const token = writeToken(ask.kind, id, newSecret())
      await book.write('token_made', id, actor, { ...ask, hash: hashSecret(token) })
      return { id, token }
    },
    /** Gives it another secret; the one it has counts for another day. */
    rotate: async (id: string, actor: string): Promise<{ id: string; token: string; until: string }> => {
      const { kind } = find(id)
      const token = writeToken(kind, id, newSecret())
      const until = new Date(Date.now() + overlapMs).toISOString()
      await book.write('token_rotated', id, actor, { hash: hashSecret(token), until })
      return { id, token, until }
    },
    revoke: async (id: string, actor: string): Promise<void> => {
      if (find(id).revoked_at === '') await book.write('token_revoked', id, actor, {})
    },
    /** A wall that has shown its token before, by the token's name; undefined once it was revoked. */
    display: async (id: string): Promise<Identity | undefined> => {
      if (id === '') return undefined
      await book.refresh()
      const token = book.tokens.get(id)
      return token?.kind === 'display' && isOpen(token) ? identityOf(token) : undefined
    },
    /**
     * Who shows a token; undefined for one that is none of ours, or not any more.
     * @throws PlumblineError `too_many_requests` for a key that sends more than it may
     */
    recognise: async (text: string): Promise<Identity | undefined> => {
      const id = readTokenId(text)
      if (!id) return undefined
      // what another process has revoked opens nothing here, either
      await book.refresh()
      const token = book.tokens.get(id)
      if (!token || !isOpen(token)) return undefined
      const hash = hashSecret(text)
      const isBefore =
        token.before !== null &&
        Date.parse(token.before.until) > Date.now() &&
        isSameHash(token.before.hash, hash)
      if (!isBefore && !isSameHash(token.hash, hash)) return undefined
      await spend(token)
      if (Date.now() - Date.parse(token.used_at || '1970-01-01') > hourMs) noteUse(id)
      return identityOf(token)
    },
  }
}

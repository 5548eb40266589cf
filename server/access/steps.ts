import type { IdentityKind } from '../core/identity.ts'
import type { Role } from '../core/permissions.ts'
import type { Reach } from '../core/reach.ts'

/** What a token is for: a script in somebody's name, a wall, or a sender. */
export type TokenKind = Extract<IdentityKind, 'token' | 'display' | 'key'>

/**
 * What can become of people, sessions and tokens. `person_…` is of a person, `session_…` of the hash of a session's
 * cookie, `token_…` of a token. Nothing in a body can be used to sign in: passwords and codes are hashes.
 */
export type StepBody = {
  /** Somebody is let in, or given a new way in: whoever has the code chooses a password until then. ISO 8601 */
  person_invited: { login: string; name: string; groups: string[]; code_hash: string; until: string }
  /** They chose a password: argon2id */
  person_joined: { password: string }
  person_moved: { groups: string[] }
  person_disabled: Record<string, never>
  person_enabled: Record<string, never>
  /** All that was known of them is forgotten, on request */
  person_erased: Record<string, never>
  /** The provider has said who they are, and in which groups */
  person_met: { login: string; name: string; groups: string[]; issuer: string }
  /** All their sessions so far are over */
  person_signed_out: Record<string, never>
  session_begun: { person: string; address: string; agent: string }
  session_ended: Record<string, never>
  token_made: {
    kind: TokenKind
    name: string
    /** the person in whose name it acts; '' of walls and senders */
    owner: string
    hash: string
    role: Role | ''
    reach: Reach
    /** ISO 8601; '' of one that lasts until it is revoked */
    expires_at: string
    /** requests a minute; 0 without a limit */
    per_minute: number
    /** the source whose key it is; '' or absent of one that sends for any */
    source?: string
  }
  /** Another secret takes over; the one before counts until then. ISO 8601 */
  token_rotated: { hash: string; until: string }
  token_revoked: Record<string, never>
  /** At most once an hour */
  token_used: Record<string, never>
}

export type StepName = keyof StepBody
export type Step = {
  [Name in StepName]: {
    at: string
    id: string
    subject: string
    step: Name
    actor: string
    body: StepBody[Name]
  }
}[StepName]

import type { Permission } from './permissions.ts'
import { noReach, type Reach, tidyReach } from './reach.ts'

/** Who asks: a person in a session, a script with a token, a wall, a sender with a key, or whoever is on this machine. */
export type IdentityKind = 'person' | 'token' | 'display' | 'key' | 'loopback'

/** What somebody may, and where. */
export type Allowance = { permissions: readonly Permission[]; reach: Reach }

export type Identity = {
  kind: IdentityKind
  /** of the person, token, display or key; '' where it is none of ours */
  id: string
  /** As it stands beside what they do */
  name: string
  allowances: readonly Allowance[]
  /** The source whose key it is: what comes in with it is of that source */
  source?: string
  /** The session of a person who is signed in */
  session?: string
}

/** Where somebody has a permission; nowhere when they do not have it. */
export const reachFor = (identity: Identity, permission: Permission): Reach =>
  tidyReach(
    identity.allowances.flatMap(({ permissions, reach }) =>
      permissions.includes(permission) ? reach : noReach,
    ),
  )

const known = new WeakMap<Request, Identity>()
/** Remembers who sent a request, for everything that is done with it. */
export const identify = (request: Request, identity: Identity): void => void known.set(request, identity)
/** Who sent a request, once that was found out. */
export const identityOf = (request: Request): Identity | undefined => known.get(request)

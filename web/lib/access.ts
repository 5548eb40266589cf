import type { Me, TokenRow } from '../../server/api/schemas/access.ts'
import type { Permission, Role } from '../../server/core/permissions.ts'
import { may } from './may.ts'

type Reach = TokenRow['reach']

const PLACES: { href: string; label: string; needs?: Permission }[] = [
  { href: '/access', label: 'My access' },
  { href: '/access/people', label: 'People', needs: 'administer' },
  { href: '/access/walls', label: 'Walls', needs: 'administer' },
  { href: '/access/keys', label: 'Ingest keys', needs: 'administer' },
  { href: '/access/audit', label: 'Audit trail', needs: 'administer' },
  { href: '/access/subjects', label: 'Data requests', needs: 'administer' },
]

/** The pages about access that whoever is here may open. */
export const accessPlaces = () => PLACES.filter(({ needs }) => needs === undefined || may(needs))

export const ROLE_WORDS: Record<Role, string> = {
  viewer: 'Viewer',
  worker: 'Worker',
  on_call: 'On call',
  approver: 'Approver',
  admin: 'Admin',
}

/** What each role lets somebody do, in a few words. */
export const ROLE_ABOUT: Record<Role, string> = {
  viewer: 'sees everything but what is about people',
  worker: 'works cases, quarantine and replays, and sees what is about people',
  on_call: 'takes alerts on, silences, runs checks and pauses sources',
  approver: 'a worker who says the second word: accepts, releases, approves replays',
  admin: 'all of it, and who may',
}

const PERMISSION_WORDS: Record<Permission, string> = {
  display: 'See walls',
  read: 'See the pages, and ask the API',
  personal: 'See what is about people',
  work: 'Work cases, messages in quarantine and replays; keep views',
  respond: 'Take alerts on, silence, run checks, pause sources',
  approve: 'Say the second word: accept, release, approve replays',
  administer: 'People, tokens, walls, keys, the audit trail and data requests',
  ingest: 'Send facts',
}

/** A reach in words: "Hamburg, Brno; Order to cash"; what is not named is not limited. */
export function reachWords(
  reach: Reach,
  names: { plantName: (plant: string) => string; flowName: (flow: string) => string },
): string {
  const words = (part: Reach[number]) =>
    [part.plants?.map(names.plantName).join(', '), part.flows?.map(names.flowName).join(', ')]
      .filter(Boolean)
      .join(': ') || 'everywhere'
  const parts = [...new Set(reach.map(words))]
  return parts.includes('everywhere') ? 'everywhere' : parts.join('; or ') || 'nowhere'
}

/** What somebody may and where, one line for each permission that they have; seeing walls is a part of seeing. */
export function listPermissions(
  allowances: Me['allowances'],
): { permission: Permission; words: string; reach: Reach }[] {
  return (Object.keys(PERMISSION_WORDS) as Permission[])
    .filter(
      (permission) =>
        permission !== 'display' || allowances.every((each) => !each.permissions.includes('read')),
    )
    .map((permission) => ({
      permission,
      words: PERMISSION_WORDS[permission],
      reach: allowances.filter((each) => each.permissions.includes(permission)).flatMap((each) => each.reach),
    }))
    .filter(({ reach }) => reach.length > 0)
}

/** A browser as people know it: "Firefox on Linux", from what it says of itself. */
export function agentWords(agent: string): string {
  const named = (list: [string, RegExp][]) => list.find(([, pattern]) => pattern.test(agent))?.[0]
  const browser = named([
    ['Edge', /Edg\//],
    ['Firefox', /Firefox\//],
    ['Chrome', /Chrome\/|CriOS\//],
    ['Safari', /Safari\//],
  ])
  const system = named([
    ['Android', /Android/],
    ['iPhone', /iPhone/],
    ['iPad', /iPad/],
    ['Windows', /Windows/],
    ['macOS', /Mac OS X/],
    ['Linux', /Linux/],
  ])
  if (!browser) return agent.slice(0, 60) || 'a program that does not say'
  return system ? `${browser} on ${system}` : browser
}

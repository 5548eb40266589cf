/**
 * display: see what a wall shows, and nothing else; read: see; personal: see what is about people, too; work: work cases,
 * messages in quarantine and replays; respond: take alerts on, silence, run checks, pause sources; approve: say the second
 * word where one must not decide alone; administer: people, tokens, keys, the audit trail and data requests; ingest: send facts.
 */
export const permissions = [
  'display',
  'read',
  'personal',
  'work',
  'respond',
  'approve',
  'administer',
  'ingest',
] as const
export type Permission = (typeof permissions)[number]

const viewer = ['display', 'read'] as const
const worker = [...viewer, 'personal', 'work'] as const

/** What the people of each role may. Machines have no role: their keys carry `ingest`, and displays `display`. */
export const roles = {
  viewer,
  worker,
  on_call: [...viewer, 'personal', 'respond'],
  approver: [...worker, 'approve'],
  admin: [...worker, 'respond', 'approve', 'administer'],
} as const satisfies Record<string, readonly Permission[]>
export type Role = keyof typeof roles
export const roleNames = Object.keys(roles) as [Role, ...Role[]]

import type { TokenRow } from '../../server/api/schemas/access.ts'
import type { Status } from '../../server/api/schemas/common.ts'

type Kind = TokenRow['kind']

/** How the pages speak of each kind of token. */
export const TOKEN_WORDS: Record<
  Kind,
  { title: string; sub: string; one: string; make: string; nameHint: string; none: string; noneHint: string }
> = {
  token: {
    title: 'Tokens for scripts',
    sub: 'they act in your name, and may never more than you',
    one: 'token',
    make: 'Make a token',
    nameHint: 'What it is for, such as nightly report',
    none: 'You have no tokens',
    noneHint: 'A script shows one instead of signing in: Authorization: Bearer plb_t_…',
  },
  display: {
    title: 'Walls',
    sub: 'screens nobody stands before: each sees what a wall shows, with personal data masked',
    one: 'wall',
    make: 'Let a wall in',
    nameHint: 'Where it hangs, such as Hamburg, hall 2',
    none: 'No wall has been let in',
    noneHint: 'A screen opens the address of its token once, and keeps it in a cookie.',
  },
  key: {
    title: 'Ingest keys',
    sub: 'what sends facts shows one; it can do nothing else',
    one: 'key',
    make: 'Make a key',
    nameHint: 'Who sends, such as WMS Hamburg',
    none: 'No key has been made',
    noneHint: 'Collectors and systems that push show one: Authorization: Bearer plb_k_…',
  },
}

export const TOKEN_STATES: Record<TokenRow['state'], { word: string; status: Status }> = {
  active: { word: 'Active', status: 'ok' },
  expired: { word: 'Over', status: 'unknown' },
  revoked: { word: 'Revoked', status: 'unknown' },
}

/** How long a token may last; '' until it is revoked. */
export const LASTS: Record<Kind, { days: string; label: string }[]> = {
  token: [
    { days: '30', label: '30 days' },
    { days: '90', label: '90 days' },
    { days: '365', label: 'a year' },
  ],
  display: [
    { days: '', label: 'until it is revoked' },
    { days: '90', label: '90 days' },
    { days: '365', label: 'a year' },
  ],
  key: [
    { days: '', label: 'until it is revoked' },
    { days: '90', label: '90 days' },
    { days: '365', label: 'a year' },
  ],
}

/** A moment so many days from now; undefined for none. */
export const inDays = (days: string): string | undefined =>
  days === '' ? undefined : new Date(Date.now() + Number(days) * 86_400_000).toISOString()

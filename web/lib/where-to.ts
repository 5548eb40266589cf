const signInAt = '/sign-in'

/**
 * Where somebody goes who has signed in: the page they asked for, as `to` in the address says it. Only a page of ours: an
 * address somewhere else, however it is written, is the overview.
 */
export function readTo(search: string, origin = location.origin): string {
  const to = new URLSearchParams(search).get('to') ?? ''
  // a browser takes a backslash for a slash, and leaves tabs and line ends out
  if (!to.startsWith('/') || !URL.canParse(to, origin)) return '/'
  const address = new URL(to, origin)
  const isOurs = address.origin === origin && address.pathname !== signInAt
  return isOurs ? address.pathname + address.search + address.hash : '/'
}

/** The page to sign in, which leads back to where somebody is. */
export function writeSignIn({
  pathname,
  search,
  hash,
}: Pick<Location, 'pathname' | 'search' | 'hash'>): string {
  const to = pathname + search + hash
  return to === '/' ? signInAt : `${signInAt}?to=${encodeURIComponent(to)}`
}

let last = 0

/** Takes note of a moment that something has already: the clock may have been set back since. */
export function notBefore(at: string): void {
  const known = Date.parse(at) * 1_000
  if (known >= last) last = known + 999
}

/** Now, ISO 8601 with microseconds: of two steps of one process the later has the later moment. */
export function moment(): string {
  last = Math.max(last + 1, Date.now() * 1_000)
  return `${new Date(Math.floor(last / 1_000)).toISOString().slice(0, -1)}${String(last % 1_000).padStart(3, '0')}Z`
}

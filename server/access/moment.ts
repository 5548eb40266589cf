let last = 0

/** Now, ISO 8601 with microseconds: of two steps of one process the later has the later moment. */
export function moment(): string {
  last = Math.max(last + 1, Date.now() * 1_000)
  return `${new Date(Math.floor(last / 1_000)).toISOString().slice(0, -1)}${String(last % 1_000).padStart(3, '0')}Z`
}

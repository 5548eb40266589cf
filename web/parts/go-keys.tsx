import { useNavigate } from '@solidjs/router'
import { useKeys } from '../lib/keys.ts'

const PLACES = [
  ['o', 'overview', '/'],
  ['e', 'exceptions', '/exceptions'],
  ['a', 'alerts', '/alerts'],
  ['f', 'flows', '/flows'],
  ['r', 'reconciliation', '/reconciliation'],
  ['p', 'propagation', '/propagation'],
  ['t', 'traces', '/traces'],
  ['s', 'sources', '/sources'],
  ['q', 'data quality', '/quality'],
  ['m', 'messages in quarantine', '/quarantine'],
  ['y', 'replays', '/replays'],
  ['d', 'deliveries', '/deliveries'],
  ['n', 'dependencies', '/dependencies'],
  ['h', 'health of Plumbline', '/health'],
] as const

/** G, then a letter, goes to a page from anywhere. */
export function GoKeys() {
  const navigate = useNavigate()
  useKeys(
    PLACES.map(([letter, name, href]) => ({
      key: `g ${letter}`,
      show: `G ${letter.toUpperCase()}`,
      label: `Go to ${name}`,
      run: () => navigate(href),
    })),
  )
  return null
}

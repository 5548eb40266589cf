import { createHmac } from 'node:crypto'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { ReplayEndpoint } from '../../server/core/estate-replay-schema.ts'
import { readReplayAddress } from '../../server/core/replay-address.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'

/** The way out; see reconcilers/alerts/outgoing.ts, which refuses what lies inside and follows no redirect. */
export type Post = (
  message: { method: 'POST'; url: string; headers: Record<string, string>; body: string },
  limits: { timeout: number; allow_private: boolean },
  signal: AbortSignal,
) => Promise<{ status: number; text: string; retryAfter: string; error: string }>

type Pending = QueryRow['replay_pending']
export type Target = { endpoint: ReplayEndpoint; address: string; secret: Buffer }

/** So many messages are asked for at once. */
export const itemsAtOnce = 100

/**
 * Where a flow's integration is asked, with what its estate only names.
 * @throws PlumblineError `replay_unavailable` when the flow has no endpoint, or what it needs is not set
 */
export function readTarget(estate: Estate, name: string): Target {
  const flow = estate.flowOf.get(name)
  const refuse = (message: string, mend: string): never => {
    throw new PlumblineError('replay_unavailable', message, { status: 409, where: 'flow', mend })
  }
  const endpoint = flow?.replay
  if (!endpoint)
    return refuse(
      `The flow "${name}" has no replay endpoint`,
      'Name it in the estate: flows[].replay with url and secret_from.',
    )
  const found = readReplayAddress(endpoint)
  if (found.missing !== undefined) return refuse(found.missing, 'Set it, or the same name with _FILE.')
  return { endpoint, address: found.address, secret: found.secret }
}

/** What is asked, in the words of Standard Webhooks; the same items make the same id, whenever they are sent. */
export function writeRequest(target: Target, flow: string, items: readonly Pending[], at = new Date()) {
  const [first] = items as [Pending]
  const id = `replay_${first.item}`
  const body = JSON.stringify({
    type: 'replay.requested',
    timestamp: at.toISOString(),
    data: {
      flow,
      replay: first.replay,
      items: items.map(({ item, plant, key, document, trace_id }) => ({
        id: item,
        plant,
        key,
        document,
        trace_id,
      })),
    },
  })
  const seconds = String(Math.floor(at.getTime() / 1000))
  const signature = createHmac('sha256', target.secret).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    method: 'POST' as const,
    url: target.address,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  }
}

/** What an answer says of single items: those it refuses, and why. Whatever it does not speak of it has taken. */
export function readRefusals(text: string): Map<string, string> {
  try {
    const { items = [] } = JSON.parse(text) as {
      items?: { id?: unknown; status?: unknown; reason?: unknown }[]
    }
    return new Map(
      items
        .filter((item) => item.status === 'refused' && typeof item.id === 'string')
        .map((item) => [item.id as string, String(item.reason ?? 'refused without a reason').slice(0, 500)]),
    )
  } catch {
    return new Map()
  }
}

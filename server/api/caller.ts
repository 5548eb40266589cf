import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'

/**
 * The address a request came from. What stands before us on a private address says whom it speaks for: the last address
 * in X-Forwarded-For is the one that it has seen itself. '' where there is none, as in tests without a port.
 */
export function addressOf(context: Context): string {
  let address = ''
  try {
    address = getConnInfo(context).remote.address ?? ''
  } catch {
    return ''
  }
  const forwarded = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  return forwarded && ipaddr.isValid(forwarded) && isNear(address) ? forwarded : address
}

const isNear = (address: string) =>
  ipaddr.isValid(address) &&
  ['loopback', 'private', 'uniqueLocal', 'linkLocal'].includes(ipaddr.process(address).range())

/** What a browser or program says of itself, as it is kept with a session. */
export const agentOf = (context: Context): string => (context.req.header('user-agent') ?? '').slice(0, 200)

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { PlumblineError } from '../../server/core/errors.ts'

export type Resolved = { address: string; family: 4 | 6 }
export type Resolve = (host: string) => Promise<Resolved[]>

const resolveByDns: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })) as Resolved[]

/** Whether an address is somebody's on the internet: not loopback, private, link-local, shared or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  // an IPv4 address in IPv6's clothes is judged as what it is
  return ipaddr.process(address).range() === 'unicast'
}

/**
 * The addresses of a host, to connect to and to no others: a name that is asked again may answer something else.
 * @throws PlumblineError `address_refused` when one of them is inside, and the receiver is not allowed to be
 */
export async function resolveHost(
  host: string,
  allowPrivate: boolean,
  resolve: Resolve = resolveByDns,
): Promise<Resolved[]> {
  const literal = host.replace(/^\[|\]$/g, '')
  const family = isIP(literal)
  const found = family === 0 ? await resolve(literal) : [{ address: literal, family: family as 4 | 6 }]
  if (found.length === 0)
    throw new PlumblineError('address_unknown', `${host} has no address`, { where: host })
  const inside = allowPrivate ? undefined : found.find(({ address }) => !isPublicAddress(address))
  if (inside)
    throw new PlumblineError(
      'address_refused',
      `${host} is refused: ${inside.address} is not a public address, and allow_private is not set`,
      { where: host },
    )
  return found
}

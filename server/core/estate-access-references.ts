import type { EstateFile } from './estate-schema.ts'
import { isLoopback } from './settings.ts'

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

/** Who signs in must be able to do something, and somebody must be able to let others in. */
export function checkAccess(estate: EstateFile, known: Known, say: Say): void {
  const { sign_in, grants } = estate.access
  const plants = estate.plants.map((plant) => plant.plant)
  const regions = estate.plants.map((plant) => plant.region).filter((region) => region !== '')
  const flows = estate.flows.map((flow) => flow.flow)
  grants.forEach((grant, index) => {
    const at = `access.grants[${index}]`
    for (const plant of grant.plants ?? []) known(`${at}.plants`, plant, plants, 'a plant')
    for (const region of grant.regions ?? []) known(`${at}.regions`, region, regions, 'a region')
    for (const flow of grant.flows ?? []) known(`${at}.flows`, flow, flows, 'a flow')
    if (grant.plants && grant.regions)
      say(at, 'names plants and regions; expected one of them, and a second grant for the other')
    if (grant.role === 'admin' && (grant.plants || grant.regions || grant.flows))
      say(`${at}.role`, 'is admin of a part; expected a grant without plants, regions and flows')
  })
  if (!sign_in) return
  if (!sign_in.local && !sign_in.oidc)
    say('access.sign_in', 'names no way to sign in; expected local or oidc')
  if (!grants.some((grant) => grant.role === 'admin'))
    say('access.grants', 'has no role admin: nobody could let others in; expected a grant with it')
  const issuer = sign_in.oidc && new URL(sign_in.oidc.issuer)
  if (issuer && issuer.protocol !== 'https:' && !isLoopback(issuer.hostname))
    say('access.sign_in.oidc.issuer', `is ${issuer.origin}, without TLS; expected https://…`)
  if (sign_in.idle > sign_in.longest)
    say('access.sign_in.idle', 'is longer than longest; expected a shorter time')
}

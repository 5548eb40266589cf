import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Account, ProviderOptions } from './oidc-provider.ts'

// A provider of OpenID Connect for one client, in a process of its own; who sits at the browser need not type anything.

type Grantable = {
  oidc: {
    provider: {
      Grant: new (given: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
    }
    client: { clientId: string }
    session: { accountId: string }
  }
}

const { clientId, secret, redirectUris, groupsIn, ...options } = JSON.parse(
  process.argv[2] ?? '{}',
) as ProviderOptions
let { account } = options
process.on('message', (next: Account) => {
  account = next
  process.send?.('taken')
})
process.on('disconnect', () => process.exit(0))

const server = createServer()
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      client_secret: secret,
      redirect_uris: redirectUris,
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  claims: {
    openid: ['sub', ...(groupsIn === 'userinfo' ? [] : ['groups'])],
    profile: ['preferred_username', 'name', 'groups'],
  },
  conformIdTokenClaims: groupsIn === 'userinfo',
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ['a key for tests'] },
  findAccount: async (_context: unknown, id: string) => ({
    accountId: id,
    claims: async () => ({ ...account }),
  }),
  // whoever signs in has agreed already
  loadExistingGrant: async ({ oidc }: Grantable) => {
    const grant = new oidc.provider.Grant({
      clientId: oidc.client.clientId,
      accountId: oidc.session.accountId,
    })
    grant.addOIDCScope('openid profile email')
    await grant.save()
    return grant
  },
  interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
} as never)
const handle = provider.callback()
server.on('request', (request: IncomingMessage, response: ServerResponse) => {
  if (!request.url?.startsWith('/interaction/')) return void handle(request, response)
  void provider.interactionFinished(request, response, { login: { accountId: account.sub } })
})
process.send?.(issuer)

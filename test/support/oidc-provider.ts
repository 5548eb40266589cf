import { fork } from 'node:child_process'
import { join } from 'node:path'
import { childrenFolder } from './children.ts'

/** Somebody the provider knows. */
export type Account = { sub: string; preferred_username: string; name: string; groups: string[] }

export type ProviderOptions = {
  clientId: string
  secret: string
  redirectUris: string[]
  account: Account
  /** Where groups are told: in the token, or only when asked */
  groupsIn?: 'id_token' | 'userinfo'
}

export type OidcProvider = {
  issuer: string
  /** Who sits at the browser from now on: the provider takes their word for it */
  become(account: Account): Promise<void>
  close(): Promise<void>
}

/** Starts a real provider of OpenID Connect (oidc-provider) in a process of its own. */
export async function openOidcProvider(options: ProviderOptions): Promise<OidcProvider> {
  const child = fork(join(childrenFolder, 'oidc-child.ts'), [JSON.stringify(options)], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const hear = <Word>() =>
    new Promise<Word>((resolve, reject) => {
      child.once('message', (word) => resolve(word as Word))
      child.once('exit', () => reject(new Error('the provider has ended')))
    })
  return {
    issuer: await hear<string>(),
    become: async (account) => {
      const taken = hear()
      child.send(account)
      await taken
    },
    close: async () => {
      if (child.exitCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await gone
    },
  }
}

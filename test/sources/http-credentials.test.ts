import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import { type HttpClient, openHttp } from '../../collectors/sources/http/client.ts'
import { newTally } from '../../collectors/sources/pull/tally.ts'
import type { RestSourceConfig } from '../../server/core/estate-rest-schema.ts'
import { makeCertificate } from '../support/certificate.ts'
import { filesEstate } from '../support/files-world.ts'
import { startPeer } from '../support/peer.ts'

const open: HttpClient[] = []
afterAll(async () => {
  for (const http of open) await http.close()
})
const client = (url: string, settings: string, env: NodeJS.ProcessEnv): HttpClient => {
  const source = filesEstate(
    '',
    `  - source: stock
    kind: rest
    system: wms
    url: ${url}/stock
    mode: snapshot
    limits: { retries: 0 }
    plant: { const: HAM }
    states: { inventory_positions: { location: { const: A }, item: item, quantity: quantity } }
    ${settings}`,
  ).pulledSources[0] as RestSourceConfig
  const http = openHttp(source, newTally, () => undefined, env)
  open.push(http)
  return http
}
const ask = (http: HttpClient, url: string) =>
  http.get(new URL(url), {}, ({ text }) => ({ rows: 0, text })).then(({ text }) => text)

test('mTLS: who we are is shown by a certificate, and who is asked has to prove the same', async () => {
  const [theirs, ours] = [makeCertificate(), makeCertificate()]
  const server = createServer(
    { ...theirs, ca: ours.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => response.end(String((request.socket as TLSSocket).authorized)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  const env = { CA: theirs.cert, CERT: ours.cert, KEY: ours.key, OTHER: makeCertificate().cert }
  const whole = 'tls: { ca_from: CA, cert_from: CERT, key_from: KEY }'
  expect(await ask(client(url, whole, env), url)).toBe('true')
  await expect(ask(client(url, 'tls: { ca_from: CA }', env), url)).rejects.toMatchObject({
    code: 'not_answered',
  })
  await expect(ask(client(url, whole.replace('CA,', 'OTHER,'), env), url)).rejects.toThrow(/certificate/)
  await expect(ask(client(url, '', env), url)).rejects.toThrow(/certificate/)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('OAuth 2, a refresh token: the newest that was given is shown the next time', async () => {
  const shown: (string | null)[] = []
  const peer = await startPeer(async (url, request) => {
    if (url.pathname !== '/token')
      return request.headers.authorization === `Bearer access-${shown.length}`
        ? { body: 'good' }
        : { status: 401, body: {} }
    let body = ''
    for await (const part of request) body += part
    const sent = new URLSearchParams(body)
    expect(sent.get('grant_type')).toBe('refresh_token')
    shown.push(sent.get('refresh_token'))
    const number = shown.length
    return {
      body: { access_token: `access-${number}`, token_type: 'bearer', refresh_token: `refresh-${number}` },
    }
  })
  const auth = `auth: { oauth2: { token_url: '${peer.url}/token', client_id: plumbline, client_secret_from: SECRET, refresh_token_from: REFRESH } }`
  const http = client(peer.url, auth, { SECRET: 's', REFRESH: 'refresh-0' })
  expect(await ask(http, peer.url)).toBe('good')
  expect(await ask(http, peer.url)).toBe('good')
  expect(shown).toEqual(['refresh-0'])
  // a token that is refused is asked for anew, once, by what the last answer gave
  shown.push('revoked meanwhile')
  expect(await ask(http, peer.url)).toBe('good')
  expect(shown).toEqual(['refresh-0', 'revoked meanwhile', 'refresh-1'])
  await peer.close()
})

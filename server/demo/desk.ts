import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readSigned } from './signed-request.ts'

/**
 * The demo's on-call desk, on a port of this machine: what the estate's receiver tells is taken when its signature fits.
 * The estate names the two variables that are set here.
 */
export async function openDesk(): Promise<{ close(): void }> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const server = createServer(async (request, response) => {
    const said = await readSigned(request, secret).catch(() => undefined)
    response.writeHead(said === undefined ? 401 : 204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // a start that fails must not be held up by it
  server.unref()
  const { port } = server.address() as AddressInfo
  process.env.PLUMBLINE_DEMO_DESK_SECRET = secret
  process.env.PLUMBLINE_DEMO_DESK_URL = `http://127.0.0.1:${port}/alerts`
  return {
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

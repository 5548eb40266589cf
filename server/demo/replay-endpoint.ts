import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Resend } from './replay-lost.ts'
import { readSigned } from './signed-request.ts'

type Item = Omit<Resend, 'at'> & { id: string }
type Answer = { taken: boolean; reason: string }

/**
 * The hub's replay endpoint, on a port of this machine: signed as Standard Webhooks says, each item once whatever how
 * often it is asked for, and an answer for each.
 */
export async function startReplayEndpoint(
  secret: string,
  resend: (asked: Omit<Resend, 'at'>) => Answer,
): Promise<{ url: string; close(): Promise<void> }> {
  const done = new Map<string, Answer>()
  const server = createServer(async (request, response) => {
    const say = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    try {
      const body = await readSigned(request, secret)
      if (body === undefined) return say(401, { error: 'the signature does not fit' })
      const { items } = (JSON.parse(body) as { data: { items: Item[] } }).data
      say(200, {
        items: items.map(({ id, plant, key: name, trace_id }) => {
          const answer = done.get(id) ?? resend({ plant, key: name, trace_id })
          done.set(id, answer)
          return { id, status: answer.taken ? 'accepted' : 'refused', reason: answer.reason }
        }),
      })
    } catch (error) {
      say(400, { error: (error as Error).message })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/replay`,
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

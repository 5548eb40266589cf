import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export type Asked = {
  id: string
  flow: string
  replay: string
  items: { id: string; plant: string; key: string; document: string; trace_id: string }[]
}
export type Reply = { status: number; body?: object; headers?: Record<string, string> }

/** An integration's replay endpoint on a port of its own; it verifies what is signed, as the standard says. */
export async function openReceiver(reply: (asked: Asked, times: number) => Promise<Reply> | Reply) {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const requests: Asked[] = []
  const forged: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    try {
      new Webhook(secret).verify(body, request.headers as Record<string, string>)
    } catch (error) {
      forged.push(String(error))
      response.writeHead(401).end()
      return
    }
    const asked: Asked = { id: String(request.headers['webhook-id']), ...JSON.parse(body).data }
    requests.push(asked)
    const answer = await reply(asked, requests.filter((each) => each.id === asked.id).length)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(answer.body ? JSON.stringify(answer.body) : '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/replay`,
    secret,
    requests,
    forged,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

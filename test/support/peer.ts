import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a peer answers: a status, headers and a body; a value is written as JSON. */
export type PeerAnswer = {
  status?: number
  headers?: Record<string, string>
  body?: unknown
  delayMs?: number
}

/** A server of a system that is pulled, on real HTTP; what it answers a test decides, request by request. */
export type Peer = {
  url: string
  /** every request it got, in order: path with parameters, and headers */
  asked: { path: string; headers: IncomingMessage['headers'] }[]
  answer: (url: URL, request: IncomingMessage) => PeerAnswer | Promise<PeerAnswer>
  close(): Promise<void>
}

/** Starts a peer that answers by `answer`, which may be replaced while it runs. */
export async function startPeer(answer: Peer['answer']): Promise<Peer> {
  const peer: Peer = { url: '', asked: [], answer, close: async () => undefined }
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    peer.asked.push({ path: request.url ?? '', headers: request.headers })
    const {
      status = 200,
      headers = {},
      body,
      delayMs = 0,
    } = await peer.answer(new URL(request.url ?? '', peer.url), request)
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  peer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  peer.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return peer
}

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { packet, writeMessage } from './tokens.ts'

/** What is said to a message of a client: bytes, then nothing more of the line, or nothing at all. */
export type TdsAnswer = { bytes?: Buffer; isCut?: boolean }

/** A stand-in of SQL Server: carries messages of TDS, encrypted as the protocol has it; what they say is for others. */
export type TdsServer = { port: number; connections: () => number; close(): Promise<void> }

/**
 * Listens. `answer` gets each message of a client, packets and all, and which of its connection it is (from 0, PRELOGIN).
 * Encryption begins after PRELOGIN, its handshake wrapped in packets of that type ([MS-TDS] 2.2.6.5, 3.2.5.1).
 */
export async function startTds(
  certificate: { cert: string; key: string },
  answer: (message: Buffer, index: number, connection: number) => TdsAnswer | Promise<TdsAnswer>,
): Promise<TdsServer> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // a client that goes away is what some tests are about
    socket.on('error', () => undefined)
    void serve(socket, certificate, answer, connections++)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

async function serve(
  socket: Socket,
  certificate: { cert: string; key: string },
  answer: Parameters<typeof startTds>[1],
  connection: number,
): Promise<void> {
  let count = 0
  /** Says what is to be said on a way, which is closed where no more is to come. */
  const reply = async (message: Buffer, way: Duplex) => {
    const { bytes, isCut } = await answer(message, count++, connection)
    if (bytes && !way.destroyed) way.write(bytes, () => isCut && socket.destroy())
    else if (isCut) socket.destroy()
  }
  let isWrapped = true
  let held: Buffer[] = []
  /** What TLS says while it is agreed on goes out as one message, once it has said all of it. */
  const flush = () => {
    const body = Buffer.concat(held)
    held = []
    if (body.length > 0) socket.write(writeMessage(packet.prelogin, body))
  }
  const way = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      if (!isWrapped) socket.write(chunk)
      else if (held.push(chunk) === 1) setImmediate(flush)
      done()
    },
  })
  let secure: TLSSocket | undefined
  const readPlain = cutMessages((message) => {
    if (!secure) {
      const start = () => {
        secure = new TLSSocket(way, { isServer: true, maxVersion: 'TLSv1.2', ...certificate })
        secure.on('error', () => socket.destroy())
        secure.on(
          'data',
          cutMessages((inner) => void reply(inner, secure as Duplex)),
        )
      }
      start()
      void reply(message, socket)
      return
    }
    way.push(stripHeaders(message))
  })
  socket.on('data', (chunk: Buffer) => {
    // a record of TLS that is in no packet: what was to be agreed on is
    if (isWrapped && secure && chunk[0] !== packet.prelogin) isWrapped = false
    if (isWrapped) readPlain(chunk)
    else way.push(chunk)
  })
}

/** Cuts a stream into messages, each with all its packets. */
function cutMessages(take: (message: Buffer) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0)
  return (chunk) => {
    held = Buffer.concat([held, chunk])
    for (let at = 0; held.length >= at + 8; ) {
      const end = at + held.readUInt16BE(at + 2)
      if (held.length < end) return
      if (((held[at + 1] as number) & 1) === 1) {
        take(held.subarray(0, end))
        held = held.subarray(end)
        at = 0
      } else at = end
    }
  }
}

/** A message without the headers of its packets. */
export function stripHeaders(message: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at + 8 <= message.length; ) {
    const end = at + message.readUInt16BE(at + 2)
    parts.push(message.subarray(at + 8, end))
    at = end
  }
  return Buffer.concat(parts)
}

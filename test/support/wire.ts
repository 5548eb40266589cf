import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

/** A wire between a client and its server that can fail as wires do. */
export type Wire = {
  port: number
  /** From now on nothing that the client says arrives; what the server says does. */
  swallow(): void
  /** Breaks every connection; the next ones are whole again. */
  cut(): void
  close(): Promise<void>
}

/** Lays a wire to a port of this machine; with `tls` its near end speaks TLS. */
export async function layWire(to: number, tls?: TlsOptions): Promise<Wire> {
  const sockets = new Set<Socket>()
  let isSwallowing = false
  const lay = (near: Socket) => {
    const far = connectTcp(to, '127.0.0.1')
    const ends = [near, far]
    for (const socket of ends) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        for (const end of ends) {
          end.destroy()
          sockets.delete(end)
        }
      })
    }
    near.on('data', (bytes) => {
      if (!isSwallowing) far.write(bytes)
    })
    far.on('data', (bytes) => near.write(bytes))
  }
  const server: Server = tls ? createTlsServer(tls, lay) : createServer(lay)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    isSwallowing = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as { port: number }).port,
    swallow: () => {
      isSwallowing = true
    },
    cut,
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

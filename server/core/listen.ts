import { serve } from '@hono/node-server'
import { PlumblineError } from './errors.ts'
import type { Settings } from './settings.ts'

/**
 * Answers HTTP on the address and port of the settings.
 * @throws PlumblineError `port_taken`
 */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  settings: Settings,
): Promise<{ port: number; close(): Promise<void> }> {
  // who is refused before the body was read may send it to its end: Node passes over what is left, where the library would
  // reset the connection after half a second, and with it the answer or the next request
  const options = { fetch, hostname: settings.host, port: settings.port, autoCleanupIncoming: false }
  return new Promise((resolve, reject) => {
    const server = serve(options, (address) =>
      resolve({
        port: address.port,
        close: () =>
          new Promise<void>((closed) => {
            server.close(() => closed())
            // streams stay open by nature; they are ended rather than waited for
            if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 200).unref()
          }),
      }),
    )
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PlumblineError('port_taken', `Port ${settings.port} on ${settings.host} is taken`, {
              where: 'PORT',
              mend: 'Stop what listens there, or set PORT to another port.',
            })
          : error,
      ),
    )
  })
}

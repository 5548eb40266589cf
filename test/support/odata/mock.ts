import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { type Peer, type PeerAnswer, startPeer } from '../peer.ts'
import { type Shapes, writeEdmx2, writeEdmx4 } from './edmx.ts'

/** SAP's own mock server for Fiori is CommonJS; its types ask for packages that it does not bring. */
type MockServer = {
  isReady: Promise<void>
  getRouter(): (request: IncomingMessage, response: ServerResponse, next: () => void) => void
  dispose(): Promise<void>
}
const { default: FEMockserver } = createRequire(import.meta.url)('@sap-ux/fe-mockserver-core') as {
  default: new (configuration: object) => MockServer
}

type Rows = Record<string, unknown>[]
export type MockService = {
  path: string
  version: 2 | 4
  space: string
  shapes: Shapes
  /** set → what is in it; asked for anew by `reload` */
  data: Record<string, Rows>
}

/**
 * SAP's mock server on real HTTP, with a front before it that pages as a gateway does (`pageSize`, by $skiptoken) and
 * says datetimeoffset'…' as the mock understands it. `peer.answer` may be replaced to let something go wrong.
 */
export type Mock = Peer & {
  /** what the front answers when nothing goes wrong */
  pass: Peer['answer']
  /** pages of the server's own; 0 = none */
  pageSize: number
  /** Reads data and shapes of the services again. */
  reload(): Promise<void>
}

/** Starts the mock server with services that need no files. */
export async function startMock(services: MockService[]): Promise<Mock> {
  class MemoryLoader {
    isTypescriptEnabled = () => false
    syncSupported = () => true
    exists = async (path: string) => find(path) !== undefined
    existsSync = (path: string) => find(path) !== undefined
    loadFile = async (path: string) => find(path) ?? ''
    loadFileSync = (path: string) => find(path) ?? ''
    /** the one thing it is asked for: what reads metadata */
    loadJS = async () =>
      class {
        loadMetadata = async (path: string) => find(path) ?? ''
        addI18nPath = () => undefined
      }
  }
  const find = (path: string): string | undefined => {
    const service = services.find(({ space }) => path.replaceAll('\\', '/').includes(`/mock/${space}/`))
    if (!service) return undefined
    const name = path.replaceAll('\\', '/').split('/').at(-1) as string
    if (name === 'metadata.xml')
      return (service.version === 2 ? writeEdmx2 : writeEdmx4)(service.space, service.shapes)
    const rows = service.data[name.replace(/\.json$/, '')]
    return name.endsWith('.json') && rows ? JSON.stringify(rows) : undefined
  }
  const build = async () => {
    const mock = new FEMockserver({
      fileLoader: MemoryLoader,
      services: services.map(({ path, space }) => ({
        urlPath: path,
        metadataPath: `/mock/${space}/metadata.xml`,
        mockdataPath: `/mock/${space}/data`,
        generateMockData: false,
        watch: false,
        noETag: true,
        strictKeyMode: false,
        logger: {
          info: () => undefined,
          error: () => undefined,
          warn: () => undefined,
          debug: () => undefined,
        },
      })),
    })
    await mock.isReady
    return mock
  }
  let mock = await build()
  const server = createServer((request, response) =>
    mock.getRouter()(request, response, () => {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          error: { code: '/IWFND/MED/170', message: { lang: 'en', value: 'No service found' } },
        }),
      )
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const inner = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const pass = async (url: URL, request: IncomingMessage): Promise<PeerAnswer> => {
    const version = services.find(({ path }) => url.pathname.startsWith(path))?.version ?? 2
    const asked = new URL(
      `${inner}${url.pathname}${url.search.replace(/datetimeoffset(%27|')/g, 'datetime$1')}`,
    )
    const skipped = Number(url.searchParams.get('$skiptoken') ?? 0)
    asked.searchParams.delete('$skiptoken')
    const top = url.searchParams.get('$top')
    const wished = Number(/maxpagesize=(\d+)/.exec(String(request.headers.prefer ?? ''))?.[1] ?? 0)
    const size = peer.pageSize > 0 ? peer.pageSize : version === 4 ? wished : 0
    const first = Number(url.searchParams.get('$skip') ?? 0)
    const wanted = top === null ? Number.POSITIVE_INFINITY : Number(top) - skipped
    if (size > 0) {
      asked.searchParams.set('$skip', String(first + skipped))
      asked.searchParams.set('$top', String(Math.min(size, wanted)))
    }
    const answer = await fetch(asked, { headers: { accept: String(request.headers.accept) } })
    const text = await answer.text()
    const headers = { 'content-type': answer.headers.get('content-type') ?? 'application/json' }
    if (!answer.ok || size === 0 || !headers['content-type'].startsWith('application/json'))
      return { status: answer.status, headers, body: text }
    const body = JSON.parse(text)
    const rows: unknown[] = body.value ?? body.d.results
    const all = Number(body['@odata.count'] ?? body.d?.__count)
    const reached = first + skipped + rows.length
    if (rows.length === size && reached < all && rows.length < wanted) {
      const next = new URL(url)
      next.searchParams.set('$skiptoken', String(skipped + rows.length))
      // V2 names the whole address, V4 may name what follows the root
      if (version === 2) body.d.__next = next.href
      else body['@odata.nextLink'] = `${url.pathname.split('/').at(-1)}${next.search}`
    }
    return { status: answer.status, headers, body }
  }
  const peer: Mock = Object.assign(await startPeer(pass), {
    pass,
    pageSize: 0,
    reload: async () => {
      const old = mock
      mock = await build()
      await old.dispose()
    },
  })
  const close = peer.close
  peer.close = async () => {
    await close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await mock.dispose()
  }
  return peer
}

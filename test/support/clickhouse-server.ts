import { createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClickHouseClient, createClient, TupleParam } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'
import { readPlaceholders } from '../../sql/files.ts'
import { createPool } from '../../sql/pool.ts'
import { isolateSession, readDefaults } from '../../sql/session.ts'

/**
 * A stand-in for a ClickHouse server, run as a process of its own: the part of ClickHouse's HTTP interface that the
 * official client speaks (query in the address or the body, `param_` values, settings, a body to insert), answered by
 * the real engine in process. Arguments: port, folder. Prints "listening" once it is. What is posted to `/trouble` it
 * has from then on.
 */
const [port = '0', folder = '.'] = process.argv.slice(2)
const uploads = join(folder, 'uploads')
mkdirSync(uploads, { recursive: true })
// a session takes one statement at a time, a server as many as come
const clients = Array.from({ length: 8 }, () =>
  createClient({ connection: createChdbConnection({ path: join(folder, 'engine') }) as never }),
)
const defaults = await readDefaults(clients[0] as ClickHouseClient)
for (const client of clients) isolateSession(client, defaults)
const pool = createPool(clients)

const notSettings = new Set(['query', 'query_id', 'database', 'session_id', 'role'])
let count = 0
/** Each statement waits so long; what changes anything is refused with this code of the engine. */
let trouble: { slowMs?: number; refuses?: { code: number; name: string } } = {}

// a statement comes in the address when its data is in the body; ClickHouse takes 1 MiB of it (http_max_uri_size)
createServer({ maxHeaderSize: 2 ** 20 }, (request, response) => {
  void (async () => {
    try {
      const answer = await run(request)
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-ClickHouse-Summary': '{}' })
      response.end(answer)
    } catch (error) {
      const message = (error as Error).message
      response.writeHead(500, {
        'Content-Type': 'text/plain',
        'X-ClickHouse-Exception-Code': /Code: (\d+)/.exec(message)?.[1] ?? '1',
      })
      response.end(
        /^Code:/.test(message)
          ? message
          : `Code: ${(error as { code?: string }).code ?? 1}. DB::Exception: ${message} (FAULT)`,
      )
    }
  })()
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'))

async function run(request: IncomingMessage): Promise<string> {
  const address = new URL(request.url ?? '/', 'http://engine')
  if (address.pathname === '/ping') return 'Ok.\n'
  if (address.pathname === '/trouble') {
    trouble = JSON.parse(await text(request))
    return ''
  }
  if (trouble.slowMs) await sleep(trouble.slowMs)
  const params: Record<string, string> = {}
  const settings: Record<string, string> = {}
  for (const [name, value] of address.searchParams) {
    if (name.startsWith('param_')) params[name.slice(6)] = value
    else if (!notSettings.has(name)) settings[name] = value
  }
  const named = address.searchParams.get('query')
  if (named && /\bFROM input\(/.test(named)) return insertUpload(request, named, params, settings)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString('utf8')
  return execute(named ? `${named}\n${body}` : body, params, settings)
}

/** `INSERT … SELECT … FROM input(structure) FORMAT X` with the rows in the body: the engine in process reads a file. */
async function insertUpload(
  request: IncomingMessage,
  query: string,
  params: Record<string, string>,
  settings: Record<string, string>,
) {
  const path = join(uploads, String(++count))
  await pipeline(request, createWriteStream(path))
  const format = /FORMAT (\w+)\s*$/.exec(query)?.[1] ?? ''
  const statement = query.replace(/\s+FORMAT \w+\s*$/, '').replace(/input\(/, `file('${path}', '${format}', `)
  try {
    return await execute(statement, params, settings)
  } finally {
    rmSync(path)
  }
}

async function execute(
  query: string,
  params: Record<string, string>,
  settings: Record<string, string>,
): Promise<string> {
  const { refuses } = trouble
  if (refuses && !/^\s*(--.*\n\s*)*(SELECT|WITH|SHOW|DESCRIBE|EXISTS)\b/i.test(query))
    throw new Error(
      `Code: ${refuses.code}. DB::Exception: this server takes no changes now. (${refuses.name})`,
    )
  const options = { query_params: decodeParams(query, params), clickhouse_settings: settings as never }
  const asked = /^([\s\S]+?)\s+FORMAT\s+(JSONEachRow)\s*$/.exec(query)
  return pool.use(async (client) => {
    if (asked)
      return (await client.query({ query: asked[1] as string, format: 'JSONEachRow', ...options })).text()
    await client.command({ query, ...options })
    return ''
  })
}

const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', '0': '\0' }
const decode = (text: string) => text.replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char)

/** Parameters as values again, since the client in process writes them as text itself. What is a list, its type says. */
function decodeParams(query: string, params: Record<string, string>): Record<string, unknown> {
  const types = readPlaceholders(query)
  return Object.fromEntries(
    Object.entries(params).map(([name, text]) => [
      name,
      /^(Array|Map|Tuple)\(/.test(types.get(name) ?? '') ? decodeNested(text) : decode(text),
    ]),
  )
}

/** `['a', [1, nan]]`, `{'a': 1}` and `('a', 1)` as ClickHouse writes them: text is quoted, all else stays as it stands. */
function decodeNested(text: string): unknown {
  const tokens = [...text.matchAll(/'((?:[^'\\]|\\.)*)'|[[\](){},:]|[^\s[\](){},:']+/g)]
  let at = 0
  const isNext = (sign: string) => tokens[at]?.[0] === sign && ++at > 0
  const list = (end: string) => {
    const items: unknown[] = []
    while (!isNext(end)) {
      items.push(value())
      isNext(',')
    }
    return items
  }
  const value = (): unknown => {
    if (isNext('[')) return list(']')
    if (isNext('(')) return new TupleParam(list(')') as readonly unknown[])
    if (isNext('{')) {
      const pairs = new Map<unknown, unknown>()
      while (!isNext('}')) {
        const key = value()
        isNext(':')
        pairs.set(key, value())
        isNext(',')
      }
      return pairs
    }
    const [all = '', quoted] = tokens[at++] ?? []
    if (quoted !== undefined) return decode(quoted)
    // a number may be larger than JavaScript's
    if (/^-?\d+$/.test(all)) return BigInt(all)
    const named: Record<string, unknown> = { nan: Number.NaN, NULL: null, TRUE: true, FALSE: false }
    return all in named ? named[all] : Number(all)
  }
  return value()
}

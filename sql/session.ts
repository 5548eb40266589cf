import type { ClickHouseClient } from '@clickhouse/client'
import { formatQueryParams } from '@clickhouse/client-common'
import { readPlaceholders } from './files.ts'

type Given = Record<string, unknown>
type Request = { query: string; query_params?: Given; clickhouse_settings?: Given }

/** What is held longer than this is not left lying in a session after its statement. */
const longest = 10_000

/**
 * Makes a client of the embedded engine carry values and settings as state of its session, in one `SET` ahead of the
 * statement.
 *
 * Values: the driver keeps its parameters in one place for the whole process and therefore runs statements that have
 * any strictly one after another, whatever their session: a reader would wait for every load to end. `SET param_x` binds
 * the same placeholder in this session alone. A placeholder without a value is an error here, since the session would
 * remember an older one.
 *
 * Settings: a session keeps what one statement set for all that follow: the token of one insert would make the next
 * look like its repetition, and be dropped without a word. Each statement has the settings in `base` and its own, and
 * every other is the engine's default. Only what differs from the statement before is sent.
 *
 * A session made so takes one statement at a time.
 */
export function isolateSession(
  client: ClickHouseClient,
  defaults: ReadonlyMap<string, string>,
  base: Given = {},
): void {
  // what the session has; undefined when nobody knows, after a statement that failed
  const held = new Map<string, string | undefined>()
  const change = (given: Map<string, string>): [string, string][] => {
    for (const [name, value] of held)
      if (!given.has(name)) {
        if (!name.startsWith('param_')) given.set(name, defaults.get(name) ?? '')
        else if (value === undefined || value.length > longest) given.set(name, '')
      }
    const changes = [...given].filter(([name, value]) => held.get(name) !== value)
    for (const [name, value] of changes) held.set(name, value)
    return changes
  }
  const readSettings = (given: Given = {}) =>
    new Map(
      Object.entries({ ...base, ...given })
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, String(value)]),
    )
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      return await work()
    } catch (error) {
      for (const name of held.keys()) held.set(name, undefined)
      throw error
    }
  }

  for (const method of ['query', 'command'] as const) {
    const run = client[method].bind(client) as (request: Request) => Promise<unknown>
    Object.assign(client, {
      [method]: async ({ query, query_params = {}, clickhouse_settings, ...request }: Request) => {
        const given = readSettings(clickhouse_settings)
        for (const name of readPlaceholders(withoutRows(query)).keys()) {
          if (!(name in query_params)) throw new Error(`parameter ${name} is missing`)
          given.set(`param_${name}`, formatQueryParams({ value: query_params[name] }))
        }
        const changes = change(given).map(([name, value]) => `${name} = ${quote(value)}`)
        const prefix = changes.length > 0 ? `SET ${changes.join(', ')}; ` : ''
        return attempt(() => run({ ...request, query: prefix + query }))
      },
    })
  }
  // the driver composes the statement: what it is to have goes the driver's way
  const insert = client.insert.bind(client) as unknown as (request: Given) => Promise<unknown>
  Object.assign(client, {
    insert: (request: Given) => {
      const changes = change(readSettings(request.clickhouse_settings as Given | undefined))
      return attempt(() => insert({ ...request, clickhouse_settings: Object.fromEntries(changes) }))
    },
  })
}

/** A statement without the rows it may bring along: what stands in them is nobody's placeholder. */
const withoutRows = (query: string) => query.replace(/^(INSERT INTO .* FORMAT \w+)\n[\s\S]*$/, '$1')

/** A value as the engine's text literal. */
const quote = (value: string) =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`

/** The engine's default of every setting. */
export async function readDefaults(client: ClickHouseClient): Promise<Map<string, string>> {
  const result = await client.query({
    query: 'SELECT name, default FROM system.settings',
    format: 'JSONEachRow',
  })
  const rows = (await result.json()) as { name: string; default: string }[]
  // "auto(2)" tells what auto comes to here; it is set as auto
  return new Map(rows.map((row) => [row.name, row.default.startsWith('auto') ? 'auto' : row.default]))
}

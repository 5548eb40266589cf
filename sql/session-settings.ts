import type { ClickHouseClient } from '@clickhouse/client'

type Given = Record<string, unknown>
type Request = { clickhouse_settings?: Given }

/**
 * A session of the embedded engine keeps what one statement set for all that follow: the token of one insert would make
 * the next look like its repetition, and be dropped without a word. Here each statement puts back what others set.
 * `defaults` are the engine's own, by name.
 */
export function isolateSettings(client: ClickHouseClient, defaults: ReadonlyMap<string, string>): void {
  const used = new Set<string>()
  const complete = (given: Given = {}): Given => {
    const settings: Given = {}
    for (const name of used) if (!(name in given)) settings[name] = defaults.get(name) ?? ''
    for (const name of Object.keys(given)) used.add(name)
    return { ...settings, ...given }
  }
  for (const method of ['query', 'command', 'insert'] as const) {
    const run = client[method].bind(client) as (request: Request) => Promise<unknown>
    Object.assign(client, {
      [method]: (request: Request) =>
        run({ ...request, clickhouse_settings: complete(request.clickhouse_settings) }),
    })
  }
}

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

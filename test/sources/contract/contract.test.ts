import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadAdapters, type PulledKind } from '../../../collectors/sources/index.ts'
import { connectMqtt } from '../../../collectors/sources/mqtt/connect.ts'
import { PlumblineError } from '../../../server/core/errors.ts'
import type { MqttSourceConfig } from '../../../server/core/estate-mqtt-schema.ts'
import { type FilesWorld, filesEstate, openFilesWorld } from '../../support/files-world.ts'
import { startAedes } from '../../support/mqtt-broker.ts'
import { writeEdmx4 } from '../../support/odata/edmx.ts'
import { type Peer, type PeerAnswer, startPeer } from '../../support/peer.ts'
import { pushEstate, stockStates } from '../../support/push-estate.ts'
import { type Keeper, matrix, type Obligation, obligations } from './matrix.ts'

const keepers = Object.keys(matrix) as Keeper[]
/** What the adapter of a keeper is called, and of a database in which dialect. */
const kindOf = (keeper: Keeper) => keeper.split(' ')[0] as PulledKind
const kinds = [...new Set(keepers.map(kindOf))]
const places = keepers.flatMap((kind) => obligations.map((obligation) => [kind, obligation] as const))

/** A source of each kind with nothing that could be left out, and what it can't do without. */
const least: Record<PulledKind, { settings: string; needs: readonly string[] }> = {
  rest: { settings: 'url: https://wms.example.com/stock', needs: ['url'] },
  odata: {
    settings: 'url: https://erp.example.com/odata\nset: Stock\nmode: snapshot',
    needs: ['url', 'set'],
  },
  files: { settings: 'folder: /drop\npattern: "*.csv"\nformat: csv', needs: ['folder', 'format'] },
  sql: {
    settings:
      'dialect: postgresql\nhost: db.example.com\ndatabase: wms\nuser: reader\npassword_from: WMS_PASSWORD\ntable: stock\nmode: snapshot',
    needs: ['dialect', 'host', 'database', 'user', 'password_from', 'table'],
  },
  webhook: { settings: 'verify: { token: { secrets_from: [WMS_TOKEN] } }', needs: [] },
  mqtt: { settings: 'url: mqtt://broker.example.com\ntopics: [stock]', needs: ['url', 'topics'] },
  nats: { settings: 'url: nats://broker.example.com\nstream: STOCK', needs: ['url', 'stream'] },
  amqp: { settings: 'url: amqp://broker.example.com\nqueue: stock', needs: ['url', 'queue'] },
  kafka: { settings: 'brokers: ["broker.example.com:9092"]\ntopics: [stock]', needs: ['brokers', 'topics'] },
}
const estateOf = (kind: string, settings: string) =>
  pushEstate(
    `  - source: stock
    kind: ${kind}
    system: wms
${settings.replaceAll(/^/gm, '    ')}
${stockStates}`,
  )
const problemsOf = (kind: string, settings: string): { where: string; message: string }[] => {
  try {
    estateOf(kind, settings)
    return []
  } catch (error) {
    if (error instanceof PlumblineError) return error.details
    throw error
  }
}

test('every adapter has its line, and every line its adapter', async () => {
  expect([...(await loadAdapters()).keys()].sort()).toEqual([...kinds].sort())
})

test.each(places)('%s, %s: is shown where it is said to be', (keeper, obligation) => {
  const cell = matrix[keeper][obligation]
  if (cell === 'here') expect(shown[kindOf(keeper)]).toContain(obligation)
  else if ('not' in cell) expect(cell.not.length).toBeGreaterThan(20)
  else expect(readFileSync(new URL(`../${cell.file}`, import.meta.url), 'utf8')).toContain(cell.test)
})

describe('config schema', () => {
  test.each(keepers)(
    '%s: what is whole is taken; what is missing or unknown is named by its path',
    (keeper) => {
      const kind = kindOf(keeper)
      const { needs } = least[kind]
      const settings = least[kind].settings.replace('postgresql', keeper.split(' ')[1] ?? 'postgresql')
      expect(problemsOf(kind, settings)).toEqual([])
      const unknown = problemsOf(kind, `${settings}\nnonsense: 1`)
      expect(unknown.map(({ where }) => where).join()).toMatch(/^sources\[0\]/)
      expect(JSON.stringify(unknown)).toContain('nonsense')
      for (const name of needs) {
        const without = settings
          .split('\n')
          .filter((line) => !line.startsWith(`${name}:`))
          .join('\n')
        const said = problemsOf(kind, without)
        expect(said.length, `without ${name}`).toBeGreaterThan(0)
        for (const { where, message } of said) {
          expect(where).toMatch(/^sources\[0\]/)
          expect(message).toMatch(/expected/i)
        }
        expect(JSON.stringify(said)).toContain(name)
      }
    },
  )
})

describe('docs line', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const schema = JSON.parse(
    readFileSync(new URL('../../../server/core/estate.schema.gen.json', import.meta.url), 'utf8'),
  ) as { properties: { sources: { items: { oneOf: Shape[] } } } }
  type Shape = {
    properties: Record<string, { const?: string; description?: string; $ref?: string }>
  }
  test.each(kinds)(
    '%s: README says what it is for, and of each setting one of the two what it does',
    (kind) => {
      expect(readme).toMatch(new RegExp(`an? \`${kind}\` source`))
      const shape = schema.properties.sources.items.oneOf.find(
        ({ properties }) => properties.kind?.const === kind,
      )
      const settings = Object.entries(shape?.properties ?? {})
      expect(settings.length).toBeGreaterThan(3)
      const silent = settings
        .filter(([name, { description }]) => !description && !new RegExp(`\\b${name}\\b`).test(readme))
        .map(([name]) => name)
      expect(silent).toEqual([])
    },
  )
})

// One peer on real HTTP for all who pull over it: each asks for its own path, all get the same failure.
let world: FilesWorld
let peer: Peer
let failing: PeerAnswer | undefined
const row = { location: 'A', item: 'nut', quantity: '7' }
const csv = 'location,item,quantity\nA,nut,7\n'
const good = (url: URL): PeerAnswer => {
  if (url.pathname.startsWith('/rest')) return { body: [row] }
  if (url.pathname.endsWith('/$metadata'))
    return {
      headers: { 'content-type': 'application/xml' },
      body: writeEdmx4('stock', {
        Stock: { key: ['item'], fields: { location: 'String', item: 'String', quantity: 'Decimal' } },
      }),
    }
  if (url.pathname.startsWith('/odata')) return { body: { '@odata.count': 1, value: [row] } }
  if (url.pathname.endsWith('.csv')) return { headers: { etag: '"a"' }, body: csv }
  return {
    headers: { 'content-type': 'application/xml' },
    body: `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>stock.csv</Key><Size>${csv.length}</Size><ETag>"a"</ETag><LastModified>2026-01-05T08:00:00Z</LastModified></Contents></ListBucketResult>`,
  }
}
const overHttp = ['rest', 'odata', 'files'] as const
type OverHttp = (typeof overHttp)[number]
const settingsOf = (kind: OverHttp): string => {
  const limits = 'limits: { retries: 0, timeout: 300ms, answer_mib: 0.05 }\n    mode: snapshot'
  if (kind === 'rest') return `url: ${peer.url}/rest\n    ${limits}`
  if (kind === 'odata') return `url: ${peer.url}/odata\n    set: Stock\n    ${limits}`
  return `bucket: { endpoint: '${peer.url}', bucket: exchange, path_style: true, access_key_from: CONTRACT_KEY, secret_key_from: CONTRACT_KEY, timeout: 300ms, retries: 0 }
    pattern: '*.csv'
    format: csv`
}
const failures: Partial<Record<Obligation, { answer: PeerAnswer; says: RegExp; of?: readonly OverHttp[] }>> =
  {
    'time-out': { answer: { body: '[]', delayMs: 700 }, says: /within 300 ms|in time/ },
    '401': { answer: { status: 401, body: { error: { message: 'who?' } } }, says: /401/ },
    '403': { answer: { status: 403, body: { error: { message: 'no' } } }, says: /403/ },
    '429': { answer: { status: 429, headers: { 'retry-after': '1' }, body: '' }, says: /429/ },
    '500': { answer: { status: 500, body: '' }, says: /500/ },
    'malformed body': { answer: { body: '{"rows": [<' }, says: /JSON|XML|list of objects|metadata/ },
    'oversize body': { answer: { body: 'x'.repeat(100_000) }, says: /larger than/, of: ['rest', 'odata'] },
  }
const tried = Object.entries(failures).flatMap(([obligation, { of = overHttp }]) =>
  of.map((kind) => [kind, obligation as Obligation] as const),
)
/** What the tests of this file show, by kind. */
const shown: Record<PulledKind, Obligation[]> = Object.fromEntries(
  kinds.map((kind) => [
    kind,
    [
      'config schema',
      'docs line',
      ...tried.filter(([one]) => one === kind).map(([, obligation]) => obligation),
      ...((overHttp as readonly string[]).includes(kind) ? ['resume'] : []),
      ...(kind === 'rest' || kind === 'odata' ? ['clock skew'] : []),
      ...(kind === 'mqtt' ? ['401', '403'] : []),
    ] as Obligation[],
  ]),
) as Record<PulledKind, Obligation[]>

describe('over HTTP', () => {
  beforeAll(async () => {
    process.env.CONTRACT_KEY = 'S3RVER'
    peer = await startPeer((url) => failing ?? good(url))
    world = await openFilesWorld((folder) =>
      filesEstate(folder, '  - { source: idle, kind: events, system: wms }'),
    )
  })
  afterAll(async () => {
    await world?.close()
    await peer?.close()
    delete process.env.CONTRACT_KEY
  })
  const open = (suffix: string) =>
    world.reopen({
      estate: filesEstate(
        world.folder,
        overHttp
          .map(
            (kind) => `  - source: ${kind}_${suffix}
    kind: ${kind}
    system: wms
    poll: 1h
    plant: { const: HAM }
    ${settingsOf(kind)}
    states: { inventory_positions: { location: location, item: item, quantity: quantity } }
`,
          )
          .join(''),
      ),
    })
  const stated = async (suffix: string) =>
    (
      await world.rows<{ source: string }>(
        `SELECT source FROM inventory_positions_log WHERE endsWith(source, {suffix:String}) AND load_seq IN (SELECT load_seq FROM loads) ORDER BY source`,
        { suffix: `_${suffix}` },
      )
    ).map(({ source }) => source)
  const everyKind = (suffix: string) => overHttp.map((kind) => `${kind}_${suffix}`).sort()

  test.each(Object.entries(failures))(
    '%s: said, nothing taken and nothing closed; when it has passed it goes on, once',
    async (obligation, { answer, says, of = overHttp }) => {
      const suffix = obligation.replaceAll(/\W/g, '')
      failing = answer
      await open(suffix)
      for (const kind of of) {
        const { error } = world.list().find(({ source }) => source === `${kind}_${suffix}`) ?? {}
        expect(error, kind).toMatch(says)
        expect(error, kind).not.toContain('S3RVER')
      }
      expect(await stated(suffix)).toEqual([])
      expect(
        await world.rows('SELECT source FROM watermarks WHERE endsWith(source, {suffix:String})', {
          suffix: `_${suffix}`,
        }),
      ).toEqual([])
      failing = undefined
      // what was to be waited for has passed with a restart
      await open(suffix)
      expect(await stated(suffix)).toEqual(everyKind(suffix))
      expect(world.list().map(({ error }) => error)).toEqual(['', '', ''])
      await open(suffix)
      expect(await stated(suffix)).toEqual(everyKind(suffix))
    },
  )

  test('clock skew: a clock that is behind is measured, and it is complete no further than its own time', async () => {
    const behindMs = 600_000
    failing = undefined
    const { answer } = peer
    peer.answer = async (url, request) => {
      const made = await answer(url, request)
      return {
        ...made,
        headers: { ...made.headers, date: new Date(Date.now() - behindMs).toUTCString() },
      }
    }
    await open('skew')
    peer.answer = answer
    for (const kind of ['rest', 'odata']) {
      const [poll] = await world.rows<{ skew: string }>(
        'SELECT toString(skew_ms) AS skew FROM source_polls WHERE source = {source:String}',
        { source: `${kind}_skew` },
      )
      expect(Number(poll?.skew)).toBeCloseTo(-behindMs, -4)
      const [mark] = await world.rows<{ ms: string }>(
        'SELECT toString(toUnixTimestamp64Milli(max(complete_to))) AS ms FROM watermarks WHERE source = {source:String}',
        { source: `${kind}_skew` },
      )
      expect(Number(mark?.ms)).toBeLessThan(Date.now() - behindMs + 5_000)
    }
  })
})

test('MQTT, 401 and 403: who is not let in, or may not read, is told so', async () => {
  const broker = await startAedes({
    authenticate: (_, user, password, done) => done(null, user === 'reader' && String(password) === 'right'),
    authorizeSubscribe: (_, subscription, done) =>
      done(null, subscription.topic === 'open' ? subscription : null),
  })
  const reach = async (topic: string, password: string) => {
    process.env.CONTRACT_PASSWORD = password
    const [source] = estateOf(
      'mqtt',
      `url: ${broker.url}\nversion: 4\ntopics: [${topic}]\nlogin: { user: reader, password_from: CONTRACT_PASSWORD }`,
    ).sources
    const sink = { take: async () => undefined, lost: () => undefined }
    const read = ({ payload }: { payload: Buffer }) => ({ body: payload, message: {} })
    await (await connectMqtt(source as MqttSourceConfig, sink, read)).close()
  }
  try {
    await expect(reach('open', 'wrong')).rejects.toThrow(/Not authorized|Bad username or password/i)
    await expect(reach('closed', 'right')).rejects.toThrow('does not let us subscribe to closed')
    await reach('open', 'right')
  } finally {
    delete process.env.CONTRACT_PASSWORD
    await broker.close()
  }
})

afterAll(() => {
  const mark = (keeper: Keeper, obligation: Obligation) => {
    const cell = matrix[keeper][obligation]
    return cell === 'here' ? 'here' : 'not' in cell ? `– ${cell.not}` : cell.file
  }
  const lines = keepers.map((keeper) =>
    [
      keeper,
      ...obligations.map((obligation) => `  ${obligation.padEnd(15)} ${mark(keeper, obligation)}`),
    ].join('\n'),
  )
  console.info(`What each adapter owes, and where it is shown:\n${lines.join('\n')}`)
})

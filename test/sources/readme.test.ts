import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseEstate } from '../../server/core/estate.ts'
import { trySource } from '../../server/try-source.ts'
import { writeX12 } from '../support/edi.ts'
import { type Mock, startMock } from '../support/odata/mock.ts'
import { salesOrders } from '../support/odata/services.ts'
import { type Peer, startPeer } from '../support/peer.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'

// What README says of connecting a system, done to the letter: its estate, its source, its command. Only addresses are
// those of peers on this machine; who follows it must see every row taken, and no code left unexplained.

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
/** The blocks of a language in a section, taken out as far as they are set in. */
const blocks = (heading: string, language: string): string[] => {
  const from = readme.indexOf(`\n${heading}\n`)
  expect(from, heading).toBeGreaterThan(0)
  const rest = readme.slice(from + heading.length + 2)
  const section = rest.slice(0, /\n#{2,3} /.exec(rest)?.index ?? rest.length)
  return [...section.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
}
/** The least estate with what a section adds: each list to the list of that name. */
const estateOf = (
  heading: string,
  which: number[],
  fill: (text: string) => string = (text) => text,
): string => {
  const all = parse(blocks('## Your own estate', 'yaml')[0] as string) as Record<string, unknown>
  for (const index of which) {
    const block = parse(fill(blocks(heading, 'yaml')[index] as string)) as Record<string, unknown> | unknown[]
    const added = Array.isArray(block) ? { sources: block } : block
    for (const [name, value] of Object.entries(added))
      all[name] = Array.isArray(value) ? [...((all[name] as unknown[]) ?? []), ...value] : value
  }
  return stringify(all)
}
const tryOut = async (source: string, text: string, message?: string) => {
  const path = join(folder, 'estate.yaml')
  writeFileSync(path, text)
  let said = ''
  const isGood = await trySource(source, path, { message }, (more) => {
    said += more
  })
  return { isGood, said }
}

let folder: string
let postgres: Postgres
let salesforce: Peer
let s4: Mock
const secrets = {
  SF_KEY: 'the-key',
  SF_SECRET: 'the-secret',
  S4_PASSWORD: 'secret',
  WMS_HOOK_SECRET: 'secret',
}
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-readme-'))
  Object.assign(process.env, secrets)
  salesforce = await startPeer(async (url, request) => {
    if (url.pathname === '/services/oauth2/token') {
      let body = ''
      for await (const part of request) body += part
      const sent = new URLSearchParams(body)
      const isRight = sent.get('client_id') === 'the-key' && sent.get('client_secret') === 'the-secret'
      return isRight && sent.get('grant_type') === 'client_credentials'
        ? { body: { access_token: 'a-token', token_type: 'Bearer' } }
        : { status: 401, body: { error: 'invalid_client', error_description: 'invalid client credentials' } }
    }
    if (request.headers.authorization !== 'Bearer a-token')
      return {
        status: 401,
        body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
      }
    const record = (no: number, status: string, plant: string) => ({
      attributes: { type: 'OrderItem', url: `/services/data/v62.0/sobjects/OrderItem/802${no}` },
      Id: `802${no}`,
      OrderItemNumber: `000000000${no}`,
      Quantity: 2,
      UnitPrice: 712.1,
      SystemModstamp: '2026-01-05T08:00:00.000+0000',
      Product2: { attributes: {}, ProductCode: 'DX-40' },
      Order: {
        attributes: {},
        OrderNumber: '00000100',
        Status: status,
        Plant__c: plant,
        Account: { attributes: {}, AccountNumber: 'C-1' },
      },
    })
    const records = [
      record(1, 'Activated', 'Hamburg'),
      record(2, 'Draft', 'Brno'),
      record(3, 'Cancelled', 'Brno'),
    ]
    return { body: { totalSize: 3, done: true, records } }
  })
  s4 = await startMock([
    {
      path: '/sap/opu/odata/sap/API_SALES_ORDER_SRV',
      version: 2,
      space: 'API_SALES_ORDER_SRV',
      shapes: salesOrders,
      data: {
        A_SalesOrder: [
          {
            SalesOrder: '88213',
            SalesOrderType: 'OR',
            SoldToParty: '10003',
            RequestedDeliveryDate: `/Date(${Date.UTC(2026, 2, 20)})/`,
            LastChangeDateTime: `/Date(${Date.UTC(2026, 2, 1)}+0000)/`,
          },
        ],
        A_SalesOrderItem: ['1010', '1710'].map((plant, index) => ({
          SalesOrder: '88213',
          SalesOrderItem: `0000${index + 1}0`,
          Material: '4711',
          RequestedQuantity: '12.000',
          RequestedQuantityUnit: 'PC',
          NetAmount: '100.000',
          TaxAmount: '19.000',
          TransactionCurrency: 'EUR',
          ProductionPlant: plant,
          SalesDocumentRjcnReason: '',
          SDProcessStatus: 'A',
        })),
      },
    },
  ])
  postgres = await startPostgres()
})
afterAll(async () => {
  await postgres?.close()
  await salesforce?.close()
  await s4?.close()
  for (const name of [...Object.keys(secrets), 'WMS_DB_PASSWORD']) delete process.env[name]
  rmSync(folder, { recursive: true, force: true })
})

test('Connect Salesforce', async () => {
  const text = estateOf('## Connect Salesforce', [0], (yaml) =>
    yaml.replaceAll('https://DOMAIN.my.salesforce.com', salesforce.url),
  )
  const { isGood, said } = await tryOut('sf_orders', text)
  expect([isGood, said]).toEqual([true, expect.stringContaining('3 of 3 rows can be taken.')])
  expect(said).toContain('order_lines of BRN')
  expect(said).not.toContain('nobody has explained')
  process.env.SF_SECRET = 'wrong'
  await expect(tryOut('sf_orders', text)).rejects.toThrow(/invalid_client.*invalid client credentials/)
  process.env.SF_SECRET = secrets.SF_SECRET
})

test('Connect S/4HANA', async () => {
  const text = estateOf('## Connect S/4HANA', [0], (yaml) =>
    yaml.replaceAll('https://s4.example.com', s4.url),
  )
  const { isGood, said } = await tryOut('s4_orders', text)
  expect([isGood, said]).toEqual([true, expect.stringContaining('2 of 2 rows can be taken.')])
  expect(said).toContain('order_lines of BRN')
})

test('Connect a SQL WMS', async () => {
  await postgres.run(`CREATE SCHEMA wms; CREATE TABLE wms.stock (location text, item text, batch text, qty numeric(18,3), uom text, changed_at timestamptz NOT NULL);
    INSERT INTO wms.stock VALUES ('A1', 'DX-40', '', 60, 'EA', now()), ('A2', 'DX-40', 'L7', 2.5, 'ST', now())`)
  for (const sql of blocks('## Connect a SQL WMS', 'sql'))
    await postgres.run(sql.replace("'…'", "'pass-word'"))
  process.env.WMS_DB_PASSWORD = 'pass-word'
  const text = estateOf('## Connect a SQL WMS', [0], (yaml) =>
    yaml
      .replace('wms-db.example.com', '127.0.0.1')
      .replace('database: wms', `database: postgres\n    port: ${postgres.port}`),
  )
  const { isGood, said } = await tryOut('wms_stock', text)
  expect([isGood, said]).toEqual([true, expect.stringContaining('2 of 2 rows can be taken.')])
})

test('Connect an EDI mailbox', async () => {
  writeFileSync(
    join(folder, 'asn.edi'),
    writeX12([
      [
        '856',
        ['BSN', '00', 'SH-1', '20261120', '0800'],
        ['HL', '1', '', 'S'],
        ['DTM', '011', '20261120'],
        ['N1', 'ST', 'Hamburg', '92', '0041'],
        ['HL', '2', '1', 'O'],
        ['PRF', '4500017'],
        ['HL', '3', '2', 'I'],
        ['LIN', '10', 'BP', 'DX-40'],
        ['SN1', '', '60', 'EA'],
      ],
    ]),
  )
  const text = estateOf('### Connect an EDI mailbox', [0], (yaml) => yaml.replace('/exchange/edi', folder))
  const { isGood, said } = await tryOut('ship_notices', text)
  expect([isGood, said]).toEqual([
    true,
    expect.stringContaining(
      '1 of 1 rows can be taken.\nIts preset reads these, too, which none of them has: batch, serial.',
    ),
  ])
  expect(said).toContain('shipment_lines of HAM')
})

test('Webhooks: the body that is posted, as a file', async () => {
  const message = join(folder, 'message.json')
  writeFileSync(message, /body='(.+)'/.exec(blocks('### Webhooks', 'sh')[0] as string)?.[1] ?? '')
  const text = estateOf('### Webhooks', [0])
  const { isGood, said } = await tryOut('wms_moves', text, message)
  expect([isGood, said]).toEqual([true, expect.stringContaining('location=A1 item=DX-40 quantity=60')])
})

test('a WMS by its presets: one that names things as most do, and one that calls an item otherwise', async () => {
  const shipment = {
    shipment: 'S-1',
    order: 'SO-1',
    shipped_at: '2026-01-05T08:00:00Z',
    updated_at: '2026-01-05T08:00:00Z',
    lines: [{ line: 1, order_line: 10, item: 'DX-40', lot: 'L7', quantity: 5, unit: 'PCE' }],
  }
  const position = {
    location: 'A1',
    sku: 'DX-40',
    lot: '',
    owner: '',
    status: '',
    quantity: 5.5,
    unit: 'EA',
    updated_at: '2026-01-05T08:00:00Z',
  }
  const wms = await startPeer(({ pathname }) => ({
    body: { data: pathname === '/shipments' ? [shipment] : [position] },
  }))
  const text = `${stringify(parse(blocks('## Your own estate', 'yaml')[0] as string))}sources:
  - { source: shipments, kind: rest, preset: wms.shipments, system: wms, url: '${wms.url}/shipments' }
  - { source: stock, kind: rest, preset: wms.stock, system: wms, url: '${wms.url}/stock', states: { inventory_positions: { item: sku } } }
`
  const sent = await tryOut('shipments', text)
  expect([sent.isGood, sent.said]).toEqual([
    true,
    expect.stringContaining('shipment_no=S-1 line_no=1 order_no=SO-1'),
  ])
  const stock = await tryOut('stock', text)
  expect([stock.isGood, stock.said]).toEqual([true, expect.stringContaining('location=A1 item=DX-40')])
  await wms.close()
})

test.each([
  ['## Sources that are fetched', [0]],
  ['### Connect an MQTT gateway', [0]],
  ['### Connect a broker', [0, 1]],
  ['## Files', [0]],
  ['## Connect S/4HANA', [0, 1]],
])('%s: its sources are an estate’s', (heading, which) => {
  const text = estateOf(heading, which)
  expect(parseEstate(text).sources.length).toBeGreaterThan(0)
})

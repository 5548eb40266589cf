import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'
import { type Peer, startPeer } from '../support/peer.ts'

// The REST API of Salesforce as it answers a query: records with what they look up nested, and an address of the next.
const item = (no: number, minute: number) => ({
  attributes: { type: 'OrderItem', url: `/services/data/v62.0/sobjects/OrderItem/802${no}` },
  Id: `802${no}`,
  OrderItemNumber: `00000${no}`,
  Quantity: 2.5,
  UnitPrice: 712.1,
  SystemModstamp: `2026-01-05T08:${String(minute).padStart(2, '0')}:00.000+0000`,
  Product2: { attributes: {}, ProductCode: 'DX-40' },
  Order: {
    attributes: {},
    OrderNumber: '00000100',
    Status: 'Activated',
    Plant__c: 'Hamburg',
    Account: { attributes: {}, AccountNumber: 'C-1' },
  },
})
let peer: Peer
let world: FilesWorld
const source = () => `  - source: sf_orders
    kind: rest
    preset: salesforce.order_items
    system: erp
    url: ${peer.url}/services/data/v62.0/query
    auth: { bearer: { token_from: SF_TOKEN } }
    poll: 1h
    plant: { column: Order.Plant__c, map: { Hamburg: HAM } }
`
beforeAll(async () => {
  process.env.SF_TOKEN = 'canary'
  const items = [item(1, 0), item(2, 1), item(3, 2)]
  peer = await startPeer((url) =>
    url.pathname.endsWith('/query/01g-2')
      ? { body: { totalSize: 3, done: true, records: items.slice(2) } }
      : {
          body: {
            totalSize: 3,
            done: false,
            nextRecordsUrl: '/services/data/v62.0/query/01g-2',
            records: items.slice(0, 2),
          },
        },
  )
  world = await openFilesWorld((folder) => filesEstate(folder, source()))
})
afterAll(async () => {
  await world?.close()
  await peer?.close()
  delete process.env.SF_TOKEN
})

test('order products by the preset: the query asks for what has changed and for the field of the plant', async () => {
  await world.poll()
  expect(
    await world.current(
      'order_lines',
      'order_no, line_no',
      'plant, order_no, line_no, quantity, unit_price, status, partner',
    ),
  ).toEqual(['1', '2', '3'].map((line) => ['HAM', '100', line, '2.5', '712.1', 'Activated', 'C-1']))
  const asked = peer.asked.map(({ path }) => new URL(path, peer.url).searchParams.get('q') ?? '')
  expect(asked[0]).toContain(
    'Order.Account.AccountNumber, Order.Plant__c FROM OrderItem WHERE SystemModstamp >= 2000-01-01T00:00:00Z ORDER BY SystemModstamp',
  )
  await world.poll()
  expect(peer.asked.map(({ path }) => decodeURIComponent(path).replaceAll('+', ' ')).at(-2)).toContain(
    'SystemModstamp >= 2026-01-05T07:57:00.000Z',
  )
})

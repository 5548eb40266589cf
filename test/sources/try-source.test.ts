import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trySource } from '../../server/try-source.ts'
import { type Peer, startPeer } from '../support/peer.ts'

// What a newcomer is told of a mapping that does not fit yet.
let folder: string
let peer: Peer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-try-test-'))
  peer = await startPeer(() => ({
    body: {
      data: [
        { loc: 'A', item: { sku: 'GX-8' }, quantity: 5.5, uom: 'PCE', type: 'F2' },
        { loc: 'A', item: { sku: 'GX-9' }, quantity: 'many', uom: 'PCE', type: 'unrestricted' },
      ],
    },
  }))
})
afterAll(async () => {
  await peer.close()
  rmSync(folder, { recursive: true, force: true })
})

const estate = (source: string) => {
  const path = join(folder, 'estate.yaml')
  writeFileSync(
    path,
    `
name: Try
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: wms, name: WMS, role: wms }]
teams: [{ team: ops, name: Operations }]
units: [{ unit: PCE }]
sources:
  - source: stock
    system: wms
${source}`,
  )
  return path
}
const tryOut = async (source: string, message: Parameters<typeof trySource>[2] = {}) => {
  let said = ''
  const isGood = await trySource('stock', estate(source), message, (text) => {
    said += text
  })
  return { isGood, said }
}
const rest = (sku: string, more = '') => `    kind: rest
    url: ${peer.url}/stock
    items: data
    states: { inventory_positions: { location: loc, item: ${sku}, quantity: quantity, unit: uom, stock_type: type } }
${more}`

test('raw beside mapped; what can not be taken and why; codes that nobody has explained', async () => {
  const { isGood, said } = await tryOut(rest('item.sku'))
  expect(isGood).toBe(false)
  expect(said).toContain('stock, rest: 2 rows of stock (1 requests,')
  expect(said).toContain('{"loc":"A","item":{"sku":"GX-8"},"quantity":"5.5","uom":"PCE","type":"F2"}')
  expect(said).toContain(
    '→ inventory_positions of HAM: location=A item=GX-8 stock_type=F2 quantity=5.5 unit=PCE',
  )
  expect(said).toContain('1 of 2 rows can be taken.')
  expect(said).toContain(
    '1 × inventory_positions.quantity: expected a decimal of at most 18 digits and 6 places, found "many"',
  )
  expect(said).toContain('inventory_positions.stock_type "F2", 1 rows')
})

test('a path that no row has: what they have instead', async () => {
  const { said } = await tryOut(rest('article.SKU'))
  expect(said).toContain('"article.SKU" is in none of them; is "item.sku" meant?')
  expect(said).toContain('They have:\n  loc, item.sku, quantity, uom, type')
})

test('what expressions make of an item is shown beside the item as it comes', async () => {
  const { said } = await tryOut(rest('sku', `    records: '$merge([$, { "sku": item.sku }])'\n`))
  expect(said).toContain('As it comes:\n  {"loc":"A","item":{"sku":"GX-8"}')
  expect(said).toContain('"sku":"GX-8"}\n  → inventory_positions')
})

test('files too; and a file that lacks a column says which it has', async () => {
  const files = `    kind: files
    folder: ${folder}
    pattern: '*.csv'
    format: csv
    states: { inventory_positions: { location: loc, item: item, quantity: qty } }
`
  writeFileSync(join(folder, 'stock.csv'), 'loc,item,qty\nA,7,5\nA,"8",6\n')
  const { isGood, said } = await tryOut(files)
  expect([isGood, said]).toEqual([true, expect.stringContaining('2 of 2 rows can be taken.')])
  writeFileSync(join(folder, 'stock.csv'), 'loc,item,amount\nA,7,5\n')
  await expect(tryOut(files)).rejects.toThrow('lacks the column "qty"; it has loc, item, amount')
})

test('what is sent to us is tried with a message: what it becomes, what of it is no key, why it would be in quarantine', async () => {
  const hook = `    kind: webhook
    verify: { token: { secrets_from: [HOOK] } }
    records: 'positions.$merge([$, { "line": $message.topic }])'
    states: { inventory_positions: { location: bin, item: sku, batch: line, quantity: on_hand } }
`
  const message = join(folder, 'message.json')
  writeFileSync(message, '{"positions":[{"bin":"A1","sku":"DX-40","on_hand":60.5}]}')
  const { isGood, said } = await tryOut(hook, { message, beside: '{"topic":"L7"}' })
  expect([isGood, said]).toEqual([
    true,
    expect.stringContaining('location=A1 item=DX-40 batch=L7 quantity=60.5'),
  ])
  expect((await tryOut(hook.replace('sku', 'SKU'), { message })).said).toContain(
    '"SKU" is in none of them; is "sku" meant?',
  )
  await expect(tryOut(hook)).rejects.toThrow('is sent to us: there is nothing to fetch')
  await expect(tryOut(hook, { message, beside: '[1]' })).rejects.toThrow('--beside is no object of JSON')
  writeFileSync(message, '{"stock":[]}')
  await expect(tryOut(hook, { message })).rejects.toThrow('`records` gives nothing')
})

test('a source that is none of the estate is told with those that are', async () => {
  await expect(trySource('stok', estate(rest('item.sku')))).rejects.toThrow('expected one of stock')
})

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newTally } from '../../collectors/sources/pull/tally.ts'
import { openDriver } from '../../collectors/sources/sql/drivers.ts'
import { createDriverFetcher } from '../../collectors/sources/sql/fetch.ts'
import type { SqlSourceConfig } from '../../server/core/estate-sql-schema.ts'
import { filesEstate } from '../support/files-world.ts'

// No Oracle can be had, and no recording of one could be played: at a sign-in both sides put random bytes of the moment
// into what they prove to each other, and what follows (TTC) is published nowhere but in the driver itself. What comes
// before it is public, the packets of the listener (TNS): the real driver hears those here.

/** A packet of TNS: its length, no check sum, its type, no flags. */
const packet = (type: number, body: Buffer) => {
  const header = Buffer.alloc(8)
  header.writeUInt16BE(body.length + 8)
  header.writeUInt8(type, 4)
  return Buffer.concat([header, body])
}
/** REFUSE (4): why for the user and why for the system, then a description with the number of the error. */
const refuse = (number: number) => {
  const said = `(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=${number})(ERROR_STACK=(ERROR=(CODE=${number})(EMFI=4))))`
  const head = Buffer.from([0x22, 0, 0, 0])
  head.writeUInt16BE(said.length, 2)
  return packet(4, Buffer.concat([head, Buffer.from(said)]))
}

let answer: (socket: Socket) => void
let asked = ''
const open = new Set<Socket>()
const server = createServer((socket) => {
  open.add(socket)
  socket.on('error', () => undefined)
  socket.once('data', (chunk) => {
    asked = chunk.toString('latin1')
    answer(socket)
  })
})
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  for (const socket of open) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

const poll = async () => {
  const source = filesEstate(
    '',
    `  - source: stock
    kind: sql
    dialect: oracle
    system: wms
    host: 127.0.0.1
    port: ${port}
    database: WMS
    user: reader
    password_from: STOCK_PASSWORD
    table: STOCK
    mode: snapshot
    plant: { const: HAM }
    states: { inventory_positions: { location: { const: A }, item: ITEM, quantity: QTY } }
    limits: { retries: 0, timeout: 1s }`,
  ).pulledSources[0] as SqlSourceConfig
  const driver = openDriver(source, { STOCK_PASSWORD: 'canary-7531' })
  const tally = newTally()
  const fetcher = createDriverFetcher(
    source,
    driver,
    () => tally,
    () => undefined,
  )
  return fetcher.fetch('', true)[Symbol.asyncIterator]().next()
}

test.each<[string, (socket: Socket) => void, string, RegExp]>([
  [
    'a service that the listener does not know',
    (socket) => socket.end(refuse(12514)),
    'database_missing',
    /WMS|12514|518/,
  ],
  ['one that is going down', (socket) => socket.end(refuse(12528)), 'not_answered', /could not be reached/],
  ['a listener that hangs up', (socket) => socket.destroy(), 'not_answered', /could not be reached/],
  ['one that says nothing', () => undefined, 'timed_out', /within 1000 ms/],
  [
    'bytes that are no packet',
    (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    '',
    /127\.0\.0\.1/,
  ],
  ['a packet that is no answer', (socket) => socket.end(packet(6, Buffer.from('none'))), '', /127\.0\.0\.1/],
])('%s', async (_, how, code, says) => {
  answer = how
  const failure = await poll().then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  )
  expect(failure?.message).toMatch(says)
  if (code) expect(failure?.code).toBe(code)
  expect(failure?.message).not.toContain('canary')
  expect(asked).toContain('(SERVICE_NAME=WMS)')
})

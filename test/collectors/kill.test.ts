import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { openStore } from '../../sql/open.ts'
import { encodeOtlp } from '../support/otlp.ts'
import { scenarioEstate } from '../support/scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-kill-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const child = fileURLToPath(new URL('../support/ingest-child.ts', import.meta.url))
const kills = 4
const perRequest = 20
const now = BigInt(Date.now()) * 1_000_000n

async function startChild(): Promise<{ process: ChildProcess; url: string }> {
  const started = spawn(process.execPath, ['--import', 'tsx', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'silent' },
  })
  const [port] = (await once(started.stdout, 'data')) as [Buffer]
  return { process: started, url: `http://127.0.0.1:${port.toString().trim()}` }
}

const eventsBody = (request: number) =>
  JSON.stringify(
    Array.from({ length: perRequest }, (_, index) => ({
      specversion: '1.0',
      id: `e-${request}-${index}`,
      source: 'wms',
      type: 'stock.moved',
      subject: `M-${request}-${index}`,
      time: '2026-01-05T08:00:00Z',
      plant: 'HAM',
      data: {
        states: {
          stock_movements: [
            {
              movement_no: `M-${request}-${index}`,
              ref: 'R',
              location: 'A',
              item: `I-${index}`,
              quantity: '1',
            },
          ],
        },
      },
    })),
  )
const spansBody = (request: number) =>
  encodeOtlp({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: Array.from({ length: perRequest }, (_, index) => ({
                // fixed width behind a letter of its own: no two requests share an id
                traceId: `f${request.toString(16).padStart(31, '0')}`,
                spanId: (index + 1).toString(16).padStart(16, '0'),
                name: 'move stock',
                startTimeUnixNano: String(now),
                endTimeUnixNano: String(now + 9n),
              })),
            },
          ],
        },
      ],
    })

test('kill -9 during ingest: nothing acknowledged is missing, nothing is doubled', {
  timeout: 120_000,
}, async () => {
  const acknowledged = { events: new Set<number>(), spans: new Set<number>() }
  let request = 0
  for (let round = 0; round < kills; round++) {
    const running = await startChild()
    let isUp = true
    const send = async (
      kind: 'events' | 'spans',
      path: string,
      type: string,
      write: (n: number) => BodyInit,
    ) => {
      while (isUp) {
        const number = ++request
        try {
          const answer = await fetch(`${running.url}${path}`, {
            method: 'POST',
            headers: { 'content-type': type },
            body: write(number),
          })
          // the status is the acknowledgement: it counts even when the kill cuts off the body behind it
          if (answer.ok) acknowledged[kind].add(number)
          await answer.arrayBuffer()
        } catch {
          return
        }
      }
    }
    const senders = [0, 1, 2].flatMap(() => [
      send('events', '/v1/events', 'application/cloudevents-batch+json', eventsBody),
      send('spans', '/v1/traces', 'application/x-protobuf', (n) => spansBody(n) as BodyInit),
    ])
    // another moment each round
    await sleep(700 + 173 * round)
    const exited = once(running.process, 'exit')
    running.process.kill('SIGKILL')
    await exited
    isUp = false
    await Promise.all(senders)
  }
  expect(acknowledged.events.size).toBeGreaterThan(50)
  expect(acknowledged.spans.size).toBeGreaterThan(50)

  const store = await openStore({ dataFolder: folder })
  const spool = await openSpool({ folder: join(folder, 'spool') })
  const loader = startLoader({ store, spool, estate: scenarioEstate(), onLoaded: () => undefined })
  await loader.drain()
  try {
    const requests = async (sql: string) =>
      new Map(
        (await store.rows<{ request: number; rows: number; ids: number }>(sql)).map((row) => [
          row.request,
          [row.rows, row.ids],
        ]),
      )
    const number = (column: string) => `toUInt32(splitByChar('-', ${column})[2]) AS request`
    const stored = {
      // not FINAL: a segment loaded twice would show as more rows than ids
      events: await requests(
        `SELECT ${number('event_id')}, toUInt32(count()) AS rows, toUInt32(uniqExact(event_id)) AS ids FROM business_events GROUP BY request`,
      ),
      states: await requests(
        `SELECT ${number('movement_no')}, toUInt32(count()) AS rows, toUInt32(uniqExact(movement_no)) AS ids FROM stock_movements_log GROUP BY request`,
      ),
      spans: await requests(
        `SELECT reinterpretAsUInt32(reverse(substring(trace_id, 13, 4))) AS request, toUInt32(count()) AS rows, toUInt32(uniqExact(span_id)) AS ids FROM otel_spans GROUP BY request`,
      ),
    }
    const whole = [perRequest, perRequest]
    for (const number of acknowledged.events) {
      expect(stored.events.get(number), `events of request ${number}`).toEqual(whole)
      expect(stored.states.get(number), `states of request ${number}`).toEqual(whole)
    }
    for (const number of acknowledged.spans)
      expect(stored.spans.get(number), `spans of request ${number}`).toEqual(whole)
    // what was not acknowledged may have been taken, but then once and whole
    for (const table of [stored.events, stored.states, stored.spans])
      for (const entry of table.values()) expect(entry).toEqual(whole)
    const loads = await store.rows<{ loads: string; numbers: string; names: string }>(
      'SELECT count() AS loads, uniqExact(load_seq) AS numbers, uniqExact(kind, name) AS names FROM loads FINAL',
    )
    expect(loads[0]?.numbers).toBe(loads[0]?.loads)
    expect(loads[0]?.names).toBe(loads[0]?.loads)
    expect(await store.query('quarantine', { limit: 1 })).toEqual([])
  } finally {
    await loader.close()
    await spool.close()
    await store.close()
  }
})

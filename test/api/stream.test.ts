import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp()
})
afterAll(() => app.close())

/** Opens the stream; `next` resolves with the next event that is not a heartbeat. */
async function openStream() {
  const response = await app.ask('/api/stream')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(response.headers.get('cache-control')).toBe('no-cache')
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as never)
    .getReader()
  let text = ''
  const next = async (): Promise<{ event: string; data: unknown }> => {
    while (!text.includes('\n\n')) text += (await reader.read()).value
    const [block = '', ...rest] = text.split('\n\n')
    text = rest.join('\n\n')
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
    return field('event') === 'heartbeat'
      ? next()
      : { event: field('event'), data: JSON.parse(field('data')) }
  }
  return { next, close: () => reader.cancel() }
}

test('it greets, then names what changed, a burst in one notice', async () => {
  const stream = await openStream()
  expect(await stream.next()).toMatchObject({ event: 'hello' })
  app.bus.tell('events', 'sources')
  app.bus.tell('runs')
  app.bus.tell('events')
  expect(await stream.next()).toEqual({ event: 'change', data: { topics: ['events', 'sources', 'runs'] } })
  app.bus.tell('exceptions')
  expect(await stream.next()).toEqual({ event: 'change', data: { topics: ['exceptions'] } })
  await stream.close()
})

test('everyone who listens is told, and who leaves is not waited for', async () => {
  const [one, two] = await Promise.all([openStream(), openStream()])
  await Promise.all([one.next(), two.next()])
  await one.close()
  app.bus.tell('spans')
  expect(await two.next()).toEqual({ event: 'change', data: { topics: ['spans'] } })
  await two.close()
})

test('a check that is run by hand tells of it', async () => {
  const stream = await openStream()
  await stream.next()
  expect((await app.ask('/api/checks/order_lines/runs', { method: 'POST' })).status).toBe(200)
  expect(await stream.next()).toEqual({ event: 'change', data: { topics: ['runs'] } })
  await stream.close()
})

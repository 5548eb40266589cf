import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDelivery, type Delivery } from '../../reconcilers/alerts/delivery.ts'
import type { Clock } from '../../reconcilers/alerts/delivery-line.ts'
import { createOutbox, type Outbox } from '../../reconcilers/alerts/outbox.ts'
import type { Alert, Notification } from '../../server/core/alert.ts'
import { type ReceiverConfig, receiver as receiverSchema } from '../../server/core/estate-receivers-schema.ts'
import { readReceivers } from '../../server/core/estate-receivers-secrets.ts'
import type { Store } from '../../sql/store.ts'
import { scenarioEstate } from '../support/scenario.ts'

export const estate = scenarioEstate('', ['masters'])
export const signingKey = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
export const otherKey = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
export const routingKey = 'R0123456789ABCDEF0123456789ABCDE'
export const environment = {
  SIGNING_KEY: signingKey,
  OTHER_KEY: otherKey,
  ROUTING_KEY: routingKey,
  MAIL_PASSWORD: 'correct horse',
  BEARER: 'bearer-token',
}

/** A receiver as an estate writes it, with its secrets. */
export const receiverOf = (config: object) => {
  const parsed: ReceiverConfig = receiverSchema.parse(config)
  return readReceivers([parsed], environment)[0] as ReturnType<typeof readReceivers>[number]
}

export const someAlert = (changes: Partial<Alert> = {}): Alert => ({
  fingerprint: 'f-1',
  condition: 'backlog_age',
  status: 'firing',
  severity: 'page',
  plant: 'HAM',
  flow: '',
  team: 'ops',
  title: 'Orders wait for the ERP',
  summary: '212 orders have waited for longer than 10 min.',
  starts_at: '2026-01-05T08:00:00.000Z',
  ends_at: null,
  amount: '412380.50',
  orders: 212,
  path: '/exceptions?plant=HAM',
  runbook: '',
  ...changes,
})

export const someNotification = (changes: Partial<Notification> = {}): Notification => ({
  id: 'pager-1',
  receiver: 'pager',
  group_key: 'plant=HAM',
  group_labels: { plant: 'HAM' },
  status: 'firing',
  alerts: [someAlert()],
  created_at: '2026-01-05T08:00:30.000Z',
  is_test: false,
  ...changes,
})

/** A clock on which whoever sleeps has slept: a day passes in as many turns as there are naps. */
export function simulateClock(start: number): Clock & { at: number; naps: number[] } {
  const clock = {
    at: start,
    naps: [] as number[],
    now: () => clock.at,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        clock.naps.push(ms)
        // a line that never gets anywhere is a fault, not a long day
        if (clock.naps.length > 500) return
        setImmediate(() => {
          if (!signal.aborted) clock.at += ms
          resolve()
        })
      }),
  }
  return clock
}

export type Play = (request: {
  id: string
  body: string
  headers: IncomingMessage['headers']
  count: number
}) => { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'break'
export type Ear = {
  url: string
  /** what it has taken with 2xx */
  taken: { id: string; body: string; headers: IncomingMessage['headers'] }[]
  /** requests it has heard at all */
  heard: number
  play: Play
  close(): Promise<void>
}

/** A real HTTP server that answers as it is told to. */
export async function openEar(play: Play = () => ({ status: 200 })): Promise<Ear> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts).toString('utf8')
    const id = String(request.headers['webhook-id'] ?? '')
    ear.heard++
    const what = ear.play({ id, body, headers: request.headers, count: ear.heard })
    if (what === 'hang') return
    if (what === 'break') {
      request.socket.destroy()
      return
    }
    if (what.status >= 200 && what.status < 300) ear.taken.push({ id, body, headers: request.headers })
    response.writeHead(what.status, what.headers).end(what.body ?? '')
  }
  const server: Server = createServer(
    (request, response) => void answer(request, response).catch(() => undefined),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ear: Ear = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken: [],
    heard: 0,
    play,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return ear
}

export type Deliverer = { delivery: Delivery; outbox: Outbox; clock: ReturnType<typeof simulateClock> }

/** What delivers to some receivers, on a clock of its own. */
export async function openDelivery(
  store: Store,
  configs: object[],
  clock = simulateClock(Date.UTC(2026, 0, 5, 8)),
  heartbeat?: { receiver: string; every: number },
): Promise<Deliverer> {
  const outbox = createOutbox(store)
  const delivery = await createDelivery({
    estate: { ...estate, alerting: { ...estate.alerting, heartbeat } },
    store,
    receivers: configs.map(receiverOf),
    outbox,
    baseUrl: () => 'https://plumbline.example',
    clock,
    random: () => 0.5,
  })
  delivery.start()
  return { delivery, outbox, clock }
}

/** A number of notifications for a receiver, each about a group of its own, written at the clock's time. */
export async function say(
  { delivery, outbox, clock }: Deliverer,
  receiver: string,
  changes: Partial<Notification>[],
) {
  const told = await outbox.write(
    changes.map((change) => {
      const { id: _, ...said } = someNotification({
        receiver,
        created_at: new Date(clock.at).toISOString(),
        ...change,
      })
      return said
    }),
  )
  delivery.wake()
  return told
}

import { Hono } from 'hono'
import { openAccessDesk } from '../../server/access/desk.ts'
import { createApp } from '../../server/api/app.ts'
import { createForecastShelf } from '../../server/api/forecast-shelf.ts'
import { recogniseTokens } from '../../server/api/recognise.ts'
import { createBus } from '../../server/core/bus.ts'
import type { Case } from '../../server/core/case.ts'
import { type Estate, parseEstate } from '../../server/core/estate.ts'
import { writeMasterConsumers } from '../../sql/masters.ts'
import { diskWith } from './disk.ts'
import { openIngest } from './ingest.ts'

/** Two plants; the ERP numbers items, prices and routings, a CRM of both and a WMS of each take them within an hour. */
export const mastersEstate = () =>
  parseEstate(`
name: Masters
currency: EUR
allowed_age: 400d
plants:
  - { plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }
  - { plant: SHF, name: Sheffield, time_zone: Europe/London, currency: EUR }
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: crm, name: CRM, role: crm }
  - { system: wms_ham, name: WMS HAM, role: wms, plants: [HAM] }
  - { system: wms_shf, name: WMS SHF, role: wms, plants: [SHF] }
teams: [{ team: ops, name: Operations }]
sources:
  - { source: erp, kind: events, system: erp, settle: 0s }
  - { source: crm, kind: events, system: crm, settle: 0s }
  - { source: wms_ham, kind: events, system: wms_ham, settle: 0s }
  - { source: wms_shf, kind: events, system: wms_shf, settle: 0s }
masters:
  - { master: items, record: erp, consumers: [wms, crm], accept_within: 1h }
  - { master: prices, record: erp, consumers: [crm], accept_within: 1h }
  - { master: routings, record: erp, consumers: [wms], accept_within: 1h }
`)

export type MasterEvent = { id: string; source: string; plant: string; time: string; data: object }
export type MastersWorld = Awaited<ReturnType<typeof openMasters>>

/** The way in and the way out on one store: events are posted, the API is asked. */
export async function openMasters(estate: Estate = mastersEstate()) {
  const ingest = await openIngest(estate)
  await writeMasterConsumers(ingest.store, estate)
  const context = {
    estate,
    access: await openAccessDesk({
      estate,
      store: ingest.store,
      signingKey: 'a key for tests, 32 letters long',
    }),
    store: ingest.store,
    checks: [],
    causes: [],
    bus: createBus(20),
    demo: false,
    startedAt: new Date(),
    runCheck: () => Promise.resolve([]),
    rerun: () => Promise.reject(new Error('there are no checks here')),
    nextRun: () => null,
    finishCase: (known: Case) => known,
    forecasts: createForecastShelf(ingest.store),
    // nobody works on what is refused here
    corrections: {} as never,
    replays: {} as never,
    subjects: {} as never,
    // nothing is watched here
    alerts: {} as never,
    delivery: {} as never,
    gauges: {
      spool: () => ({ waiting_bytes: 0, oldest_s: 0, limit_bytes: 1, refusing: '' }),
      disk: async () => diskWith(1, 2),
    },
    spool: ingest.spool.stats,
    pulled: { list: () => [], act: async () => undefined },
    writeMetrics: async () => '',
  }
  const app = createApp(context, recogniseTokens({ read: '', operate: '', ingest: '' }), () => new Hono())
  return {
    ...ingest,
    /** Sends events and waits until the engine has them; nothing may end in quarantine. */
    send: async (events: MasterEvent[]) => {
      const type = 'application/cloudevents-batch+json'
      const whole = events.map((event) => ({
        specversion: '1.0',
        type: 'master.stated',
        subject: 'm',
        ...event,
      }))
      const response = await ingest.post('/v1/events', JSON.stringify(whole), { 'content-type': type })
      const answer = (await response.json()) as { quarantined?: number }
      if (!response.ok || answer.quarantined) throw new Error(JSON.stringify(answer))
      await ingest.loader.drain(['events'])
    },
    /** Every source is complete up to the moment. */
    complete: async (at: Date, sources = estate.sources.map((source) => source.source)) => {
      const events = sources.map((source) => ({
        specversion: '1.0',
        id: `complete-${source}-${at.getTime()}`,
        source,
        type: 'com.plumbline.watermark.v1',
        time: at.toISOString(),
      }))
      await ingest.post('/v1/events', JSON.stringify(events), {
        'content-type': 'application/cloudevents-batch+json',
      })
      await ingest.loader.drain(['events'])
    },
    ask: async <Body>(path: string): Promise<Body> => {
      const response = await app.request(path)
      const body = (await response.json()) as Body
      if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`)
      return body
    },
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ingestRoutes } from '../../collectors/http/routes.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { loadCauses } from '../../reconcilers/cause.ts'
import type { RunOptions } from '../../reconcilers/runner.ts'
import { createAccess } from '../../server/api/access.ts'
import { createApp } from '../../server/api/app.ts'
import { type Bus, createBus } from '../../server/core/bus.ts'
import { openScenario, type Scenario, scenarioEstate } from './scenario.ts'

const flows = `
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: crm.ordered }
      - { stage: shipped, name: Shipped, role: wms, event: wms.shipped, handoff: { name: Ship, objective: 4h } }`

type Tokens = Parameters<typeof createAccess>[0]
export type Asker = {
  fetch(request: Request): Response | Promise<Response>
  /** Asks for a path on localhost, or for a whole address. */
  ask(address: string, init?: RequestInit): Promise<Response>
  /** The same, with the answer read as JSON. */
  askJson<Body>(
    address: string,
    init?: RequestInit,
  ): Promise<{ status: number; headers: Headers; body: Body }>
}
export type TestApp = Asker & {
  world: Scenario
  bus: Bus
  /** The same server with tokens set; a process can have only one store open. */
  lock(tokens: Tokens): Asker
  close(): Promise<void>
}

/** The whole server on a store of its own, as server/start.ts puts it together, without a port and without tokens. */
export async function openApp(estate = scenarioEstate(flows)): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-app-'))
  const bus = createBus(20)
  const world = await openScenario(estate, () => bus.tell('runs'))
  const spool = await openSpool({ folder: join(folder, 'spool') })
  const { runner } = world
  const { checks } = runner
  const context = {
    estate,
    store: world.store,
    checks,
    causes: loadCauses(),
    bus,
    demo: false,
    startedAt: new Date(),
    runCheck: (name: string, options: RunOptions) => {
      const check = checks.find((candidate) => candidate.check === name)
      if (!check) throw new Error(`no check ${name}`)
      return runner.run([check], options)
    },
    rerun: runner.rerun,
    nextRun: () => null,
    spool: spool.stats,
    writeMetrics: async () => '',
  }
  const lock = (tokens: Tokens): Asker => {
    const access = createAccess(tokens)
    const app = createApp(context, access, ingestRoutes({ estate, spool, guard: access('ingest') }))
    return {
      fetch: app.fetch,
      ask: async (address, init) => app.request(address, init),
      askJson: async (address, init) => {
        const response = await app.request(address, init)
        return { status: response.status, headers: response.headers, body: await response.json() }
      },
    }
  }
  return {
    ...lock({ read: '', operate: '', ingest: '' }),
    world,
    bus,
    lock,
    close: async () => {
      await spool.close()
      await world.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

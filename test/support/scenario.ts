import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cause } from '../../reconcilers/cause.ts'
import { loadChecks } from '../../reconcilers/check.ts'
import { createRunner, type Runner } from '../../reconcilers/runner.ts'
import { type Estate, parseEstate } from '../../server/core/estate.ts'
import type { EntityName } from '../../server/core/model.ts'
import type { Store } from '../../sql/store.ts'
import { loadEventsFile } from './events-load.ts'
import { openMigrated } from './store.ts'

export const everyCheck = [
  'inventory_on_hand',
  'order_lines',
  'goods_issue_billing',
  'ordered_received',
  'stock_type',
  'movements',
  'in_transit',
  'lifecycle',
  'shipment_goods_issue',
  'three_way_match',
  'masters',
  'price',
  'partners',
] as const
export type CheckName = (typeof everyCheck)[number]

/**
 * A small estate with one ERP, CRM and WMS in two plants; the checks that are asked for are on, with a grace of ten
 * minutes. The fewer, the sooner a run is done: every check follows every load.
 */
export const scenarioEstate = (
  extra = '',
  checks: readonly CheckName[] = everyCheck,
  teams: readonly string[] = [],
  /** what an estate says of a check besides; what stands twice counts once */
  settings: Partial<Record<CheckName, Record<string, unknown>>> = {},
) =>
  parseEstate(`
name: Scenario
currency: EUR
allowed_age: 2900d
rates: { date: '2026-01-01', values: { GBP: '1.25' }, earlier: [{ date: '2025-12-01', values: { GBP: '1.2' } }] }
plants:
  - { plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }
  - { plant: SHF, name: Sheffield, time_zone: Europe/London, currency: GBP }
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: crm, name: CRM, role: crm }
  - { system: wms, name: WMS, role: wms }
teams: [{ team: ops, name: Operations }${teams.map((team) => `, { team: ${team}, name: ${team} }`).join('')}]
sources:
  - { source: erp, kind: events, system: erp }
  - { source: crm, kind: events, system: crm }
  - { source: wms, kind: events, system: wms }
checks:
${checks.map((check) => `  - ${JSON.stringify({ check, team: 'ops', grace: '10m', materiality: 1000, closes_after: 1, ...settings[check] })}`).join('\n')}
${extra}`)

/** What one system reports of one thing. */
export type Said = { system: string; entity: EntityName; row: StateRow }
export type StateRow = Record<string, string | number | boolean>
/** Open cases in the order of their keys: [plant, key, class, left, right, amount in plant currency]. */
export type OpenCase = [plant: string, key: string, cls: string, left: string, right: string, amount: string]

export type RunRow = {
  run: string
  check: string
  plant: string
  kind: string
  outcome: string
  reason: string
  cut: string
  rule: string
  proof: string
  result_hash: string
  judged: string
  compared: string
  variances: string
}

export type Scenario = {
  store: Store
  estate: Estate
  /** what numbers the runs: there is one */
  runner: Runner
  /**
   * One system reports states at a minute of the scenario; the version is the minute unless the row has one. `data` is
   * the text of its event. What was said is loaded, all at once, ahead of what is asked for next.
   */
  say(
    system: string,
    minute: number,
    entity: EntityName,
    rows: StateRow[],
    plant?: string,
    data?: object,
  ): void
  /** Loads what was said, for who looks into the store without a run. */
  load(): Promise<void>
  /** Says all of it in one load, in its order, and that all systems are complete up to `completeTo` where that is given. */
  sayAll(minute: number, said: Said[], plant?: string, completeTo?: number): Promise<void>
  /** All systems (or those named) are complete up to the minute. */
  complete(minute: number, systems?: string[], plants?: string[]): Promise<void>
  /** Runs a check as of a minute; returns its runs' outcomes by plant. */
  run(check: string, minute: number): Promise<Record<string, string>>
  open(check: string): Promise<OpenCase[]>
  /** Runs checks on one cut as of a minute; returns their complete runs, in the order of the checks and of their plants. */
  judge(checks: CheckName[], minute: number, options?: { full?: boolean }): Promise<RunRow[]>
  /** Judges the cut of a run again. */
  rerun(run: string, rule?: 'then' | 'now'): Promise<RunRow>
  close(): Promise<void>
}

const start = Date.UTC(2026, 0, 5, 8, 0, 0)
const minuteAt = (minute: number) => new Date(start + minute * 60_000)

/** Opens a store of its own with nothing in it. */
export async function openScenario(
  estate: Estate = scenarioEstate(),
  onRun: () => void = () => undefined,
  /** what is sought of cases; to seek takes the engine longer than to judge */
  causes: readonly Cause[] = [],
): Promise<Scenario> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-scenario-'))
  const store = await openMigrated(folder)
  const checks = loadChecks(estate)
  const runner = createRunner(estate, store, checks, onRun, causes)
  const find = (name: string) => {
    const check = checks.find((candidate) => candidate.check === name)
    if (!check) throw new Error(`the estate of this scenario has no check ${name}`)
    return check
  }
  let sequence = 0
  let events = 0
  // what was said since the last load: one load costs as much as ten messages more in it
  let waiting: object[] = []
  const load = async (more: object[] = []) => {
    const lines = [...waiting, ...more]
    waiting = []
    if (lines.length === 0) return
    const path = join(folder, `segment-${++sequence}.jsonl`)
    writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'))
    await loadEventsFile(store, { path, loadSeq: String(sequence), token: `s${sequence}` })
    await store.insert('loads', [
      {
        load_seq: sequence,
        kind: 'events',
        source: '',
        name: path,
        bytes: 0,
        loaded_at: new Date().toISOString(),
      },
    ])
  }
  const eventOf = (system: string, minute: number, entity: EntityName, rows: StateRow[], plant: string) => ({
    kind: 'event',
    source: system,
    system,
    plant,
    event_id: `e${++events}`,
    type: 'test',
    key: '',
    occurred_at: minuteAt(minute).toISOString(),
    received_at: new Date().toISOString(),
    data: '{}',
    [entity]: rows.map((row) => ({ unit_factor: '1', version: minute + 1000, ...row })),
  })
  const watermarksOf = (minute: number, systems = ['erp', 'crm', 'wms'], plants = ['HAM', 'SHF']) =>
    systems.flatMap((system) =>
      plants.map((plant) => ({
        kind: 'watermark',
        source: system,
        system,
        plant,
        occurred_at: minuteAt(minute).toISOString(),
        received_at: new Date().toISOString(),
      })),
    )
  return {
    store,
    estate,
    runner,
    say: (system, minute, entity, rows, plant = 'HAM', data = {}) => {
      waiting.push({ ...eventOf(system, minute, entity, rows, plant), data: JSON.stringify(data) })
    },
    load,
    sayAll: (minute, said, plant = 'HAM', completeTo) =>
      load([
        ...said.map(({ system, entity, row }) => eventOf(system, minute, entity, [row], plant)),
        ...(completeTo === undefined ? [] : watermarksOf(completeTo)),
      ]),
    complete: (minute, systems, plants) => load(watermarksOf(minute, systems, plants)),
    run: async (name, minute) => {
      await load()
      const runs = await runner.run([find(name)], { at: minuteAt(minute) })
      const rows = await store.rows<{ plant: string; outcome: string; reason: string }>(
        `SELECT plant, outcome, reason FROM runs WHERE run IN {runs:Array(String)}`,
        { runs },
      )
      return Object.fromEntries(
        rows.map((row) => [row.plant, row.outcome === 'failed' ? `failed: ${row.reason}` : row.outcome]),
      )
    },
    judge: async (names, minute, options = {}) => {
      await load()
      const asked = names.map((name) => find(name))
      return readRuns(store, await runner.run(asked, { ...options, at: minuteAt(minute) }))
    },
    rerun: async (run, rule = 'then') =>
      (await readRuns(store, [await runner.rerun(run, rule)]))[0] as RunRow,
    open: async (check) => {
      const rows = await store.rows<{ row: OpenCase }>(
        `SELECT [toString(plant), key, toString(class), left_value, right_value, toString(amount)] AS row FROM exceptions WHERE state = 'open' AND check = {check:String} ORDER BY plant, key, class`,
        { check },
      )
      return rows.map(({ row }) => row)
    },
    close: async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs in the order of their numbers: by check and plant. */
const readRuns = (store: Store, runs: string[]) =>
  store.rows<RunRow>(
    `SELECT run, check, plant, kind, outcome, reason, cut, rule, proof, result_hash, judged, compared, variances FROM runs WHERE run IN {runs:Array(String)} ORDER BY toUInt64(run)`,
    { runs },
  )

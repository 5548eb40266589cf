import { PlumblineError } from '../server/core/errors.ts'
import { isWhole, type Reach } from '../server/core/reach.ts'
import type { QueryName, QueryParams } from './queries.gen.ts'
import type { AskOptions, Params, Settings, Store } from './store.ts'

/**
 * Tables whose rows say no plant of their own, and what lets one be seen by somebody who may not see everything. `true`:
 * it speaks of no single plant. A condition is asked of the table itself; what it selects from is limited in the same way.
 */
const ofNoPlant: Record<string, true | string> = {
  // how the work goes: numbers of loads, checks and rules
  advanced: true,
  contributed: true,
  estate_handoffs: true,
  handoffs: true,
  hours_judged: true,
  loads: true,
  passages_made: true,
  readings: true,
  rollup_audits: true,
  rules: true,
  schema_made: true,
  source_polls: true,
  source_steps: true,
  // what people have written down for themselves and each other
  saved_views: true,
  start_views: true,
  silences: true,
  replays: true,
  // what belongs to a case, a run, a message or a replay is seen with it
  case_forecasts: 'number IN (SELECT number FROM exception_cases)',
  case_mentions: 'number IN (SELECT number FROM exception_cases)',
  cause_verdicts: 'number IN (SELECT number FROM exception_cases)',
  exception_acts: 'number IN (SELECT number FROM exception_cases)',
  exception_causes: 'number IN (SELECT number FROM exception_cases)',
  services_seen: 'service IN (SELECT service FROM span_latency_1m)',
  run_counts: 'run IN (SELECT run FROM runs)',
  replay_steps: 'replay IN (SELECT replay FROM replay_items)',
  corrections: 'id IN (SELECT id FROM quarantine)',
  correction_outcomes: 'id IN (SELECT id FROM quarantine)',
}

/** A table of ours, and which columns it has that a reach speaks of; what a check has found is of the check's flow. */
export type Placed = { table: string; plant: boolean; flow: boolean; check: boolean }
/** The flow of each check; '' of one that belongs to none. */
export type FlowOfCheck = ReadonlyMap<string, string>

/** Rows of cases that say their plant, but not their check: they are seen where their case is. */
const ofCases = new Set(['exception_rows'])

/** What the engine has, for `limitStore`. */
export const readPlaced = (store: Store): Promise<Placed[]> =>
  store.rows<Placed>(
    `SELECT table, countIf(name = 'plant') > 0 AS plant, countIf(name = 'flow') > 0 AS flow, countIf(name = 'check') > 0 AS check
     FROM system.columns WHERE database = currentDatabase()
       AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View')
     GROUP BY table`,
  )

/** The condition under which a row of a table is within a reach. SQL; a table nobody has thought of shows nothing. */
export function conditionOf(
  { table, plant, flow, check }: Placed,
  reach: Reach,
  flowOf: FlowOfCheck,
): string | undefined {
  if (isWhole(reach)) return undefined
  const own = ofNoPlant[table]
  if (own !== undefined) return own === true ? undefined : own
  if (!plant && !flow) return '0'
  const parts = reach.map(({ plants, flows }) => {
    const asked = [
      ...(plants && plant ? [`plant IN (${plants.map(quote).join(', ')})`] : []),
      ...(flows && flow ? [`flow IN (${flows.map(quote).join(', ')})`] : []),
      ...(flows && check && !flow ? [`check IN (${checksOf(flows, flowOf).map(quote).join(', ')})`] : []),
      ...(flows && ofCases.has(table) ? ['number IN (SELECT number FROM exception_cases)'] : []),
    ]
    return asked.length === 0 ? '1' : asked.join(' AND ')
  })
  return parts.length === 0 ? '0' : parts.map((part) => `(${part})`).join(' OR ')
}

/** The checks of some flows; one that is none where there is none, since the engine takes no empty list. */
function checksOf(flows: readonly string[], flowOf: FlowOfCheck): string[] {
  const found = [...flowOf].filter(([, flow]) => flows.includes(flow)).map(([check]) => check)
  return found.length > 0 ? found : ['']
}

const wholes = new WeakMap<Store, Store>()
/** The store behind a limited one: for what must be written of a row whoever looks at it. */
export const wholeOf = (store: Store): Store => wholes.get(store) ?? store

/**
 * The same store, of which everything that is read is within a reach. The engine adds the condition wherever a statement
 * reads a table, in views, joins and subqueries too, so that no statement has to think of it.
 */
export function limitStore(
  store: Store,
  reach: Reach,
  placed: readonly Placed[],
  flowOf: FlowOfCheck,
): Store {
  if (isWhole(reach)) return store
  // the shards have to add the conditions, under their own names of the tables: nobody has seen them do so yet
  if (store.cluster)
    throw new PlumblineError(
      'reach_on_cluster',
      'On a cluster only who may see everything is shown anything',
      {
        status: 501,
      },
    )
  const filters = placed.flatMap((each): string[] => {
    const condition = conditionOf(each, reach, flowOf)
    return condition === undefined ? [] : [`${quote(each.table)}: ${quote(condition)}`]
  })
  const settings: Settings = { additional_table_filters: `{${filters.join(', ')}}` }
  const within = (options: AskOptions = {}) => ({
    ...options,
    settings: { ...options.settings, ...settings },
  })
  const limited: Store = {
    ...store,
    query: <Name extends QueryName>(name: Name, params: QueryParams[Name], options?: AskOptions) =>
      store.query(name, params, within(options)),
    rows: <Row>(sql: string, params?: Params, options?: AskOptions) =>
      store.rows<Row>(sql, params, within(options)),
    command: (sql, params, options) => store.command(sql, params, within(options)),
  }
  wholes.set(limited, store)
  return limited
}

/** A text of the engine's, such as stands in a condition. */
const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

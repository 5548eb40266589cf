import { randomUUID } from 'node:crypto'
import type { CheckInfo } from '../../server/core/check-info.ts'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { ReplaySelection } from '../../server/core/replays.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'

/** The most that one replay is about. */
export const mostItems = 10_000

/** A row of replay_items but for the replay it is of. */
export type FrozenItem = {
  position: number
  item: string
  plant: string
  key: string
  document: string
  trace_id: string
  number: string
  check: string
  class: string
  expected: string[]
  expected_type: string
  attempt: number
  left_out: string
}
type Wanted = Pick<FrozenItem, 'plant' | 'key' | 'document' | 'trace_id' | 'number' | 'check' | 'class'> & {
  state: string
}
type Flow = Estate['flows'][number]

/**
 * What a selection comes to, now: which message of which key, what is left out of it and why, and which event of
 * which system is expected in answer. It reads only.
 */
export async function freezeSelection(
  { store, estate, checks }: { store: Store; estate: Estate; checks: readonly CheckInfo[] },
  flow: Flow,
  selection: ReplaySelection,
): Promise<FrozenItem[]> {
  const wanted = selection.keys
    ? selection.keys.map((each) => ({ ...each, trace_id: '', number: '0', check: '', class: '', state: '' }))
    : await findCases(store, estate, checks, flow, selection)
  if (wanted.length === 0)
    throw new PlumblineError('selection_empty', 'Nothing is like that; there is nothing to send again', {
      status: 422,
      where: 'selection',
    })
  if (wanted.length > mostItems)
    throw new PlumblineError('selection_too_large', `More than ${mostItems} cases match; narrow the filter`, {
      status: 413,
      where: 'selection',
    })
  const plants = wanted.map((each) => each.plant)
  const keys = wanted.map((each) => each.key)
  const [places, before] = await Promise.all([
    store.query('replay_keys', { plants, keys, flow: flow.flow }),
    store.query('replay_before', { plants, keys }),
  ])
  const placeOf = new Map(places.map((row) => [`${row.plant} ${row.key}`, row]))
  const pastOf = new Map(before.map((row) => [nameOf(row), row]))
  const flowOf = new Map(checks.map((check) => [check.check, check.flow ?? '']))
  const seen = new Map<string, number>()
  return wanted.map((each, position): FrozenItem => {
    const place = placeOf.get(`${each.plant} ${each.key}`)
    const found = each.number === '0' && place && place.number !== '0' ? { ...each, ...caseOf(place) } : each
    const past = pastOf.get(nameOf(each))
    const { state, ...item } = found
    const left_out = whyLeftOut(found, {
      flow,
      ofFlow: flowOf.get(found.check) ?? '',
      missing: missingStages(flow, place?.stages ?? []),
      underWay: past?.under_way ?? '0',
      first: seen.get(nameOf(each)),
      isKnownPlant: estate.plantOf.has(each.plant),
    })
    if (left_out === '') seen.set(nameOf(each), position)
    return {
      ...item,
      position,
      item: randomUUID(),
      ...expectedEvent(estate, flow, found, place?.stages ?? []),
      attempt: (past?.attempts ?? 0) + 1,
      left_out,
    }
  })
}

const nameOf = (item: { plant: string; key: string; document: string }) =>
  [item.plant, item.key, item.document].join('\u0001')
const caseOf = ({ number, check, class: name }: QueryRow['replay_keys']) => ({ number, check, class: name })

async function findCases(
  store: Store,
  estate: Estate,
  checks: readonly CheckInfo[],
  flow: Flow,
  { cases = [], filter }: ReplaySelection,
): Promise<Wanted[]> {
  const all = { plant: '', check: '', class: '', cause: '', shared: '', severity: '', team: '', q: '' }
  const rows = await store.query('replay_cases', {
    ...all,
    ...filter,
    plants: [...estate.plantOf.keys()],
    numbers: cases,
    checks: filter ? checks.filter((check) => check.flow === flow.flow).map((check) => check.check) : [],
  })
  return rows.map(({ order_no, key, cause: _, first_proof: __, ...row }) => ({
    ...row,
    key: order_no || key,
  }))
}

/** The stages a key has not reached, none where it was called off. */
const missingStages = (flow: Flow, reached: readonly string[]) =>
  reached.includes('ended') ? [] : flow.stages.filter((stage) => !reached.includes(stage.stage))

/**
 * Who is to say what once the message has arrived: the systems of the first stage that is missing, and its event. The key of a
 * case that no event of the flow ever carried is none of the flow's: only agreement speaks for it.
 */
function expectedEvent(
  estate: Estate,
  flow: Flow,
  item: Wanted,
  reached: readonly string[],
): Pick<FrozenItem, 'expected' | 'expected_type'> {
  const [next] = missingStages(flow, reached)
  if (!next || (item.number !== '0' && reached.length === 0)) return { expected: [], expected_type: '' }
  const expected = estate.systemsOf(next.role, item.plant).map((system) => system.system)
  return { expected, expected_type: next.event }
}

function whyLeftOut(
  item: Wanted,
  about: {
    flow: Flow
    ofFlow: string
    missing: unknown[]
    underWay: string
    first: number | undefined
    isKnownPlant: boolean
  },
): string {
  if (!about.isKnownPlant) return `${item.plant} is not a plant of this estate`
  if (about.ofFlow !== '' && about.ofFlow !== about.flow.flow) return `it belongs to the flow ${about.ofFlow}`
  if (item.state === 'closed') return `both sides agree by now: EX-${item.number} is closed`
  if (item.number === '0' && about.missing.length === 0) return 'nothing of it is missing'
  if (about.underWay !== '0') return `it is under way in RP-${about.underWay}`
  return about.first === undefined ? '' : `the same message as ${about.first + 1}`
}

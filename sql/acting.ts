import { randomUUID } from 'node:crypto'
import type { Case } from '../server/core/case.ts'
import { type Act, type CaseAct, refuseAct } from '../server/core/case-acts.ts'
import { PlumblineError } from '../server/core/errors.ts'
import { type FinishCase, foldCases } from './cases.ts'
import { wholeOf } from './reach.ts'
import type { Store } from './store.ts'

/** Where cases are acted on: those of these plants. */
export type Desk = { store: Store; plants: string[]; finishCase: FinishCase }

/** What became of an act on one case of many. */
export type ItemResult = {
  number: number
  plant: string
  key: string
  /** as which it was judged: whoever tries first, and then does it, acts on what the trial has shown */
  version?: number | undefined
  /** lost: somebody else acted on it meanwhile */
  outcome: 'done' | 'refused' | 'lost'
  reason: string
}

/** What is to be done to a case, as it was seen; whatever its version when left out. */
export type Target = { number: string; version?: number | undefined; act: Act }

/** Acts wait for one another: whoever writes has seen all that was written before. */
const lines = new WeakMap<Store, Promise<unknown>>()
function inLine<Result>(store: Store, work: () => Promise<Result>): Promise<Result> {
  const whole = wholeOf(store)
  const result = (lines.get(whole) ?? Promise.resolve()).then(work)
  lines.set(
    whole,
    result.catch(() => undefined),
  )
  return result
}

/** So many cases are acted on at once; between, whoever waits is told how far it is. */
const atOnce = 2_000

/**
 * Acts on one case as it was seen. Of two who act on one version exactly one wins.
 * @throws PlumblineError `case_unknown`; `case_changed` (409) that says what happened meanwhile; `act_refused`
 */
export const actOnOne = (
  desk: Desk,
  number: string,
  version: number,
  act: Act,
  actor: string,
): Promise<Case> => inLine(desk.store, () => actOnSeen(desk, number, version, act, actor))

async function actOnSeen(
  desk: Desk,
  number: string,
  version: number,
  act: Act,
  actor: string,
): Promise<Case> {
  const { store } = desk
  const [known] = await readCases(desk, [number])
  if (!known)
    throw new PlumblineError('case_unknown', `There is no case ${number}`, { status: 404, where: 'number' })
  if (known.version !== version) throw await changedSince(desk, number, version)
  const next = actAfter(known, act, actor, '')
  const refusal = refuseAct(known, next)
  if (refusal)
    throw new PlumblineError(refusal.code, `Case ${number}: ${refusal.message}`, {
      status: 409,
      where: 'act',
    })
  // the engine drops a second insert under the same token: of two, one has its id in the log
  await store.insert('exception_acts', [next], { token: `act-${number}-${next.version}` })
  const [folded] = await foldCases(store, [number], desk.finishCase)
  const [counted] = (await store.query('case_acts', { numbers: [Number(number)] })).filter(
    (row) => row.version === next.version,
  )
  if (counted?.id !== next.id || !folded) throw await changedSince(desk, number, version)
  return folded
}

/**
 * Acts on many cases, each as it stands or as it was seen, and says of each what became of it; acts of one call are one
 * batch in the log.
 * @param isDry says what would happen, and does nothing
 * @param onProgress how many are done with
 */
export async function actOnMany(
  desk: Desk,
  targets: readonly Target[],
  actor: string,
  isDry: boolean,
  onProgress: (done: number) => void = () => undefined,
): Promise<ItemResult[]> {
  const batch = randomUUID()
  const results: ItemResult[] = []
  for (let from = 0; from < targets.length; from += atOnce) {
    const some = targets.slice(from, from + atOnce)
    results.push(...(await inLine(desk.store, () => actOnSome(desk, some, actor, batch, isDry))))
    onProgress(results.length)
  }
  return results
}

async function actOnSome(
  desk: Desk,
  targets: readonly Target[],
  actor: string,
  batch: string,
  isDry: boolean,
): Promise<ItemResult[]> {
  const { store } = desk
  const numbers = targets.map(({ number }) => number)
  const cases = new Map((await readCases(desk, numbers)).map((known) => [known.number, known]))
  const acts: CaseAct[] = []
  const judged = targets.map((target): ItemResult => {
    const known = cases.get(target.number)
    const place = {
      number: Number(target.number),
      plant: known?.plant ?? '',
      key: known?.key ?? '',
      version: target.version ?? known?.version,
    }
    if (!known) return { ...place, outcome: 'refused', reason: 'there is no such case' }
    if (target.version !== undefined && target.version !== known.version)
      return { ...place, outcome: 'lost', reason: 'somebody acted on it since it was shown' }
    const next = actAfter(known, target.act, actor, batch)
    const refusal = refuseAct(known, next)
    if (refusal) return { ...place, outcome: 'refused', reason: refusal.message }
    acts.push(next)
    return { ...place, outcome: 'done', reason: '' }
  })
  if (isDry || acts.length === 0) return judged
  await store.insert('exception_acts', acts)
  const acted = acts.map(({ number }) => number)
  await foldCases(store, acted, desk.finishCase)
  const ours = new Set(acts.map(({ id }) => id))
  const counted = new Set(
    (await store.query('case_acts', { numbers: acted.map(Number) }))
      .filter((row) => ours.has(row.id))
      .map((row) => row.number),
  )
  return judged.map((item) =>
    item.outcome === 'done' && !counted.has(String(item.number))
      ? { ...item, outcome: 'lost', reason: 'somebody else acted on it at the same moment' }
      : item,
  )
}

const actAfter = (known: Case, act: Act, actor: string, batch: string): CaseAct & { batch: string } => ({
  ...act,
  number: known.number,
  version: known.version + 1,
  id: randomUUID(),
  at: new Date().toISOString(),
  actor,
  saw_step: known.step,
  batch,
})

/** Cases as they stand, of the plants of the desk. */
export async function readCases(desk: Desk, numbers: readonly string[]): Promise<Case[]> {
  const rows = await desk.store.query('cases', {
    numbers: numbers.map(Number),
    plants: desk.plants,
  })
  return rows.map(({ revision, cause, shared, root, next_due, ...row }) => row as unknown as Case)
}

/** Tells whoever came second what the others did. */
async function changedSince(desk: Desk, number: string, version: number): Promise<PlumblineError> {
  const acts = await desk.store.query('case_acts', { numbers: [Number(number)] })
  const since = acts.filter((act) => act.version > version)
  const last = since.at(-1)
  return new PlumblineError(
    'case_changed',
    last
      ? `${last.actor} was there first: ${since.map((act) => `${act.act.replace('_', ' ')} by ${act.actor}`).join(', ')}`
      : `Case ${number} has not come to version ${version} yet`,
    {
      status: 409,
      where: 'version',
      mend: 'Look at the case as it stands now, then act again.',
      details: since.map((act) => ({
        where: String(act.version),
        message: `${act.act} by ${act.actor} at ${act.at}`,
      })),
    },
  )
}

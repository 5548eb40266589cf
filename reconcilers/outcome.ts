import { digestOf, proofOf } from '../server/core/proof.ts'
import type { Store } from '../sql/store.ts'
import type { Judged } from './evaluate.ts'
import type { Plan } from './plan.ts'
import type { Held } from './runaway.ts'

/** What came of a run, as it is recorded. Amounts are decimal texts in the reporting currency, and in the plant's. */
export type Outcome = typeof noOutcome

export const noOutcome = {
  left_rows: '0',
  right_rows: '0',
  compared: '0',
  judged: '0',
  in_grace: '0',
  variances: '0',
  amount: '0',
  tolerated: '0',
  tolerated_amount: '0',
  tolerated_net: '0',
  amount_plant: '0',
  tolerated_amount_plant: '0',
  tolerated_net_plant: '0',
  opened: 0,
  closed: 0,
  held: 0,
  result_hash: '',
}

/** Runs of one check with what each held back, and what there was in all where the plan counted it. */
type Found = { judged: Judged[]; plan?: Plan; held?: Held }

/** What the runs found, by run. */
export async function readOutcomes(store: Store, verdicts: Found[]): Promise<Map<string, Outcome>> {
  const runs = verdicts.flatMap(({ judged }) => judged.map((each) => each.run))
  if (runs.length === 0) return new Map()
  const found = new Map((await store.query('run_outcome', { runs })).map((row) => [row.run, row]))
  const hashes = new Map((await store.query('result_hashes', { runs })).map((row) => [row.run, row]))
  const outcomeOf = (run: string, plant: string, { plan, held }: Found): Outcome => {
    const { run: _run, ...row } = found.get(run) ?? { run }
    // without a plan every key was looked at, and counted on the way
    const counted = plan
      ? (plan.counted.get(plant) ?? { left_rows: '0', right_rows: '0', compared: '0' })
      : {}
    const hash = hashes.get(run) ?? { first: '0', second: '0', variances: 0 }
    const result_hash = digestOf([hash.first ?? '', hash.second ?? '', String(hash.variances)])
    return { ...noOutcome, ...row, ...counted, held: held?.get(run) ?? 0, result_hash }
  }
  return new Map(
    verdicts.flatMap((verdict) =>
      verdict.judged.map(({ run, plant }) => [run, outcomeOf(run, plant, verdict)] as const),
    ),
  )
}

/** A run as it is written down; its proof is made over the row. */
export type RunRow = Outcome &
  Record<
    | 'run'
    | 'check'
    | 'plant'
    | 'kind'
    | 'outcome'
    | 'clock'
    | 'left_watermark'
    | 'right_watermark'
    | 'cut'
    | 'rule'
    | 'of_run',
    string
  > & { started_at: string; duration_ms: number; reason: string }

/**
 * Writes runs, each with a proof over all it says and over the proof of the run before it in its plant: a run that was
 * changed, dropped or slipped in afterwards breaks the chain.
 */
export async function recordRuns(store: Store, rows: RunRow[]): Promise<void> {
  if (rows.length === 0) return
  const chainOf = (row: { check: string; plant: string }) => `${row.check} ${row.plant}`
  const checks = [...new Set(rows.map((row) => row.check))]
  const last = new Map((await store.query('last_proofs', { checks })).map((row) => [chainOf(row), row.proof]))
  await store.insert(
    'runs',
    rows.map((row) => ({ ...row, proof: proofOf(row, last.get(chainOf(row)) ?? '') })),
  )
}

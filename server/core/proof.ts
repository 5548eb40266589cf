import { createHash } from 'node:crypto'

/** What the proof of a run covers, in this order; moments as ISO in UTC, counts and amounts as decimal text. */
const covered = [
  'run',
  'check',
  'plant',
  'kind',
  'outcome',
  'clock',
  'left_watermark',
  'right_watermark',
  'cut',
  'rule',
  'left_rows',
  'right_rows',
  'compared',
  'judged',
  'in_grace',
  'variances',
  'amount',
  'tolerated',
  'tolerated_amount',
  'tolerated_net',
  'amount_plant',
  'tolerated_amount_plant',
  'tolerated_net_plant',
  'result_hash',
  'of_run',
] as const

/** SHA-256 over what a run says of itself and the proof of the run before it in its check and plant, in hex. */
export const proofOf = (row: Record<(typeof covered)[number], unknown>, before: string): string =>
  digestOf([before, ...covered.map((name) => String(row[name]))])

/** SHA-256 over texts, each for itself, in hex. */
export const digestOf = (parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

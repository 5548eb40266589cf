import { StoreError } from '../../sql/store.ts'

/** Codes of the engine that say the content of a segment can't be parsed. */
const contentCodes = new Set([
  6, 25, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 131, 349, 407, 432, 434, 436, 444,
])
/**
 * Codes that say the engine, its disk, its keeper or our right to it is away, or that it has too much to do: whatever
 * the content is, that passes, or a person has to see to it.
 */
const awayCodes = new Set([
  3, 60, 74, 75, 76, 81, 107, 159, 160, 164, 192, 193, 194, 198, 202, 203, 209, 210, 225, 236, 242, 243, 252,
  265, 279, 285, 286, 290, 319, 335, 341, 359, 364, 373, 394, 415, 425, 473, 497, 516, 519, 571, 573, 597,
  598, 999, 1000,
])

/** What an error of a load says: of its content, of the engine as it is now, or that it took offence otherwise. */
export type Verdict = 'content' | 'away' | 'refused'

/** Judges an error; what has no code of the engine is of the network, the disk, or ours. */
export function judgeRefusal(error: unknown): Verdict {
  if (!(error instanceof StoreError) || !(error.code > 0)) return 'away'
  if (contentCodes.has(error.code)) return 'content'
  return awayCodes.has(error.code) ? 'away' : 'refused'
}

/**
 * After how many refusals in a row a segment is halved, and after how many a request that stands alone is set aside.
 * What can't be parsed today can't be parsed tomorrow; a limit of memory or a type the engine stumbles over may pass, so
 * a request is given half a minute. Halves of what was refused that long are halved sooner.
 */
export const patience = {
  content: { whole: 2, half: 2, alone: 2 },
  refused: { whole: 6, half: 2, alone: 10 },
} as const

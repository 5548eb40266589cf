import { z } from 'zod'

const percentWords = 'a percentage from 0 to 100'
const percent = z.number(percentWords).min(0, percentWords).max(100, percentWords)

/** How good the data has to be: what each of the five rates is held against. */
export const quality = z
  .strictObject({
    completeness: percent.default(99.5).describe('The least share of keys that arrive in time, in percent'),
    timeliness: percent.default(99).describe('The least share of messages that are not late'),
    conformity: percent.default(99.5).describe('The least share of messages that keep their contract'),
    duplication: percent.default(0.5).describe('The highest share of messages that had come before'),
    reconciliation: percent.default(99.5).describe('The least share of keys, or orders, that agree'),
  })
  .prefault({})
  .describe('The limits of the five rates of data quality, in percent')

import type { Check } from './check.ts'

/** Whether a check tells its sides' items apart. */
export const comparesItems = (check: Check) => /\b(left|right)_item\b/.test(check.sql)

/**
 * What a contribution adds to the linear fingerprint of its key, of its bucket, of its plant: every quantity times an odd
 * weight of its key, and hashes of what else the check compares, left plus and right minus, in arithmetic modulo 2^64.
 * Equal sides come to zero; a single key that differs never does, and several cancel out once in 2^64. It proves equality
 * only: what differs is compared exactly. SQL over the columns of a contribution; kept with it, since to hash millions of
 * rows anew takes most of a run's time.
 */
export const fingerprintOf = (check: Check) =>
  `if(side = 'left', toUInt64(1), toUInt64(18446744073709551615)) * (${termsOf(check)})`

/** The low 64 bits of a decimal's whole number: adding and taking them is the same either way round. */
const low = (column: string) => `reinterpretAsUInt64(${column})`

function termsOf(check: Check): string {
  const quantity = `${low('quantity')} * bitOr(kh, 1)`
  if (check.matching === 'sums') return quantity
  if (check.matching === 'states') return `${low('quantity')} * bitOr(cityHash64(kh, state), 1)`
  const price = `cityHash64(price, price_factor) * bitOr(kx, 1)`
  const item = comparesItems(check) ? ' + cityHash64(item) * bitOr(bitNot(kx), 1)' : ''
  return `${quantity} + ${price} + cityHash64(state) * bitOr(bitXor(kh, kx), 1)${item} + kx`
}

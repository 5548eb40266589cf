/** Exact sums of the few decimals that TypeScript carries; all set work is the engine's. Six places, as the tables. */
const places = 6
const one = 10n ** BigInt(places)

function toUnits(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) throw new TypeError(`"${text}" is not a decimal`)
  const fraction = (match[3] ?? '').slice(0, places).padEnd(places, '0')
  const units = BigInt(match[2] as string) * one + BigInt(fraction)
  return match[1] ? -units : units
}

function fromUnits(units: bigint): string {
  const positive = units < 0n ? -units : units
  const fraction = (positive % one).toString().padStart(places, '0').replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${positive / one}${fraction ? `.${fraction}` : ''}`
}

/** The sum of decimal texts. @throws TypeError for a text that is no decimal */
export function sumDecimals(values: Iterable<string>): string {
  let sum = 0n
  for (const value of values) sum += toUnits(value)
  return fromUnits(sum)
}

/** The product of two decimal texts, cut to six places. */
export function multiplyDecimals(a: string, b: string): string {
  return fromUnits((toUnits(a) * toUnits(b)) / one)
}

/** Negative, zero or positive as a is less than, equal to or more than b. */
export function compareDecimals(a: string, b: string): number {
  const difference = toUnits(a) - toUnits(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** A decimal text with the other sign; zero has none. */
export const negateDecimal = (text: string): string => fromUnits(-toUnits(text))

/** What so much costs at a price for so many, cut to six places. */
export function amountOf(quantity: string, price: string, per: string): string {
  const units = toUnits(per)
  return fromUnits((toUnits(quantity) * toUnits(price)) / (units === 0n ? one : units))
}

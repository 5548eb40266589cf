/** A unit as quantities in it are converted: its base, and how many of those it is; of some items another number. */
export type Unit = { unit: string; factor: string; items?: ReadonlyMap<string, string> }

/** Keys of digits differ in leading zeros between systems: 000815 is 815. */
export const trimZeros = (key: string): string => key.replace(/^0+(?=\d+$)/, '')

/** How many base units one of a unit is, of an item. */
export const factorOf = ({ factor, items }: Unit, item: unknown): string =>
  (items && typeof item === 'string' ? items.get(trimZeros(item)) : undefined) ?? factor

/** Every number that the estate converts by. */
export const allFactors = (units: Iterable<Unit>): string[] => [
  ...new Set([...units].flatMap(({ factor, items }) => [factor, ...(items?.values() ?? [])])),
]

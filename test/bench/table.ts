/** One line of the table: a figure of ours, the same work done in a named plainer way in the same run, and the ratio. */
export type Figure = {
  what: string
  unit: string
  ours: number
  baseline: string
  theirs: number
  isHigherBetter: boolean
}

/** A figure as a person reads it. */
export const write = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)

/** Prints rows under a head, each column as wide as its widest cell. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => (row[index] ?? '').length)),
  )
  const line = (cells: string[]) =>
    console.log(cells.map((cell, index) => cell.padEnd(widths[index] as number)).join('  '))
  line(head)
  line(widths.map((width) => '─'.repeat(width)))
  for (const row of rows) line(row)
  console.log()
}

/** Prints the figures as a table; the ratio is above one where ours is better. */
export function printFigures(figures: Figure[]): void {
  printTable(
    ['measured', 'ours', 'baseline', 'baseline’s', 'better by'],
    figures.map(({ what, unit, ours, baseline, theirs, isHigherBetter }) => [
      what,
      `${write(ours)} ${unit}`,
      baseline,
      `${write(theirs)} ${unit}`,
      `${(isHigherBetter ? ours / theirs : theirs / ours).toFixed(2)}×`,
    ]),
  )
}

/** The value below which a share of the values lies. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number
}

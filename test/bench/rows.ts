import { cpuOf } from './load.ts'
import { printTable, write } from './table.ts'

/** A way of taking things in: how many a second, and what CPU each took; 0 where it was not measured. */
export type Row = { name: string; perSecond: number; cpu: number; note: string }

/** Times work of this process on so many things. */
export async function timeRow(
  name: string,
  note: string,
  count: number,
  work: () => Promise<void>,
): Promise<Row> {
  const cpu = cpuOf(process.pid)
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  return { name, perSecond: count / seconds, cpu: ((cpuOf(process.pid) - cpu) / count) * 1e6, note }
}

/** Prints the ways beside each other: what part of the engine's own pace each has, and how often that of the peers. */
export function printRows(what: string, rows: Row[], limit: Row, peers: Row): void {
  const one = what.startsWith('spans') ? 'span' : 'event'
  printTable(
    [what, `${one}s/s`, `CPU µs/${one}`, '× engine alone', '× peers', ''],
    rows.map((row) => [
      row.name,
      write(row.perSecond),
      row.cpu > 0 ? row.cpu.toFixed(1) : '',
      (row.perSecond / limit.perSecond).toFixed(2),
      (row.perSecond / peers.perSecond).toFixed(2),
      row.note,
    ]),
  )
}

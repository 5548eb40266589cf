import { createSignal } from 'solid-js'
import type { Target } from './act.ts'
import type { Query } from './api.ts'
import { formatNumber } from './format.ts'
import type { Rows } from './queue.ts'

/** The cases that are selected: one by one, or all that the filter matches. */
export function createPicks(rows: Rows) {
  const [picked, setPicked] = createSignal<ReadonlyMap<number, number | undefined>>(new Map())
  const [isAll, setIsAll] = createSignal(false)
  let last: number | undefined
  const change = (numbers: readonly number[], isOn: boolean) => {
    const next = new Map(picked())
    for (const number of numbers)
      if (isOn) next.set(number, rows.of(number)?.version)
      else next.delete(number)
    setIsAll(false)
    setPicked(next)
  }
  return {
    isAll,
    has: (number: number) => isAll() || picked().has(number),
    size: () => picked().size,
    /** Selects a case or takes it back. */
    toggle: (number: number) => {
      change([number], !picked().has(number))
      last = number
    },
    /** Selects all from the one that was selected last to this one. */
    extend: (number: number, order: readonly number[]) => {
      const [from, to] = [order.indexOf(last ?? number), order.indexOf(number)]
      change(order.slice(Math.min(from, to), Math.max(from, to) + 1), true)
      last = number
    },
    add: (numbers: readonly number[]) => change(numbers, true),
    remove: (numbers: readonly number[]) => change(numbers, false),
    all: () => setIsAll(true),
    clear: () => {
      setIsAll(false)
      setPicked(new Map())
    },
    /** What would be acted on; undefined when nothing is selected. */
    target: (filter: Query, total: number): Target | undefined => {
      if (isAll())
        return { kind: 'all', filter, count: total, words: `all ${formatNumber(total)} that match` }
      if (picked().size === 0) return undefined
      const cases = [...picked()].map(([number, version]) =>
        version === undefined ? { number } : { number, version },
      )
      return { kind: 'some', cases, words: `${formatNumber(cases.length)} selected` }
    },
  }
}

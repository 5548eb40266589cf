import { createSignal } from 'solid-js'
import type { Target } from './act.ts'
import type { Query } from './api.ts'
import { formatNumber } from './format.ts'
import type { Rows } from './queue.ts'

/** More than these are not picked one by one, but by what they have in common: all that match, or all of a group. */
const MOST_PICKED = 10_000

type Whole = { target: Extract<Target, { kind: 'all' }>; numbers: ReadonlySet<number> }

/** The cases that are selected: one by one, all that the filter matches, or all of a large group. */
export function createPicks(rows: Rows) {
  const [picked, setPicked] = createSignal<ReadonlyMap<number, number | undefined>>(new Map())
  const [isAll, setIsAll] = createSignal(false)
  const [group, setGroup] = createSignal<Whole>()
  let last: number | undefined
  const change = (numbers: readonly number[], isOn: boolean) => {
    const next = new Map(picked())
    for (const number of numbers)
      if (isOn) next.set(number, rows.of(number)?.version)
      else next.delete(number)
    setIsAll(false)
    setGroup(undefined)
    setPicked(next)
  }
  const all = () => {
    setGroup(undefined)
    setIsAll(true)
  }
  const size = () => group()?.target.count ?? picked().size
  return {
    isAll,
    has: (number: number) => isAll() || picked().has(number) || (group()?.numbers.has(number) ?? false),
    size,
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
    /** Selects these too; of a group too large to be picked, all of it and nothing else. */
    addGroup: (target: Whole['target'], numbers: readonly number[]) => {
      if (picked().size + numbers.length <= MOST_PICKED) return change(numbers, true)
      setIsAll(false)
      setPicked(new Map())
      setGroup({ target: { ...target, count: numbers.length }, numbers: new Set(numbers) })
    },
    /** Selects what is shown; asked again, or of more than can be picked, all that match. */
    more: (shown: readonly number[]) =>
      size() > 0 || shown.length > MOST_PICKED ? all() : change(shown, true),
    all,
    clear: () => {
      setIsAll(false)
      setGroup(undefined)
      setPicked(new Map())
    },
    /** What would be acted on; undefined when nothing is selected. */
    target: (filter: Query, total: number): Target | undefined => {
      if (isAll())
        return { kind: 'all', filter, count: total, words: `all ${formatNumber(total)} that match` }
      const whole = group()
      if (whole) return whole.target
      if (picked().size === 0) return undefined
      const cases = [...picked()].map(([number, version]) =>
        version === undefined ? { number } : { number, version },
      )
      return { kind: 'some', cases, words: `${formatNumber(cases.length)} selected` }
    },
  }
}

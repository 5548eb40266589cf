import { type Accessor, createMemo, createSignal, onCleanup, onMount } from 'solid-js'

/** What covers the page's first and last pixels: a line that is moved into view stands clear of it. */
const PAD = { above: 80, below: 90 }

/**
 * Which lines of a long list are on screen, where the window scrolls and heights are known: only these need be drawn.
 * @param heights of all lines
 * @param more lines that are drawn before and after those
 * @param first how much of the list is seen before it is known where it stands: its first lines are drawn with it, not after
 * it has been laid out
 */
export function createWindowLines(heights: Accessor<number[]>, more: Accessor<number>, first: number) {
  const [top, setTop] = createSignal(0)
  const [seen, setSeen] = createSignal({ from: 0, to: first })
  const look = () => setSeen({ from: scrollY - top(), to: scrollY - top() + innerHeight })
  onMount(() => {
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
  })
  onCleanup(() => {
    removeEventListener('scroll', look)
    removeEventListener('resize', look)
  })
  /** where each line begins, and the last ends */
  const starts = createMemo(() => {
    const all = [0]
    for (const height of heights()) all.push((all.at(-1) ?? 0) + height)
    return all
  })
  const startOf = (index: number) => starts()[index] ?? 0
  const count = () => starts().length - 1
  /** the line at a height */
  const at = (y: number) => {
    let [low, high] = [0, Math.max(0, count() - 1)]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (startOf(middle) <= y) low = middle
      else high = middle - 1
    }
    return low
  }
  const lines = createMemo(
    () => {
      if (count() === 0) return []
      const from = Math.max(0, at(seen().from) - more())
      const to = Math.min(count() - 1, at(seen().to - 1) + more())
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    },
    [] as number[],
    { equals: (a, b) => a.length === b.length && a[0] === b[0] },
  )
  return {
    /** the indexes of those that are drawn, in their order */
    lines,
    /** how high what stands before them is, and what stands after */
    before: () => startOf(lines()[0] ?? 0),
    after: () => startOf(count()) - startOf((lines().at(-1) ?? -1) + 1),
    /** says where in the page the first line begins */
    place: (y: number) => {
      setTop(y)
      look()
    },
    /** moves a line into view, when it isn't */
    scrollTo: (index: number) => {
      const [start, end] = [top() + startOf(index), top() + startOf(index + 1)]
      if (end > scrollY + innerHeight - PAD.below) scrollTo({ top: end + PAD.below - innerHeight })
      else if (start < scrollY + PAD.above) scrollTo({ top: start - PAD.above })
    },
  }
}

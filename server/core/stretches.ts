/** Time from a moment up to another, in milliseconds since 1970; Infinity where it goes on. */
export type Stretch = { from: number; to: number }

/** What is left of stretches, which are in order and apart, without all that is taken from them. */
export function takeAway(stretches: Stretch[], taken: Stretch[]): Stretch[] {
  const inOrder = [...taken].sort((a, b) => a.from - b.from)
  return stretches.flatMap(({ from, to }) => {
    const left: Stretch[] = []
    let start = from
    for (const gap of inOrder) {
      if (gap.to <= start) continue
      if (gap.from >= to) break
      if (gap.from > start) left.push({ from: start, to: gap.from })
      start = gap.to
    }
    if (start < to) left.push({ from: start, to })
    return left
  })
}

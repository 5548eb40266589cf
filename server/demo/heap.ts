/** A queue that hands out the smallest first; equal ones in the order of `sequence`. */
export class Heap<Entry extends { at: number; sequence: number }> {
  private readonly entries: Entry[] = []

  get size(): number {
    return this.entries.length
  }

  /** Takes out all that fit, wherever they stand. */
  takeWhere(fits: (entry: Entry) => boolean): Entry[] {
    const all = this.entries.splice(0)
    for (const entry of all) if (!fits(entry)) this.push(entry)
    return all.filter(fits)
  }

  peek(): Entry | undefined {
    return this.entries[0]
  }

  push(entry: Entry): void {
    const { entries } = this
    let at = entries.length
    entries.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (isBefore(entries[above] as Entry, entry)) break
      entries[at] = entries[above] as Entry
      at = above
    }
    entries[at] = entry
  }

  pop(): Entry | undefined {
    const { entries } = this
    const first = entries[0]
    const last = entries.pop()
    if (first === undefined || last === undefined || entries.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= entries.length) break
      if (below + 1 < entries.length && isBefore(entries[below + 1] as Entry, entries[below] as Entry))
        below++
      if (isBefore(last, entries[below] as Entry)) break
      entries[at] = entries[below] as Entry
      at = below
    }
    entries[at] = last
    return first
  }
}

type Ordered = { at: number; sequence: number }
const isBefore = (left: Ordered, right: Ordered) =>
  left.at < right.at || (left.at === right.at && left.sequence < right.sequence)

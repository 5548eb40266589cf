import type { DiskMark, DiskMarks } from './estate-disk-schema.ts'

const gib = 2 ** 30
/** A share of a disk is never less than this: the engine merges, and what was acknowledged has to get into it. */
const leastFree = 512 * 2 ** 20

/** Where nobody says otherwise; of a large disk a small share is much, and no more than `most` bytes are kept free. */
export const usualMarks = {
  warn: { mark: { used: 85 }, most: 100 * gib },
  refuse: { mark: { used: 95 }, most: 10 * gib },
} as const

/** How many bytes of a disk are left at its marks. Who is to be told later than nothing is taken is told then. */
export function marksOf(marks: DiskMarks, total: number): { warn_bytes: number; refuse_bytes: number } {
  const left = (mark: DiskMark | undefined, { mark: usual, most }: { mark: DiskMark; most: number }) => {
    if (mark && 'free' in mark) return mark.free
    const share = Math.round((total * (100 - ((mark ?? usual) as { used: number }).used)) / 100)
    return Math.max(leastFree, mark ? share : Math.min(share, most))
  }
  const refuse_bytes = left(marks.refuse_at, usualMarks.refuse)
  return { warn_bytes: Math.max(refuse_bytes, left(marks.warn_at, usualMarks.warn)), refuse_bytes }
}

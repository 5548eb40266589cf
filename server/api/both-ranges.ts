import type { Scope } from './scope.ts'

export type BothRanges<Point> = { now: Point[]; before: Point[]; stood: Point | undefined }

/**
 * Points of the range, and of the one it is compared with: read at once where one begins as the other ends. What stands
 * now is compared with how it `stood` when the other range ended.
 */
export async function both<Point extends { at: string }>(
  { previousFrom, previousTo, from, to }: Scope,
  read: (range: { from: Date; to: Date }) => Promise<Point[]>,
): Promise<BothRanges<Point>> {
  if (previousTo.getTime() !== from.getTime()) {
    const [now, before] = await Promise.all([
      read({ from, to }),
      read({ from: previousFrom, to: previousTo }),
    ])
    return { now, before, stood: before.at(-1) }
  }
  const points = await read({ from: previousFrom, to })
  const now = points.filter((point) => Date.parse(point.at) >= from.getTime())
  return { now, before: points.slice(0, points.length - now.length), stood: now[0] }
}

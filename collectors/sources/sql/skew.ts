/** How far a clock is ahead of ours, by the middle of the question; none where it is less than the answer took. */
export function measureSkew(theirs: number, askedAt: number, answeredAt: number): number | null {
  if (Number.isNaN(theirs)) return null
  const skew = Math.round(theirs - (askedAt + answeredAt) / 2)
  return Math.abs(skew) <= answeredAt - askedAt ? 0 : skew
}

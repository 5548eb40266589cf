/** What one poll of a source cost and brought; counted while it goes on. */
export type Tally = {
  requests: number
  retries: number
  bytes: number
  rows: number
  rejected: number
  /** how far the source's clock is ahead of ours, in ms; null where it does not say */
  skew_ms: number | null
}

export const newTally = (): Tally => ({
  requests: 0,
  retries: 0,
  bytes: 0,
  rows: 0,
  rejected: 0,
  skew_ms: null,
})

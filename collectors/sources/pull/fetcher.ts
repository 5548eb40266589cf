/** One answer of a source: items as it gives them. */
export type Page = {
  items: readonly unknown[]
  /** whether all items up to here are older than any that follow: a fetch that breaks off goes on from here */
  isSafe: boolean
}

/** What a poll took, and the newest value of the cursor that was in it. */
export type Taken = { rows: number; newest: string }

/** What an adapter does: asks one source, page by page, in the source's own way. */
export type Fetcher = {
  /** What is fetched, in people's words: a list, a set, a table */
  what: string
  /**
   * Everything from a cursor on ('' = from the beginning), page by page; `isWhole` when it must be all as of one moment.
   * @throws SourceError where the source does not answer, or not with what can be read
   */
  fetch(from: string, isWhole: boolean): AsyncIterable<Page>
  /**
   * The items of one key, as a list would have them; none where there is no such thing any more. Absent where it can't be
   * asked for one.
   * @throws SourceError
   */
  one?(key: string): Promise<readonly unknown[]>
  /** After a fetch: how many items there are in all, where the source says so */
  total?(): number | undefined
  close(): Promise<void>
}

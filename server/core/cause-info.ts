/** A cause as every room may know it: the header of its file in sql/causes. */
export type CauseInfo = {
  cause: string
  title: string
  description: string
  /** what to do about it */
  advice: string
  /** the classes of differences it may explain; `all` when any */
  explains: string[] | 'all'
}

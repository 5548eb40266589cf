/** Why a source could not be read: said on its page as it is. What was taken before stays; nothing else is. */
export class SourceError extends Error {
  /** what kind of failure it is, for who counts them */
  readonly code: string
  /** no sooner than after so long another try is worth it */
  readonly waitMs: number
  constructor(
    code: string,
    message: string,
    options: { mend?: string; waitMs?: number; cause?: unknown } = {},
  ) {
    super(options.mend ? `${message}. ${options.mend}` : message, { cause: options.cause })
    this.name = 'SourceError'
    this.code = code
    this.waitMs = options.waitMs ?? 0
  }
}

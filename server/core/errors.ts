/**
 * The one error that people and machines are told of: what is wrong, where, and how to mend it.
 * Anything else that is thrown is a fault of ours and is shown only by its request id.
 */
export class PlumblineError extends Error {
  readonly code: string
  readonly status: number
  readonly where: string | undefined
  readonly mend: string | undefined
  readonly details: { where: string; message: string }[]
  /** seconds until it is worth trying again */
  readonly retryAfterS: number | undefined

  constructor(
    code: string,
    message: string,
    options: {
      status?: number
      where?: string
      mend?: string
      details?: { where: string; message: string }[]
      cause?: unknown
      retryAfterS?: number
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'PlumblineError'
    this.code = code
    this.status = options.status ?? 400
    this.where = options.where
    this.retryAfterS = options.retryAfterS
    this.mend = options.mend
    this.details = options.details ?? []
  }
}

/** The message of whatever was thrown, on one line and bounded: fit for a log, a run's reason or a screen. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s+/g, ' ').trim().slice(0, 500)
}

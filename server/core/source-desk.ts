/** How a source that we pull stands. */
export type SourcePull = {
  source: string
  /** who paused it, when and why; null while it is polled */
  paused: { at: string; actor: string; reason: string } | null
  /** why nothing is fetched although nobody paused it; '' while it is */
  held: string
  /** when it was last looked at by this process, and what went wrong then */
  polled_at: string | null
  error: string
  /** null while it is paused, held, or being polled */
  next_poll_at: string | null
}

/** Sources that are pulled, as people see and work them. What is sent to us cannot be paused: it would be lost. */
export type SourceDesk = {
  list(): SourcePull[]
  /**
   * Pauses a source, or lets it go on. The step is on disk before it counts, and outlives a restart; when it resolves, a
   * paused source is not read any more.
   * @throws PlumblineError for a source that is not pulled, or stands so already
   */
  act(source: string, act: 'paused' | 'resumed', by: { actor: string; reason: string }): Promise<void>
}

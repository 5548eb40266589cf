/** What the front door says of a message that is only tried, or handed in. */
export type DoorVerdict = {
  /** why it would not be let in; empty when it would */
  reasons: string[]
  /** one for each reason: the rule that is broken */
  codes: string[]
  /** what it would be stored as */
  source: string
  plant: string
  key: string
  occurred_at: string
}

/** The way in for messages that people send again: the very one that systems use. */
export type FrontDoor = {
  /** Says of each message (a CloudEvent as JSON text) whether it would be let in now; keeps nothing of it. */
  try(messages: string[]): Promise<DoorVerdict[]>
  /** Hands a message in; resolves when it is acknowledged, which is not yet stored. Rejects when it was not taken. */
  submit(message: string): Promise<void>
}

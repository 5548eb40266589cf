/** A backup that is whole; what it cost is known of those that this process made. */
export type MadeBackup = {
  /** below the place that the estate names */
  name: string
  /** ISO 8601 */
  at: string
  cost: {
    rows: string
    bytes: number
    /** how long nothing was written to the store */
    held_ms: number
    took_ms: number
  } | null
}

/** How the backups of the estate stand. */
export type BackupState = {
  to: string
  every_ms: number
  keep: number
  is_under_way: boolean
  /** the newest that is whole; null where there is none */
  last: MadeBackup | null
  /** why the last try came to nothing, where none was made since */
  failure: { at: string; message: string } | null
  /** when the next is made, ISO 8601 */
  due_at: string
  /** it should have been there long ago */
  is_late: boolean
}

/** Makes backups of a product that runs. */
export type BackupDesk = {
  state(): BackupState
  /** Begins one now; false where one is under way already. */
  begin(): boolean
}

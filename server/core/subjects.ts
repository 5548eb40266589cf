/** Of whom or what something is kept: a business key, what is about a person, or somebody who signs in here. */
export type SubjectAsked =
  | { kind: 'order' | 'partner' | 'key'; key: string; plant: string }
  | { kind: 'person'; values: string[] }
  | { kind: 'user'; person: string }

/** What is done with the rows of a table. */
export type SubjectHow = 'deleted' | 'redacted' | 'kept'

/** One table: how many rows speak of the subject, what is done with them and why. */
export type SubjectTable = { table: string; how: SubjectHow; says: string; rows: number }
/** The same once it is done: none are left. `hash` is over the rows as they were, whatever their order. */
export type ErasedTable = {
  table: string
  how: SubjectHow
  says: string
  before: number
  after: number
  hash: string
}

export type SubjectState = 'asked' | 'confirmed' | 'waiting' | 'working' | 'done' | 'withdrawn'

export type SubjectRequest = {
  request: string
  state: SubjectState
  /** what it is about, without its value: "order", "person" */
  kind: SubjectAsked['kind']
  plant: string
  /** the site's own name of the request */
  reference: string
  reason: string
  actor: string
  asked_at: string
  /** SHA-256 over the salt and what was looked for: whoever knows that can show that it was this */
  subject_sha256: string
  salt: string
  /** what stands in the place of what is gone */
  mask: string
  tables: SubjectTable[]
  /** documents of the order that were found to be of no other one */
  documents: number
  confirmed_by: string
  confirmed_at: string | null
  /** why it is not done yet; '' where nothing holds it up */
  holdup: string
  proof: SubjectProof | null
}

/** What shows that it is done. */
export type SubjectProof = {
  done_at: string
  tables: ErasedTable[]
  rows_before: number
  rows_after: number
  cases_closed: number
  audit_entries_redacted: number
  /** of the engine, that change what was found: none is under way when it is counted again */
  mutations_pending: number
  /** SHA-256 over the request and all above, as it stands in the audit trail */
  sha256: string
}

/** Looks for what is kept of a subject, gives it out, and deletes it. */
export type SubjectDesk = {
  /** @throws PlumblineError `subject_too_short`, `subject_is_ours`, `subject_unknown`, `reason_names_subject` */
  ask(
    asked: SubjectAsked,
    more: { reason: string; reference: string; actor: string },
  ): Promise<SubjectRequest>
  list(): Promise<SubjectRequest[]>
  /** @throws PlumblineError `subject_request_unknown` */
  read(request: string): Promise<SubjectRequest>
  /** Everything found, a row a piece, table by table. */
  export(request: string): AsyncGenerator<{ table: string; row: object }>
  /** Says that it is to be deleted; the work goes on by itself. */
  confirm(request: string, actor: string): Promise<SubjectRequest>
  /** Ends a request that was not confirmed: what it looked for is forgotten. */
  withdraw(request: string, actor: string): Promise<SubjectRequest>
}

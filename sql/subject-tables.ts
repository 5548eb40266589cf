import { entityNames } from '../server/core/model.ts'

/**
 * What is done with the rows of a table that speak of a subject. Personal values are looked for in every column that holds
 * text, whatever stands here; what is named here finds a business key.
 */
export type Handling = {
  /** Columns in which a business key stands whole */
  keys?: readonly string[]
  /** It has `check` and `key`, and may have `order_no`: the key is one of the check's */
  checked?: true
  /** Its rows are of a case of the subject, by `number` */
  cases?: true
  /** Columns in which somebody wrote freely: a key is looked for within */
  texts?: readonly string[]
  /** What is done with rows that are of a business key; where it is only mentioned, it is masked */
  ofKey: 'delete' | 'redact'
  /** What is done with rows in which a personal value stands: masked, unless they can't be told apart without it */
  ofPerson?: 'delete' | 'redact'
  /** For who reads the answer: what it is, and why it is dealt with so */
  says: string
}
/** Tables that are dealt with by what they are: states by reconcilers/subjects/states.ts, and so on. */
export type Special = {
  special: 'state' | 'contributions' | 'case' | 'audit' | 'access' | 'request'
  says: string
}
/** Tables that hold nothing for long: what passes through is gone by itself. */
export type Passing = { passing: true; says: string }

const redacted = (says: string, texts: readonly string[] = [], more: Partial<Handling> = {}): Handling => ({
  ofKey: 'redact',
  says,
  ...(texts.length > 0 ? { texts } : {}),
  ...more,
})
const deleted = (says: string, more: Partial<Handling>): Handling => ({ ofKey: 'delete', says, ...more })
const passing = (says: string): Passing => ({ passing: true, says })

/**
 * Every table of the store. Views that fill a table do not follow what is deleted behind them: each stands for itself. A
 * table that is not named here stops a deletion (`subject_table_unknown`), and a test finds it before.
 */
export const subjectTables: Record<string, Handling | Special | Passing> = {
  // facts as they came
  business_events: deleted('Events. Those of the key go; others that mention it are masked.', {
    keys: ['key'],
    texts: ['data'],
  }),
  event_receipts: redacted('Receipts stay as counts; key and message id are masked.', ['event_id'], {
    keys: ['key'],
  }),
  receipts_again: redacted('Receipts of messages that came again stay as counts; the message id is masked.', [
    'event_id',
  ]),
  quarantine: deleted(
    'Messages that broke their contract are deleted whole: a masked one could not be corrected.',
    { texts: ['message_id', 'body', 'reasons', 'position'], ofPerson: 'delete' },
  ),
  corrections: deleted('What people made of such messages goes with them.', {
    keys: ['key'],
    texts: ['body', 'diff', 'reason'],
    ofPerson: 'delete',
  }),
  correction_outcomes: redacted('What became of a message sent again stays; its reasons are masked.', [
    'reasons',
  ]),
  events_staged: passing('Lines of a load while it goes.'),
  file_rows: passing('Lines of a file while it is read.'),
  event_refs: passing('What the events of a load name, for two hours.'),
  event_verdicts: deleted('What events named and no system had stated.', {
    keys: ['value'],
    ofPerson: 'delete',
  }),
  flow_progress: deleted('How far the key came in its flow.', { keys: ['key'] }),
  passages: deleted('Its hand-offs: sums of the flow no longer count it.', { keys: ['key'] }),
  edi_interchanges: redacted(
    'Interchanges stay, since their numbers count once; documents in them are masked.',
    ['messages', 'deviations', 'path', 'earlier'],
  ),
  edi_acknowledgements: redacted('Acknowledgements stay; the document is masked.', ['reasons', 'path'], {
    keys: ['of_document'],
  }),
  readings: redacted('What was read stays noted, so that it is read once; names are masked.', [
    'path',
    'reason',
    'cursor',
  ]),
  loads: redacted('Loads stay; a name of a file is masked.', ['name']),
  source_polls: redacted('Polls stay; reasons are masked.', ['reason']),
  source_steps: redacted('Who paused a source stays masked.', ['reason']),
  // spans
  otel_spans: redacted(
    'Spans stay, since calls and times are summed of them; key, attributes and texts are masked.',
    [
      'name',
      'status_message',
      'attributes',
      'resource',
      'events.name',
      'events.attributes',
      'links.attributes',
    ],
    { keys: ['key'] },
  ),
  key_index: deleted('Which traces carry the key.', { keys: ['key'] }),
  span_latency_1m: redacted('Sums of calls stay; names are masked.'),
  span_samples: redacted('Samples of calls stay; names are masked.'),
  services_seen: redacted('Services by name; a name is masked.'),
  measurements: deleted('Points whose attributes hold a personal value.', { ofPerson: 'delete' }),
  // what was judged
  contributions: {
    special: 'contributions',
    says: 'What each state adds to a check: goes or is made anew with the state.',
  },
  variances: deleted('Differences of runs. Counts and proofs of runs stay as they were.', {
    checked: true,
    ofPerson: 'delete',
  }),
  tolerated: deleted('Differences within tolerance.', { checked: true, ofPerson: 'delete' }),
  runs: redacted('Runs stay with their counts and proofs; the text of a failure is masked.', ['reason']),
  latest_runs: redacted('The newest runs of each check: as the runs.', ['reason']),
  exception_steps: {
    special: 'case',
    says: 'Steps of cases stay with amounts and times; key, values and texts are masked. Open ones are closed: deleted on request.',
  },
  exception_acts: { special: 'case', says: 'What people did to cases stays; names and notes are masked.' },
  exception_cases: { special: 'case', says: 'Cases as they stand are made anew from their masked steps.' },
  exception_rows: { special: 'case', says: 'What lists show of cases is made anew.' },
  exception_causes: deleted('Why the sides disagreed, with its evidence.', {
    cases: true,
    texts: ['evidence', 'shared', 'failure'],
  }),
  case_mentions: redacted('Notes that mention somebody: masked.', ['text']),
  cause_verdicts: redacted('What people said of causes stays; names are masked.'),
  cause_cases: deleted('Staged while a cause is sought, two hours.', { cases: true, ofPerson: 'delete' }),
  cause_documents: deleted('Staged while a cause is sought, two hours.', {
    cases: true,
    keys: ['document', 'ref'],
    ofPerson: 'delete',
  }),
  cause_refs: deleted('Staged while a cause is sought, two hours.', {
    cases: true,
    keys: ['ref'],
    ofPerson: 'delete',
  }),
  cause_errors: deleted('Staged while a cause is sought, two hours.', {
    cases: true,
    texts: ['name', 'message'],
    ofPerson: 'delete',
  }),
  releases: redacted('Who let held cases open stays masked.'),
  findings: redacted('Hours far from their past stay; a partner is masked.'),
  replays: redacted('Replays stay; what they selected and their reason are masked.', ['selection', 'reason']),
  replay_items: redacted('Their messages stay as counts; key and document are masked.', ['left_out'], {
    keys: ['document'],
    checked: true,
  }),
  replay_steps: redacted('What became of them stays; texts are masked.', ['detail', 'proof']),
  // who was told
  notifications: redacted('Notifications stay with when and whom; their text is masked.', [
    'body',
    'group_key',
  ]),
  deliveries: redacted('Attempts to deliver stay; answers and reasons are masked.', ['answer', 'reason']),
  alert_steps: redacted('Alerts stay; their text is masked.', ['reason', 'body']),
  silences: redacted('Silences stay; texts are masked.', ['matcher', 'reason']),
  // people
  saved_views: redacted('Lists people keep; names and what they filter are masked.', ['name', 'query']),
  start_views: redacted('The list somebody starts with.', [], { ofPerson: 'delete' }),
  access_steps: {
    special: 'access',
    says: 'Sign-in record, sessions and tokens: deleted of the person, elsewhere masked.',
  },
  audit_trail: {
    special: 'audit',
    says: 'Entries stay in their chain; the value is masked, and an entry of the trail says which, so that it still verifies.',
  },
  subject_requests: { special: 'request', says: 'Requests hold no value of what they look for.' },
  subject_values: { special: 'request', says: 'What is looked for, deleted at the end.' },
  // of the work itself
  role_asks: passing('What processes ask of each other, for a day.'),
  role_answers: passing('What they answer, for a day.'),
  role_beats: passing('What they say of themselves every few seconds, for a day.'),
  leases: passing('Which process does what, for a day.'),
  ...Object.fromEntries(
    [
      'schema_made',
      'watermarks',
      'source_arrivals',
      'sources_heard',
      'estate_handoffs',
      'estate_masters',
      'passages_made',
      'hours_judged',
      'advanced',
      'contributed',
      'run_counts',
      'rules',
      'case_forecasts',
      'rollup_audits',
      'sweeps',
    ].map((table) => [table, redacted('Numbers and codes of the work itself; looked through all the same.')]),
  ),
  ...Object.fromEntries(
    entityNames.flatMap((entity) => [
      [entity, { special: 'state', says: 'What systems say now.' }] as const,
      [`${entity}_log`, { special: 'state', says: 'Every version of what systems said.' }] as const,
    ]),
  ),
}

/** Columns that hold codes, names of the estate and identifiers of ours: nobody's name, and never masked. */
export const ourColumns: ReadonlySet<string> = new Set(
  (
    'id exception_acts.batch corrections.batch plant to_plant flow stage stages handoff from_stage to_stage later_stages system source sources records check class entity master consumer measure ' +
    'trace_id span_id currency unit base_unit pack_unit price_unit time_unit kind state status severity facets condition team act step outcome code codes rule rollup run ' +
    'last_run of_run sought result_hash hash previous chain seq before_hash content rules fingerprint digest structure attribute_types resource_types ' +
    'schema_url scope_version type standard stock_type movement_type order_type direction event_deviations request lease process cause said_cause paused leases roles ' +
    'reading expected expected_type severities of_type control of_interchange of_group of_message actor_kind'
  ).split(' '),
)
/** Columns that hold who did something, as the product calls them. */
export const actorColumns: ReadonlySet<string> = new Set(
  'actor owner person assignee acknowledged_by resolved_by asked_by accepted_by'.split(' '),
)

import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import { readWatermarks } from '../../sql/watermarks.ts'
import type { Estate } from '../core/estate.ts'
import { entityOf, type MasterName } from '../core/model.ts'
import { writeDuration } from '../core/words.ts'
import type { AcceptanceState, MasterVersion, PropagationConsumer } from './schemas/propagation.ts'
import type { Status } from './scope.ts'

const day = 86_400_000

/** Up to when consumers are heard and when they were away, as both queries of propagation take it. */
export async function readHearing(store: Store, estate: Estate, at: Date, from: Date) {
  const sources = estate.sources.map((source) => source.source)
  const stale_ms = estate.sources.map((source) => source.stale_after)
  const [heard, absences] = await Promise.all([
    readWatermarks(store, estate.sources, at),
    // what was due a day before may be accepted in the range
    store.query('source_absences', { from: new Date(from.getTime() - day), sources, stale_ms }),
  ])
  return {
    places: heard.map((row) => `${row.source} ${row.plant}`),
    complete_ms: heard.map((row) => row.completeTo.getTime()),
    away: absences.map((row) => `${row.source} ${row.plant}`),
    away_from_ms: absences.map((row) => Date.parse(row.away_from)),
    away_to_ms: absences.map((row) => Date.parse(row.away_to)),
  }
}

type Counted = Omit<QueryRow['propagation_matrix'], 'cut' | 'plant' | 'master' | 'role' | 'consumer'>

/** Counts with the share of what should be accepted by now, and its status: what counts and is not held is a breach. */
export function judgeCounts(row: Counted): Omit<PropagationConsumer, 'consumer' | 'consumer_name'> {
  const taken = row.accepted + row.caught_up
  const expected = taken + row.late + row.away + row.rejected
  const status: Status =
    row.versions === 0
      ? 'unknown'
      : row.late > 0
        ? 'breach'
        : row.rejected > 0
          ? 'watch'
          : row.away > 0
            ? 'unknown'
            : 'ok'
  return {
    versions: row.versions,
    accepted: row.accepted,
    caught_up: row.caught_up,
    accepted_late: row.accepted_late,
    pending: row.pending,
    late: row.late,
    away: row.away,
    rejected: row.rejected,
    superseded: row.superseded,
    missed: row.missed,
    share: expected === 0 ? null : (taken / expected) * 100,
    delay_p95_ms: row.delay_p95_ms,
    status,
  }
}

const statuses: Record<AcceptanceState, Status> = {
  accepted: 'ok',
  caught_up: 'ok',
  superseded: 'ok',
  pending: 'ok',
  away: 'unknown',
  rejected: 'watch',
  late: 'breach',
}

/** A version with one consumer, in words as well. */
export function describeVersion(
  estate: Estate,
  row: QueryRow['propagation_versions'],
  at: Date,
): MasterVersion {
  const state = row.state as AcceptanceState
  const nameOf = (system: string) => estate.systemOf.get(system)?.name ?? system
  const since = (moment: string) => writeDuration(Math.max(0, at.getTime() - Date.parse(moment)))
  const works =
    row.holds === ''
      ? 'it holds no version'
      : row.holds === row.master_version
        ? ''
        : `it works with version ${row.holds}`
  const missed = row.missed ? `in effect for ${since(row.counts_at)}; ${works}` : ''
  const delay = writeDuration(row.delay ?? 0)
  const details: Record<AcceptanceState, string> = {
    accepted: row.late_once
      ? `accepted after ${delay}, ${writeDuration(overdue(row))} late`
      : `accepted after ${delay}`,
    caught_up: `was away when it was due; caught up after ${delay}`,
    pending:
      Date.parse(row.counts_at) > at.getTime()
        ? `not accepted yet; in effect in ${writeDuration(Date.parse(row.counts_at) - at.getTime())}`
        : `not accepted yet; due in ${writeDuration(Date.parse(row.due_at) - at.getTime())}`,
    late: `not accepted, ${since(row.due_at)} late; ${missed}`,
    away: `not heard of since it was due ${since(row.due_at)} ago; ${missed}`,
    rejected: [row.rejected_because || 'no reason given', missed].filter(Boolean).join('; '),
    superseded: 'a newer version came before it was accepted',
  }
  return {
    plant: row.plant,
    master: row.master as MasterName,
    master_name: entityOf(row.master as MasterName).title,
    key: row.key,
    master_version: row.master_version,
    record: row.record,
    record_name: nameOf(row.record),
    stated_at: row.stated_at,
    counts_at: row.counts_at,
    due_at: row.due_at,
    consumer: row.consumer,
    consumer_name: nameOf(row.consumer),
    role: row.role,
    state,
    status: statuses[state],
    detail: details[state],
    is_late: row.late_once,
    is_missed: row.missed,
    accepted_at: row.accepted,
    delay_ms: row.delay,
    rejected_at: row.rejected,
    rejected_because: row.rejected_because,
    superseded_at: row.superseded,
    holds: row.holds,
    record_event: row.record_event,
    record_trace: row.record_trace,
    consumer_event: row.consumer_event,
    consumer_trace: row.consumer_trace,
    told_at: row.told,
  }
}

const overdue = (row: QueryRow['propagation_versions']) =>
  Math.max(0, Date.parse(row.accepted ?? row.due_at) - Date.parse(row.due_at))

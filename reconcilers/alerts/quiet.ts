import type { Quiet, QuietReason } from '../../server/core/alert-desk.ts'
import { fits } from '../../server/core/alert-match.ts'
import type { CheckInfo } from '../../server/core/check-info.ts'
import type { Estate } from '../../server/core/estate.ts'
import { isOver, type Tracked } from './lifecycle.ts'
import { quietFor } from './maintenance.ts'
import { sourcesBehind } from './source-states.ts'

/** Looks for what keeps an alert quiet: a silence, planned maintenance, or another alert that explains it. */
export function findQuiet(
  estate: Estate,
  checks: readonly CheckInfo[],
  alerts: Iterable<Tracked>,
  silences: readonly Quiet[],
  maintenance: readonly Quiet[],
  now: Date,
): (tracked: Tracked) => QuietReason | null {
  const active = [...alerts].filter((each) => !isOver(each))
  const stale = active.filter((each) => each.alert.condition === 'source_stale')
  return ({ alert, labels }) => {
    const silence = quietFor(silences, labels, now.getTime())
    if (silence) return { by: 'silence', id: silence.id, reason: silence.reason }
    const planned = quietFor(maintenance, labels, now.getTime())
    if (planned) return { by: 'maintenance', id: '', reason: planned.reason }
    const behind = sourcesBehind(estate, checks, labels)
    const cause =
      stale.find((each) => each.labels.plant === labels.plant && behind.has(each.labels.source)) ??
      estate.alerting.inhibit
        .filter((rule) => fits(rule.quiet, labels))
        .flatMap((rule) =>
          active.filter(
            (each) =>
              each.alert.fingerprint !== alert.fingerprint &&
              fits(rule.when, each.labels) &&
              rule.equal.every((label) => each.labels[label] === labels[label]),
          ),
        )[0]
    return cause ? { by: 'inhibited', id: cause.alert.fingerprint, reason: cause.alert.title } : null
  }
}

import type { Case } from './case.ts'
import type { CheckInfo } from './check-info.ts'
import type { Estate } from './estate.ts'
import { createSla, type SlaLogRow } from './sla.ts'

/** Says of a case until when it should be acknowledged and mended, by the estate's rules and its plant's calendar. */
export function createClocks(
  estate: Estate,
  checks: readonly Pick<CheckInfo, 'check' | 'flow'>[],
): (known: Case, log: SlaLogRow[]) => Case {
  const sla = createSla(estate)
  const flowOf = new Map(checks.map(({ check, flow }) => [check, flow]))
  return (known, log) => {
    // as of its last step or act: between two of them a clock only goes on, and when it is due does not move
    const { acknowledge, resolve } = sla.clocksOf(
      { ...known, flow: flowOf.get(known.check) ?? '' },
      log,
      new Date(known.touched_at),
    )
    const isDue = (clock: typeof resolve) => clock.stopped_at === null
    // of whichever clock is the first to warn: to be taken on too late is a breach as well
    const [warn_at = null] = [acknowledge, resolve]
      .flatMap((clock) => (isDue(clock) && clock.warn_at !== null ? [clock.warn_at] : []))
      .sort()
    return {
      ...known,
      acknowledge_due: isDue(acknowledge) ? acknowledge.due_at : null,
      resolve_due: isDue(resolve) ? resolve.due_at : null,
      warn_at,
    }
  }
}

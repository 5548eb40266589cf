import type { Case } from './case.ts'
import { createClocks } from './case-clocks.ts'
import type { CheckInfo } from './check-info.ts'
import type { Estate } from './estate.ts'
import type { SlaLogRow } from './sla.ts'

type Known = Pick<CheckInfo, 'check' | 'flow' | 'counted_by'>

/**
 * What is decided of a case beside what runs and people did: until when it should be acknowledged and mended, and how
 * much of its value sums count: nothing where a check that runs here counts the same money.
 */
export function createFinish(
  estate: Estate,
  checks: readonly Known[],
): (known: Case, log: SlaLogRow[]) => Case {
  const withClocks = createClocks(estate, checks)
  const isElsewhere = createElsewhere(checks)
  return (known, log) => ({
    ...withClocks(known, log),
    counted: isElsewhere(known.check, known.class) ? '0' : known.amount_reporting,
  })
}

/** Whether another of these checks counts the money of a class. */
export function createElsewhere(
  checks: readonly Pick<CheckInfo, 'check' | 'counted_by'>[],
): (check: string, cls: string) => boolean {
  const running = new Map(checks.map((check) => [check.check, check]))
  return (check, cls) => running.has(running.get(check)?.counted_by[cls] ?? '')
}

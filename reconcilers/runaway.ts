import type { Estate } from '../server/core/estate.ts'
import type { Store } from '../sql/store.ts'
import type { Applied } from './cases.ts'
import type { Plan } from './plan.ts'

/** What runs would have opened, and did not: by run. */
export type Held = Map<string, number>
/** What is held, and whether anything else is new. */
export type Fresh = { held: Held; isAnyNew: boolean }

/**
 * Finds the runs that would open more cases at once than the estate allows: a mapping that broke, a file that was
 * missed, a unit that changed. One case stands for all of them until a person has looked and released it; until then
 * the plant's runs of that check open nothing more and close nothing.
 */
export async function holdRunaways(
  store: Store,
  estate: Estate,
  verdicts: readonly (Applied & { plan?: Plan | undefined })[],
  at: Date,
): Promise<Fresh> {
  const judged = new Map(
    verdicts.flatMap(({ check, applied, plan }) =>
      applied.map((each) => [
        each.run,
        { check, compared: Number(plan?.counted.get(each.plant)?.compared ?? 0) },
      ]),
    ),
  )
  const rows = await store.query('runaways', {
    checks: verdicts.map(({ check }) => check.check),
    runs: [...judged.keys()],
  })
  const { share, least } = estate.runaway
  const held = rows.filter((row) => {
    const fresh = Number(row.fresh)
    const compared = judged.get(row.run)?.compared ?? 0
    const isReleased = isSet(row.released_at) && new Date(row.released_at) >= new Date(row.held_since)
    return fresh > least && fresh > share * compared && !isReleased
  })
  const [top] = held.length > 0 ? await store.query('highest_case', {}) : []
  let number = BigInt(top?.number ?? 0)
  await store.insert(
    'exception_steps',
    held.map((row) => {
      const isNew = !isSet(row.held_since)
      if (isNew) number += 1n
      return {
        number: isNew ? String(number) : row.held_case,
        step: isNew ? 1 : Number(row.held_step) + 1,
        at: at.toISOString(),
        actor: 'plumbline',
        act: isNew ? 'opened' : 'changed',
        run: row.run,
        check: row.check,
        plant: row.plant,
        key: 'all new cases',
        class: 'runaway',
        left_value: '',
        right_value: row.fresh,
        amount: row.amount,
        currency: estate.currency,
        amount_reporting: row.amount,
        amount_plant: row.amount_plant,
        severity: 'critical',
        team: judged.get(row.run)?.check.team ?? '',
        since: at.toISOString(),
        detail: `${row.fresh} new cases at once wait for a person; nothing was opened or closed`,
      }
    }),
  )
  return {
    held: new Map(held.map((row) => [row.run, Number(row.fresh)])),
    isAnyNew: rows.length > held.length,
  }
}

const isSet = (moment: string) => new Date(moment).getTime() > 0

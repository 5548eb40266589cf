import { describeError, PlumblineError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { log } from '../server/core/log.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import { judgeParams, judgeSql, ruleOf } from './evaluate.ts'
import { everything } from './scope.ts'
import { pastStates } from './states.ts'

/**
 * Has the engine try each check as a run of a past cut would put it: how states are read, what they come to, and what
 * the check says of it. Nothing is read and nothing written; what it has run before is not tried again.
 * @throws PlumblineError `check_invalid` for the first that the engine does not take, with its file and the engine's words
 */
export async function tryChecks(store: Store, estate: Estate, checks: readonly Check[]): Promise<void> {
  const watch = performance.now()
  for (const check of checks)
    try {
      // a rule that a run was judged by has been taken by this engine
      if ((await store.query('rule', { rule: check.rule })).length > 0) continue
      await tryCheck(store, estate, check)
    } catch (error) {
      const where = `sql/checks/${check.check}.sql`
      throw new PlumblineError(
        'check_invalid',
        `${where}: the engine does not take it: ${describeError(error)}`,
        {
          where,
          mend: 'Mend the SQL of its header or of its SELECT; README.md says what a check reads and yields.',
        },
      )
    }
  log.debug(
    { checks: checks.length, ms: Math.round(performance.now() - watch) },
    'the engine takes the checks',
  )
}

const tryCheck = (store: Store, estate: Estate, check: Check) =>
  store.rows(
    `DESCRIBE (${judgeSql(check, everything, pastStates, true)})`,
    { ...judgeParams(ruleOf(estate, check), [{ plant: '', run: '', clock: new Date() }]), as_of: '0' },
    { lane: 'judge' },
  )

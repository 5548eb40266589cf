import { describeReceiver } from '../../reconcilers/alerts/delivery.ts'
import { listMaintenance } from '../../reconcilers/alerts/maintenance.ts'
import type { OwnGauges } from '../../reconcilers/alerts/observation.ts'
import type { Store } from '../../sql/store.ts'
import type { ApiContext } from '../api/context.ts'
import type { Estate } from '../core/estate.ts'
import type { Receiver } from '../core/estate-receivers-secrets.ts'
import { askRole } from './asks.ts'
import type { Others } from './beats.ts'

/** What the collectors do and know, by the engine. */
export function farCollectors(
  store: Store,
  others: Others,
): Pick<ApiContext, 'spool' | 'gauges' | 'pulled'> & { gauges: OwnGauges } {
  return {
    spool: (kind) => others.of('collectors').spool[kind ?? 'all'],
    gauges: {
      spool: () => {
        const { spool, limit_bytes } = others.of('collectors')
        return { ...spool.all, limit_bytes }
      },
      disk: async () => others.of('collectors').disk,
    },
    pulled: {
      list: () => others.of('collectors').pulls,
      act: (...given) => askRole(store, 'collectors', 'pull', given),
    },
  }
}

/** What the reconcilers do and know, by the engine. */
export function farReconcilers(options: {
  store: Store
  others: Others
  estate: Estate
  receivers: readonly Receiver[]
}): Pick<ApiContext, 'runCheck' | 'rerun' | 'alerts' | 'delivery'> {
  const { store, others, estate, receivers } = options
  const ask = <Answer>(name: string, ...given: unknown[]) =>
    askRole<Answer>(store, 'reconcilers', name, given)
  return {
    runCheck: (check, options) => ask('run', check, options),
    rerun: (run, rule) => ask('rerun', run, rule),
    alerts: {
      list: () => others.of('reconcilers').alerts,
      evaluatedAt: () => others.of('reconcilers').evaluated_at,
      failing: () => others.of('reconcilers').failing,
      acknowledge: (...given) => ask('acknowledge', ...given),
      // they read them at every evaluation
      readSilences: async () => undefined,
      maintenance: (from, to) => listMaintenance(estate.alerting.maintenance, from.getTime(), to.getTime()),
    },
    delivery: {
      receivers: receivers.map(describeReceiver),
      resend: (...given) => ask('resend', ...given),
      enable: (...given) => ask('enable', ...given),
      sendTest: (...given) => ask('test', ...given),
    },
  }
}

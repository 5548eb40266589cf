import type { Estate } from '../core/estate.ts'
import type { DependencyConfig } from '../core/estate-dependencies-schema.ts'
import type { DependencyRow } from './schemas/dependencies.ts'
import { statusOf } from './scope.ts'

/** The latency class of a duration, as sql/schema/0221 counts them; a class is 2 % wide. */
export const latencyClass = (ms: number): number =>
  Math.max(0, Math.min(65_534, Math.round(Math.log(ms * 1e6) / Math.log(1.02))))

/** No latency is agreed: every call is in time. */
const noLimit = 65_535

/** What the queries need of the agreements: every spelling, which dependency it means, and its limit. */
export function spellingsOf({ dependencies }: Estate) {
  const all = dependencies.flatMap((one) =>
    [one.dependency, ...one.aliases].map((spelling) => ({
      spelling,
      meant: one.dependency,
      limit: one.latency === undefined ? noLimit : latencyClass(one.latency),
    })),
  )
  // the engine wants at least one; no call has an empty peer
  const given = all.length > 0 ? all : [{ spelling: '', meant: '', limit: noLimit }]
  return {
    spellings: given.map((one) => one.spelling),
    meant: given.map((one) => one.meant),
    limits: given.map((one) => one.limit),
  }
}

/** What is known of a dependency: what the estate says, else only its name in spans. */
export function findDependency({ dependencies, systemOf }: Estate, name: string) {
  const found = dependencies.find((one) => one.dependency === name || one.aliases.includes(name))
  return {
    spellings: found ? [found.dependency, ...found.aliases] : [name],
    limit: found?.latency === undefined ? noLimit : latencyClass(found.latency),
    agreed: found,
    identity: {
      dependency: found?.dependency ?? name,
      name: found?.name ?? systemOf.get(name)?.name ?? name,
      operator: found?.operator ?? '',
      agreement: readAgreement(found),
    },
  }
}

function readAgreement(found: DependencyConfig | undefined): DependencyRow['agreement'] {
  if (!found || (found.latency === undefined && found.availability === undefined)) return null
  return {
    latency_ms: found.latency ?? null,
    within: found.within,
    availability: found.availability ?? null,
  }
}

type Counts = { calls: number; errors: number; throttled: number; in_time: number }

/** Shares of what was counted, and how much of what the agreement leaves they use up. */
export function judgeCalls(
  { calls, errors, throttled, in_time }: Counts,
  agreement: DependencyRow['agreement'],
) {
  const percent = (count: number) => (calls > 0 ? (count / calls) * 100 : null)
  const in_time_share = agreement?.latency_ms == null ? null : percent(in_time)
  const available_share = percent(calls - errors)
  const slow = usedOf(in_time_share, agreement?.latency_ms == null ? null : agreement.within)
  const away = usedOf(available_share, agreement?.availability ?? null)
  const used = [slow, away].filter((share) => share !== null)
  return {
    calls,
    errors,
    throttled,
    error_rate: percent(errors),
    throttled_rate: percent(throttled),
    in_time_share,
    latency_status: slow === null ? null : statusOf(slow),
    available_share,
    availability_status: away === null ? null : statusOf(away),
    status: agreement === null ? null : statusOf(used.length > 0 ? Math.max(...used) : null),
  }
}

/** How much of what an agreed share leaves to go wrong has gone wrong: 1 is all of it. */
function usedOf(share: number | null, agreed: number | null): number | null {
  if (share === null || agreed === null) return null
  if (share >= 100) return 0
  return agreed >= 100 ? Number.POSITIVE_INFINITY : (100 - share) / (100 - agreed)
}

import type { CheckInfo } from './check-info.ts'
import { compareDecimals } from './decimal.ts'
import { PlumblineError } from './errors.ts'
import type { Estate } from './estate.ts'
import type { OwnershipRule } from './estate-ownership-schema.ts'

/** What of a case its owner follows from; '' where it has none. */
export type Ownable = {
  check: string
  plant: string
  flow: string
  class: string
  /** the likeliest cause, or the one a person said */
  cause: string
  /** decimal text */
  amount_reporting: string
}

/** Who owns a case, and by which rule: its place in the estate's list, null where none fits. */
export type Owner = { team: string; rule: number | null; why: string }

export type Ownership = { ownerOf(owned: Ownable): Owner }

/**
 * The estate's rules of who works on what: the first counts of which all that it names fits, without one the check's
 * team. A case of a check that is no longer watched goes to who owns its flow; without one its team is ''.
 * @throws PlumblineError `ownership_invalid` for a class that no check has, naming the place and what was expected
 */
export function createOwnership(
  estate: Estate,
  checks: Pick<CheckInfo, 'check' | 'team' | 'classes'>[],
): Ownership {
  refuseUnknownClasses(estate, checks)
  const teamOf = new Map(checks.map(({ check, team }) => [check, team]))
  const regionOf = (plant: string) => estate.plantOf.get(plant)?.region ?? ''
  return {
    ownerOf: (owned) => {
      const facts = { ...owned, region: regionOf(owned.plant) }
      const index = estate.ownership.findIndex((rule) => fits(rule, facts))
      const rule = estate.ownership[index]
      if (rule)
        return {
          team: rule.team,
          rule: index,
          why: `ownership[${index}]: ${describeRule(rule, estate.currency)}`,
        }
      const team = teamOf.get(owned.check)
      if (team) return { team, rule: null, why: `no rule fits; the team of ${owned.check}` }
      const owner = estate.flowOf.get(owned.flow)?.owner
      return owner
        ? { team: owner, rule: null, why: `no rule fits; the owner of ${owned.flow}` }
        : { team: '', rule: null, why: `no rule fits, and ${owned.check} is no longer watched` }
    },
  }
}

const named = ['check', 'plant', 'region', 'flow', 'class', 'cause'] as const

const fits = (rule: OwnershipRule, facts: Ownable & { region: string }) =>
  named.every((setting) => rule[setting]?.includes(facts[setting]) ?? true) &&
  (rule.least_amount === undefined || compareDecimals(facts.amount_reporting, rule.least_amount) >= 0)

function describeRule(rule: OwnershipRule, currency: string): string {
  const conditions = named.flatMap((setting) => {
    const values = rule[setting]
    return values ? [`${setting} ${values.join(' or ')}`] : []
  })
  const amount = rule.least_amount === undefined ? [] : [`from ${rule.least_amount} ${currency} on`]
  return [...conditions, ...amount].join(', ') || 'every case'
}

function refuseUnknownClasses(estate: Estate, checks: Pick<CheckInfo, 'classes'>[]): void {
  const classes = [...new Set(checks.flatMap((check) => Object.keys(check.classes)))]
  const details = estate.ownership.flatMap((rule, index) =>
    (rule.class ?? [])
      .filter((name) => !classes.includes(name))
      .map((name) => ({
        where: `ownership[${index}].class`,
        message: `"${name}" is not a class of a check of this estate; expected one of ${classes.join(', ')}`,
      })),
  )
  if (details.length === 0) return
  throw new PlumblineError(
    'ownership_invalid',
    details.map(({ where, message }) => `${where}: ${message}`).join('\n'),
    { mend: 'Mend the name, or name the check that has it under checks.', details },
  )
}

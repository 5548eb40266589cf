import { alwaysWorking, type Calendar, createCalendar } from './calendar.ts'
import type { EstateFile } from './estate-schema.ts'
import { type Severity, type SlaRule, usualSla } from './estate-sla-schema.ts'

/** What of a case its rule follows from; '' where it belongs to no flow. */
export type SlaPlace = { check: string; plant: string; flow: string }

/** What a rule comes to in a plant: limits in milliseconds of its clock. */
export type SlaTerms = {
  /** its place in the estate's list; null where none fits, and what is usual of the severity counts */
  rule: number | null
  clock: SlaRule['clock']
  acknowledge_ms: number
  resolve_ms: number
  /** the share of a limit from which on somebody is warned */
  warn_at: number
  calendar: Calendar
}

export type SlaRules = {
  termsOf(place: SlaPlace, severity: Severity): SlaTerms
  /** when the plant works; always, when the estate no longer has it */
  calendarOf(plant: string): Calendar
}

/** The rules of an estate, by the first that fits, as what they come to in each plant. */
export function createSlaRules({
  plants,
  flows,
  sla,
}: Pick<EstateFile, 'plants' | 'flows' | 'sla'>): SlaRules {
  const calendars = new Map(plants.map((plant) => [plant.plant, createCalendar(plant)]))
  const tiers = new Map<string, number>(flows.map((flow) => [flow.flow, flow.tier]))
  const calendarOf = (plant: string) => calendars.get(plant) ?? alwaysWorking
  const known = new Map<string, SlaTerms>()
  return {
    calendarOf,
    termsOf: (place, severity) => {
      const name = JSON.stringify([place.check, place.plant, place.flow, severity])
      const found = known.get(name)
      if (found) return found
      const tier = tiers.get(place.flow)
      const index = sla.findIndex(
        (rule) =>
          (rule.severity?.includes(severity) ?? true) &&
          (rule.check?.includes(place.check) ?? true) &&
          (rule.plant?.includes(place.plant) ?? true) &&
          (rule.flow?.includes(place.flow) ?? true) &&
          (rule.tier === undefined || (tier !== undefined && rule.tier.includes(tier))),
      )
      const terms = applyRule(sla[index] ?? usualSla[severity], index, calendarOf(place.plant))
      known.set(name, terms)
      return terms
    },
  }
}

function applyRule(
  { acknowledge, resolve, clock, warn_at }: SlaRule,
  index: number,
  plant: Calendar,
): SlaTerms {
  const calendar = clock === 'always' ? alwaysWorking : plant
  const measure = (limit: SlaRule['resolve']) => limit.ms + Math.round(limit.days * calendar.day_ms)
  return {
    rule: index < 0 ? null : index,
    clock,
    acknowledge_ms: measure(acknowledge),
    resolve_ms: measure(resolve),
    warn_at,
    calendar,
  }
}

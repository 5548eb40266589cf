import type { EstateFile } from './estate-schema.ts'
import { severities } from './estate-sla-schema.ts'
import { createSlaRules, type SlaTerms } from './sla-rules.ts'
import { writeDuration } from './words.ts'

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

/** Days of which a plant can make nothing, or that are said twice. */
export function checkCalendars(estate: EstateFile, say: Say): void {
  estate.plants.forEach(({ shifts, working_days, holidays }, index) => {
    const at = `plants[${index}]`
    if (shifts.length === 0 && (working_days || holidays.length > 0))
      say(
        `${at}.${working_days ? 'working_days' : 'holidays'}`,
        'is set, but the plant has no shifts and so always works; expected shifts as well',
      )
    const twice = (setting: string, days: string[]) =>
      days.forEach((day, position) => {
        const first = days.indexOf(day)
        if (first !== position)
          say(
            `${at}.${setting}[${position}]`,
            `"${day}" already stands at ${setting}[${first}]; expected another day`,
          )
      })
    twice('working_days', working_days ?? [])
    twice(
      'holidays',
      holidays.map(({ date }) => date),
    )
  })
}

/** What rules name must exist, each must be reached, and none may leave more time for what is more severe. */
export function checkSla(estate: EstateFile, known: Known, say: Say): void {
  const names = {
    check: [estate.checks.map((check) => check.check), 'a check'],
    plant: [estate.plants.map((plant) => plant.plant), 'a plant'],
    flow: [estate.flows.map((flow) => flow.flow), 'a flow'],
  } as const
  estate.sla.forEach((rule, index) => {
    for (const setting of ['check', 'plant', 'flow'] as const) {
      const [list, what] = names[setting]
      rule[setting]?.forEach((name) => {
        known(`sla[${index}].${setting}`, name, list, what)
      })
    }
    const { severity, check, plant, flow, tier } = rule
    const takesAll = [severity, check, plant, flow, tier].every((each) => each === undefined)
    if (takesAll && index < estate.sla.length - 1)
      say(
        `sla[${index}]`,
        'names no condition and takes every case; expected it last, since no rule after it is reached',
      )
  })
  checkOrder(estate, say)
}

/** A case that becomes more severe must never get more time by it: clocks would run backwards. */
function checkOrder(estate: EstateFile, say: Say): void {
  if (estate.sla.length === 0) return
  const { termsOf } = createSlaRules(estate)
  const said = new Set<string>()
  const sayOnce = (path: string, message: string) => {
    if (!said.has(path)) say(path, message)
    said.add(path)
  }
  const flows = ['', ...estate.flows.map((flow) => flow.flow)]
  for (const { plant } of estate.plants)
    for (const { check, flow } of estate.checks)
      for (const place of (flow ? [flow] : flows).map((each) => ({ check, plant, flow: each })))
        for (let rank = 1; rank < severities.length; rank++) {
          const [mild, severe] = [severities[rank - 1], severities[rank]] as ['high', 'critical']
          const [before, after] = [termsOf(place, mild), termsOf(place, severe)]
          // what is usual is in order by itself
          if (before.rule === null && after.rule === null) continue
          const where = `sla[${after.rule ?? before.rule}]`
          const whose = `${check} in ${plant}`
          if (before.clock === 'always' && after.clock === 'shifts')
            sayOnce(
              `${where}.clock`,
              `the clock of ${mild} cases of ${whose} always runs, that of ${severe} ones only in shifts; expected "always" for what is more severe`,
            )
          for (const limit of ['acknowledge', 'resolve'] as const)
            if (timeOf(after, limit) > timeOf(before, limit))
              sayOnce(
                `${where}.${limit}`,
                `${severe} cases of ${whose} have ${writeDuration(timeOf(after, limit))}, ${mild} ones ${writeDuration(timeOf(before, limit))}; expected no more time for what is more severe`,
              )
        }
}

const timeOf = (terms: SlaTerms, limit: 'acknowledge' | 'resolve') =>
  limit === 'resolve' ? terms.resolve_ms : terms.acknowledge_ms

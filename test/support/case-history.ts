import fc from 'fast-check'
import { actNames, type CaseAct } from '../../server/core/case-acts.ts'
import type { CaseStep } from '../../server/core/case-steps.ts'

export const momentOf = (minute: number) => new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString()
export const stepOf = (step: number, act: CaseStep['act'], values: Partial<CaseStep> = {}): CaseStep => ({
  number: '7',
  check: 'order_lines',
  plant: 'HAM',
  key: 'SO-1/10',
  class: 'ordered_quantity',
  step,
  item: 'DX-40',
  order_no: 'SO-1',
  left_value: '5',
  right_value: '4',
  difference: '-1',
  unit: 'PCE',
  amount: '10',
  currency: 'EUR',
  amount_reporting: '10',
  amount_plant: '10',
  severity: 'low',
  team: 'ops',
  since: momentOf(0),
  at: momentOf(step),
  act,
  run: String(step),
  ...values,
})

export const someAct = fc.record({
  act: fc.constantFrom(...actNames),
  actor: fc.constantFrom('ann', 'bob', 'plumbline'),
  assignee: fc.constantFrom('', 'ann', 'cyd'),
  team: fc.constantFrom('', 'ops', 'finance'),
  until: fc.constantFrom('', momentOf(500)),
  cause: fc.constantFrom('', 'lost_message'),
  reason: fc.constantFrom('', 'because'),
  text: fc.constantFrom('', 'a word'),
})
const someStep = fc.record({
  act: fc.constantFrom<CaseStep['act']>('changed', 'agreed', 'closed', 'reopened'),
  amount: fc.constantFrom('10', '11'),
  severity: fc.constantFrom('low', 'high'),
})

/** What runs and people did, in the order in which they were at it; who acts may not know the last steps yet. */
export const histories = fc.array(
  fc.oneof(
    fc.record({ step: someStep }),
    fc.record({ did: someAct, behind: fc.integer({ min: 0, max: 1 }) }),
  ),
  { maxLength: 25 },
)
type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never

/** The logs that a history leaves of a case: what runs wrote, and what people did. */
export function logsOf(history: History, number = '7'): { steps: CaseStep[]; acts: CaseAct[] } {
  const steps = [stepOf(1, 'opened', { number })]
  const acts: CaseAct[] = []
  let seen = 1
  history.forEach((each, index) => {
    const at = momentOf(index + 1)
    if ('step' in each) {
      const { act } = each.step
      // a run that finds the systems to agree has no values of its own: those of before stand
      const { amount, severity } = ['agreed', 'closed'].includes(act) ? (steps.at(-1) as CaseStep) : each.step
      steps.push(stepOf(steps.length + 1, act, { ...each.step, amount, severity, number, at }))
    } else {
      // nobody sees less than who was there before
      seen = Math.max(seen, steps.length - each.behind)
      const version = acts.length + 1
      acts.push({ ...each.did, number, version, id: `${number}-${version}`, at, saw_step: seen })
    }
  })
  return { steps, acts }
}

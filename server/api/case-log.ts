import { foldCase } from '../../sql/cases.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { CaseAct } from '../core/case-acts.ts'
import { type Change, changesOf } from '../core/case-changes.ts'
import type { CaseStep } from '../core/case-steps.ts'
import { writeMoney } from '../core/words.ts'
import type { ApiContext } from './context.ts'

/** One line of a case's history: what a run or a person did, when, why, and from what to what. */
export type LogLine = {
  at: string
  actor: string
  act: string
  detail: string
  run: string
  changes: Change[]
}

/** The logs of a case, as they were written down. */
export type CaseLogs = {
  steps: QueryRow['exception_steps'][]
  acts: QueryRow['case_acts'][]
  verdicts: QueryRow['case_verdicts'][]
}

export async function readLogs({ store }: ApiContext, number: string): Promise<CaseLogs> {
  const [steps, acts, verdicts] = await Promise.all([
    store.query('exception_steps', { number }),
    store.query('case_acts', { numbers: [Number(number)] }),
    store.query('case_verdicts', { number }),
  ])
  return { steps, acts, verdicts }
}

/**
 * All that happened to a case, oldest first: the steps of runs, the acts of people and what they said of its causes,
 * each as it was written down, with what of the case it made another.
 */
export function writeLog(context: ApiContext, { steps, acts, verdicts }: CaseLogs): LogLine[] {
  const ofStep = new Map<number, Change[]>()
  const ofAct = new Map<number, Change[]>()
  const say = createSay(context, steps.at(-1)?.currency ?? '')
  foldCase(steps as unknown as CaseStep[], acts as unknown as CaseAct[], (before, after, row) => {
    const changes = changesOf(before, after).map(say)
    if ('version' in row) ofAct.set(row.version, changes)
    else ofStep.set(row.step, changes)
  })
  const lines = [
    ...steps.map(({ at, actor, act, run, detail, ...step }) => ({
      at,
      actor,
      act,
      run,
      detail:
        detail ||
        `${step.left_value} against ${step.right_value}, ${writeMoney(step.amount, step.currency || context.estate.currency)}`,
      changes: ofStep.get(step.step) ?? [],
    })),
    ...acts.map((act) => {
      const changes = ofAct.get(act.version) ?? []
      // one that came too late changed nothing: what it was to be is said all the same
      const wanted = changes.length > 0 ? '' : describe(context, act)
      return {
        at: act.at,
        actor: act.actor,
        act: act.act,
        run: '',
        detail: [wanted, act.reason, act.text].filter((text) => text !== '').join(' · '),
        changes,
      }
    }),
    ...writeVerdicts(context, verdicts),
  ]
  return lines.sort((a, b) => a.at.localeCompare(b.at))
}

function writeVerdicts(context: ApiContext, verdicts: QueryRow['case_verdicts'][]): LogLine[] {
  const before = new Map<string, string>()
  return verdicts.map(({ at, actor, cause, verdict }) => {
    const from = before.get(cause) ?? ''
    before.set(cause, verdict)
    return {
      at,
      actor,
      act: verdict === 'confirmed' ? 'confirm_cause' : 'reject_cause',
      detail: titleOf(context, cause),
      run: '',
      changes: from === verdict ? [] : [{ what: 'verdict', from, to: verdict }],
    }
  })
}

/** Names what changed as people know it. */
function createSay(context: ApiContext, currency: string) {
  const words: Partial<Record<Change['what'], (value: string) => string>> = {
    status: (value) => value.replace('_', ' '),
    team: (value) => context.estate.teamOf.get(value)?.name ?? value,
    cause: (value) => titleOf(context, value),
    value: (value) => writeMoney(value, currency || context.estate.currency),
  }
  return ({ what, from, to }: Change): Change => {
    const write = (value: string) => (value === '' ? '' : (words[what]?.(value) ?? value))
    return { what, from: write(from), to: write(to) }
  }
}

const titleOf = ({ causes }: ApiContext, name: string): string =>
  causes.find(({ cause }) => cause === name)?.title ?? name

function describe(context: ApiContext, act: QueryRow['case_acts']): string {
  if (act.act === 'assign') return act.assignee ? `to ${act.assignee}` : 'to nobody'
  if (act.act === 'move') return `to ${context.estate.teamOf.get(act.team)?.name ?? act.team}`
  if (act.act === 'snooze') return `until ${act.until}`
  if (act.act === 'link') return titleOf(context, act.cause)
  return ''
}

import type { QueryRow } from '../../sql/queries.gen.ts'
import { writeMoney } from '../core/words.ts'
import type { ApiContext } from './context.ts'

/** One line of a case's history: what a run or a person did, when, and why. */
export type LogLine = { at: string; actor: string; act: string; detail: string; run: string }

/** All that happened to a case, oldest first: the steps of runs and the acts of people, each as it was written down. */
export async function readLog(context: ApiContext, number: string): Promise<LogLine[]> {
  const [steps, acts] = await Promise.all([
    context.store.query('exception_steps', { number }),
    context.store.query('case_acts', { numbers: [Number(number)] }),
  ])
  const lines = [
    ...steps.map(({ at, actor, act, run, detail, ...step }) => ({
      at,
      actor,
      act: String(act),
      run,
      detail:
        detail ||
        `${step.left_value} against ${step.right_value}, ${writeMoney(step.amount, step.currency || context.estate.currency)}`,
    })),
    ...acts.map((act) => ({
      at: act.at,
      actor: act.actor,
      act: act.act,
      run: '',
      detail: [describe(context, act), act.reason, act.text].filter((text) => text !== '').join(' · '),
    })),
  ]
  return lines.sort((a, b) => a.at.localeCompare(b.at))
}

function describe({ estate, causes }: ApiContext, act: QueryRow['case_acts']): string {
  if (act.act === 'assign') return act.assignee ? `to ${act.assignee}` : 'to nobody'
  if (act.act === 'move') return `to ${estate.teamOf.get(act.team)?.name ?? act.team}`
  if (act.act === 'snooze') return `until ${act.until}`
  if (act.act === 'link') return causes.find(({ cause }) => cause === act.cause)?.title ?? act.cause
  return ''
}

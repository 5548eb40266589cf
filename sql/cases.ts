import { type Case, type CaseStatus, listedOf, revisionOf } from '../server/core/case.ts'
import { applyAct, type CaseAct } from '../server/core/case-acts.ts'
import { applyStep, type CaseStep } from '../server/core/case-steps.ts'
import { wholeOf } from './reach.ts'
import type { Store } from './store.ts'

/** So many cases are made at once. */
const atOnce = 5_000

/** What a case became, and when: what its clocks run by. */
export type StatusLog = { at: string; revision: number; status: CaseStatus }[]

/** What is decided of a case beside its logs: until when it should be acknowledged and mended. */
export type FinishCase = (known: Case, log: StatusLog) => Case

/**
 * Makes cases anew from all that runs and people did to them and what was found of their causes, and keeps them as they
 * stand. Done twice, or by two at once, it ends in the same: whoever comes later has read what the other wrote.
 */
export async function foldCases(
  asking: Store,
  numbers: readonly string[],
  finish: FinishCase = (known) => known,
): Promise<Case[]> {
  // what a case is does not depend on what whoever acts on it may see
  const store = wholeOf(asking)
  const all: Case[] = []
  for (let from = 0; from < numbers.length; from += atOnce) {
    const some = numbers.slice(from, from + atOnce)
    const asked = { numbers: some.map(Number) }
    const steps = groupByNumber(await store.query('case_steps', asked))
    const acts = groupByNumber(await store.query('case_acts', asked))
    const causes = new Map((await store.query('causes_of_cases', asked)).map((row) => [row.number, row]))
    const cases = some.flatMap((number) => {
      const folded = foldCase(
        (steps.get(number) ?? []) as unknown as CaseStep[],
        (acts.get(number) ?? []) as unknown as CaseAct[],
      )
      return folded ? [finish(folded.known, folded.log)] : []
    })
    await store.insert(
      'exception_cases',
      cases.map((known) => {
        const found = causes.get(known.number) ?? { cause: '', shared: '', looks: 0 }
        return { ...known, ...listedOf(known, found), revision: revisionOf(known) + found.looks }
      }),
    )
    all.push(...cases)
  }
  return all
}

/** Makes anew what a process that was killed has left behind. */
export async function foldBehind(store: Store, finish?: FinishCase): Promise<void> {
  const behind = await store.query('cases_behind', {})
  await foldCases(
    store,
    behind.map((row) => row.number),
    finish,
  )
}

/** Told of each step and act what the case was before it, and after. */
export type OnFold = (before: Case | undefined, after: Case, row: CaseStep | CaseAct) => void

/**
 * The case that steps and acts make, in the one order that every reader sees: an act comes after the step it was
 * decided on. Undefined without a step.
 */
export function foldCase(
  steps: readonly CaseStep[],
  acts: readonly CaseAct[],
  onFold: OnFold = () => undefined,
): { known: Case; log: StatusLog } | undefined {
  let known: Case | undefined
  const log: StatusLog = []
  const become = (after: Case, row: CaseStep | CaseAct) => {
    if (after.status !== known?.status)
      log.push({ at: row.at, revision: revisionOf(after), status: after.status })
    onFold(known, after, row)
    known = after
  }
  let next = 0
  const applyActsUpTo = (step: number) => {
    for (; known && next < acts.length; next++) {
      const act = acts[next] as CaseAct
      if (act.saw_step > step) return
      become(applyAct(known, act), act)
    }
  }
  for (const step of steps) {
    if (known) applyActsUpTo(step.step - 1)
    become(applyStep(known, step), step)
  }
  applyActsUpTo(Number.POSITIVE_INFINITY)
  return known && { known, log }
}

function groupByNumber<Row extends { number: string }>(rows: Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.number)
    if (group) group.push(row)
    else groups.set(row.number, [row])
  }
  return groups
}

import { createSignal } from 'solid-js'
import type { ExceptionNumbers } from '../../server/api/schemas/exceptions.ts'
import type { ReplayDetail } from '../../server/api/schemas/replays.ts'
import type { Target } from './act.ts'
import { getJson, postJson } from './api.ts'

/** The cases a replay is to be made of; undefined while nobody makes one. */
const [replaying, setReplaying] = createSignal<Target>()

export { replaying }

/** Opens the dialog that makes a replay of cases. */
export const beginReplay = (target: Target): void => void setReplaying(target)
export const endReplay = (): void => void setReplaying(undefined)

/** Freezes cases, or all that a filter matches now, into a replay; nothing is sent. Resolves with its number. */
export async function freezeCases(target: Target, flow: string, reason: string): Promise<string> {
  const { replay } = await postJson<ReplayDetail>('/api/replays', {
    flow,
    cases: await numbersOf(target),
    reason,
  })
  return replay
}

async function numbersOf(target: Target): Promise<number[]> {
  if (target.kind === 'one') return [target.row.number]
  if (target.kind === 'some') return target.cases.map((each) => each.number)
  return (await getJson<ExceptionNumbers>('/api/exceptions/numbers', target.filter)).numbers
}

import { createSignal } from 'solid-js'
import type { AlertRow } from '../../server/api/schemas/alerts.ts'
import { actor } from './actor.ts'
import { postJson, RequestError } from './api.ts'
import { announceChange } from './stream.ts'

/** The alert that somebody is about to take on, why it is not taken on yet, and whether they are asked who they are. */
type Taking = { alert: AlertRow; problem: string; isBusy: boolean; asksName: boolean }
const [taking, setTaking] = createSignal<Taking>()

export { taking }

export const leaveAlert = () => setTaking(undefined)

/**
 * Takes an alert on: it is not said again, and nobody else is called. Whoever has not said who they are is asked first;
 * what went wrong is said.
 */
export async function takeAlert(alert: AlertRow): Promise<void> {
  if (alert.status !== 'firing') return
  const asksName = taking()?.asksName || actor().trim() === ''
  if (actor().trim() === '') {
    setTaking({ alert, problem: '', isBusy: false, asksName })
    return
  }
  setTaking({ alert, problem: '', isBusy: true, asksName })
  try {
    await postJson(`/api/alerts/${alert.fingerprint}/acknowledge`)
    setTaking(undefined)
  } catch (error) {
    const problem = error instanceof RequestError ? `${error.message}. ${error.mend}`.trim() : String(error)
    setTaking({ alert, problem, isBusy: false, asksName })
  }
  announceChange(['alerts'])
}

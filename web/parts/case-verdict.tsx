import { createMemo, createSignal, Show, untrack } from 'solid-js'
import type { CaseCause } from '../../server/api/schemas/causes.ts'
import { actor } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { focusFirst } from '../lib/focus.ts'
import { announceChange } from '../lib/stream.ts'
import { ActorField } from './actor-field.tsx'
import { DialogFrame } from './dialog-frame.tsx'

/** What somebody is about to say of a cause. */
export type Verdict = { cause: CaseCause; verdict: 'confirmed' | 'rejected' }

/** Asks before a verdict counts: it ranks the causes of cases to come, and stands in the history under a name. */
export function VerdictDialog(props: { number: number; asked: Verdict | undefined; onClose: () => void }) {
  const [problem, setProblem] = createSignal('')
  // while the dialog is open the field stays where it is
  const wasNamed = createMemo(() => props.asked !== undefined && untrack(actor) !== '')
  const [isBusy, setIsBusy] = createSignal(false)
  const word = () => (props.asked?.verdict === 'confirmed' ? 'Confirm' : 'Reject')
  const close = () => {
    setProblem('')
    props.onClose()
  }
  const judge = async ({ cause, verdict }: Verdict) => {
    setIsBusy(true)
    try {
      await postJson(`/api/exceptions/${props.number}/causes/${cause.cause}`, { verdict })
      announceChange(['exceptions'])
      close()
    } catch (error) {
      setProblem(error instanceof RequestError ? error.message : String(error))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <DialogFrame
      open={props.asked !== undefined}
      title={
        <>
          {word()} <span class="soft cut">{props.asked?.cause.title}</span>
        </>
      }
      onClose={close}
    >
      <Show when={props.asked}>
        {(asked) => (
          <form
            ref={focusFirst}
            onSubmit={(event) => {
              event.preventDefault()
              void judge(asked())
            }}
          >
            <Show when={!wasNamed()}>
              <ActorField isFirst />
            </Show>
            <p>
              {asked().verdict === 'confirmed'
                ? `That it is the cause of EX-${props.number} ranks it higher in cases like it.`
                : `That it is not the cause of EX-${props.number} ranks it lower in cases like it.`}
            </p>
            <Show when={problem()}>
              <p class="t-breach" role="alert">
                {problem()}
              </p>
            </Show>
            <p class="act-foot">
              <button type="submit" class="btn btn-main" data-first={wasNamed()} disabled={isBusy()}>
                {word()} <kbd>Enter</kbd>
              </button>
              <Show when={wasNamed()}>
                <span class="muted">as {actor()}</span>
              </Show>
            </p>
          </form>
        )}
      </Show>
    </DialogFrame>
  )
}

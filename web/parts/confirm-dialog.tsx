import { createEffect, createSignal, type JSX, on, Show } from 'solid-js'
import { RequestError } from '../lib/api.ts'
import { focusFirst } from '../lib/focus.ts'
import { DialogFrame } from './dialog-frame.tsx'

/** What is asked before something is done that is not easily undone. */
export type Question = {
  title: string
  words: JSX.Element
  /** what the button says */
  button: string
  /** @throws what went wrong, which is said */
  run: () => Promise<void>
}

/** Asks once more, says what comes of it, and what went wrong. */
export function ConfirmDialog(props: { asked: Question | undefined; onClose: () => void }) {
  const [problem, setProblem] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  createEffect(
    on(
      () => props.asked,
      () => setProblem(''),
    ),
  )
  const run = async (question: Question) => {
    setBusy(true)
    try {
      await question.run()
      props.onClose()
    } catch (error) {
      setProblem(problemWords(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <DialogFrame open={props.asked !== undefined} title={props.asked?.title} onClose={props.onClose}>
      <Show when={props.asked}>
        {(asked) => (
          <form
            ref={focusFirst}
            onSubmit={(event) => {
              event.preventDefault()
              void run(asked())
            }}
          >
            <p>{asked().words}</p>
            <Show when={problem()}>
              <p class="t-breach" role="alert">
                {problem()}
              </p>
            </Show>
            <p class="act-foot">
              <button type="submit" class="btn btn-main" data-first disabled={isBusy()}>
                {asked().button} <kbd>Enter</kbd>
              </button>
              <button type="button" class="btn" onClick={() => props.onClose()}>
                Leave it
              </button>
            </p>
          </form>
        )}
      </Show>
    </DialogFrame>
  )
}

/** What went wrong and what mends it, in the server's own words. */
export function problemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const mend = error instanceof RequestError ? error.mend : ''
  return `${error.message.replace(/\.?$/, '.')} ${mend}`.trim()
}

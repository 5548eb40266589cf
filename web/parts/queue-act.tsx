import { createEffect, createSignal, Match, on, Show, Switch } from 'solid-js'
import type { ActProgress } from '../../server/api/schemas/acts.ts'
import type { ExceptionDetail, ExceptionRow } from '../../server/api/schemas/exceptions.ts'
import {
  type ActName,
  aboutAct,
  acting,
  actOnMany,
  actOnOne,
  beginAct,
  countOf,
  endAct,
  type Target,
  targetOf,
} from '../lib/act.ts'
import { actor } from '../lib/actor.ts'
import { getJson, RequestError } from '../lib/api.ts'
import { focusFirst, focusSoon } from '../lib/focus.ts'
import { formatNumber } from '../lib/format.ts'
import { DialogFrame } from './dialog-frame.tsx'
import { ActFields, type Fields, firstFields } from './queue-act-fields.tsx'
import { DryRun, Progress, Results } from './queue-act-results.tsx'

type Stage =
  | { at: 'asking' }
  | { at: 'working'; isDry: boolean; progress: ActProgress }
  | { at: 'dry'; answer: ActProgress }
  | { at: 'done'; answer: ActProgress }
  | { at: 'lost'; problem: RequestError }

/** The dialog of every act: what it needs, what it would do, how far it is, and what became of each case. */
export default function ActDialog(props: {
  onDone: (act: ActName, target: Target, row?: ExceptionRow) => void
}) {
  const [stage, setStage] = createSignal<Stage>({ at: 'asking' })
  const [fields, setFields] = createSignal<Fields>({})
  const [problem, setProblem] = createSignal('')
  const [wasNamed, setWasNamed] = createSignal(true)
  const about = () => aboutAct(acting()?.act ?? 'comment')
  createEffect(
    on(acting, (now, before) => {
      if (!now) return
      // acting again on what failed keeps what was said
      if (!before || before.act !== now.act) setFields(firstFields(about()))
      setWasNamed(actor() !== '')
      setProblem('')
      setStage({ at: 'asking' })
    }),
  )
  const attempt = async (work: () => Promise<void>) => {
    setProblem('')
    try {
      await work()
    } catch (error) {
      const isLost = error instanceof RequestError && error.code === 'case_changed'
      if (isLost) setStage({ at: 'lost', problem: error })
      else {
        setStage({ at: 'asking' })
        setProblem(error instanceof Error ? `${error.message}${mendOf(error)}` : String(error))
      }
    }
  }
  const given = () => ({ act: about().act, ...fields() })
  const submit = () => {
    const target = acting()?.target
    if (!target) return
    void attempt(async () => {
      if (target.kind === 'one') {
        const row = await actOnOne(target.row.number, target.row.version, given())
        props.onDone(about().act, target, row)
        endAct()
      } else await run(target, true)
    })
  }
  const run = async (target: Target, isDry: boolean) => {
    const show = (progress: ActProgress) => setStage({ at: 'working', isDry, progress })
    show({ total: countOf(target), done: 0 })
    const answer = await actOnMany(target, given(), isDry, show)
    setStage(isDry ? { at: 'dry', answer } : { at: 'done', answer })
    if (!isDry) props.onDone(about().act, target)
  }
  const go = (shown: ActProgress) => attempt(() => run(targetOf(shown, what()), false))
  /** The case as others left it, and the same act on that. */
  const again = () =>
    attempt(async () => {
      const target = acting()?.target
      if (target?.kind !== 'one') return
      const { exception } = await getJson<ExceptionDetail>(`/api/exceptions/${target.row.number}`)
      props.onDone(about().act, target, exception)
      beginAct(about().act, { kind: 'one', row: exception })
    })
  const what = () => {
    const target = acting()?.target
    if (!target) return ''
    return target.kind === 'one' ? target.row.key : target.words
  }
  const count = () => formatNumber(acting() ? countOf(acting()?.target as Target) : 0)
  return (
    <DialogFrame
      open={acting() !== undefined}
      title={
        <>
          {about().word} <span class="soft cut">{what()}</span>
        </>
      }
      onClose={endAct}
    >
      <Switch>
        <Match when={stage().at === 'asking'}>
          <form
            ref={focusFirst}
            onSubmit={(event) => {
              event.preventDefault()
              submit()
            }}
          >
            <ActFields about={about()} fields={fields()} isNamed={wasNamed()} onChange={setFields} />
            <Show when={problem()}>
              <p class="t-breach" role="alert">
                {problem()}
              </p>
            </Show>
            <p class="act-foot">
              <button
                type="submit"
                class="btn btn-main"
                data-first={wasNamed() && about().fields.length === 0}
              >
                {acting()?.target.kind === 'one' ? about().word : `Dry run on ${count()}`} <kbd>Enter</kbd>
              </button>
              <Show when={about().act === 'accept'}>
                <button
                  type="button"
                  class="btn"
                  onClick={() => beginAct('decline', acting()?.target as Target)}
                >
                  Decline instead
                </button>
              </Show>
              <Show when={wasNamed()}>
                <span class="muted">as {actor()}</span>
              </Show>
            </p>
          </form>
        </Match>
        <Match when={stageOf(stage(), 'working')}>
          {(now) => <Progress isDry={now().isDry} word={about().word} progress={now().progress} />}
        </Match>
        <Match when={stageOf(stage(), 'dry')}>
          {(now) => (
            <DryRun
              about={about()}
              results={now().answer.results ?? []}
              onBack={() => setStage({ at: 'asking' })}
              onGo={() => void go(now().answer)}
            />
          )}
        </Match>
        <Match when={stageOf(stage(), 'done')}>
          {(now) => (
            <Results
              about={about()}
              results={now().answer.results ?? []}
              onRetry={(numbers) =>
                beginAct(about().act, {
                  kind: 'some',
                  cases: numbers.map((number) => ({ number })),
                  words: `${formatNumber(numbers.length)} that were not`,
                })
              }
              onClose={endAct}
            />
          )}
        </Match>
        <Match when={stageOf(stage(), 'lost')}>
          {(now) => (
            <div role="alert">
              <p>
                <b>Somebody was there first.</b> {now().problem.message}.
              </p>
              <p class="soft">Nothing of yours was done. Look at the case as it stands, or go on.</p>
              <p class="act-foot">
                <button type="button" class="btn btn-main" ref={focusSoon} onClick={() => void again()}>
                  {about().word} all the same
                </button>
                <button type="button" class="btn" onClick={endAct}>
                  Leave it
                </button>
              </p>
            </div>
          )}
        </Match>
      </Switch>
    </DialogFrame>
  )
}

const stageOf = <At extends Stage['at']>(stage: Stage, at: At) =>
  stage.at === at ? (stage as Extract<Stage, { at: At }>) : undefined

const mendOf = (error: Error) => (error instanceof RequestError && error.mend ? ` ${error.mend}` : '')

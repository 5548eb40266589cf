import { createSignal, For, Show } from 'solid-js'
import type { ActAnswer } from '../../server/api/schemas/quarantine-work.ts'
import { actor, askedFirst } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { useWorkChoice } from '../lib/quarantine-work.ts'
import { announceChange } from '../lib/stream.ts'
import { ActorFields } from './correction-fields.tsx'

const WORDS = { resubmitted: 'Send again as they came', discarded: 'Discard', restored: 'Take back' } as const
type Act = keyof typeof WORDS
const SHOWN = 20

/** Acts on the messages that are ticked, or on all that match: tried first, and told message by message. */
export function CorrectionBatch(props: { ids: string[]; total: number; onDone: () => void }) {
  const choice = useWorkChoice()
  const [act, setAct] = createSignal<Act>('resubmitted')
  const [reason, setReason] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const [answer, setAnswer] = createSignal<{ dry: boolean; result: ActAnswer }>()
  const count = () => (props.ids.length > 0 ? props.ids.length : props.total)
  const acts = (): Act[] => (choice.state() === 'discarded' ? ['restored'] : ['resubmitted', 'discarded'])
  const chosen = () => (acts().includes(act()) ? act() : (acts()[0] as Act))
  const ask = async (dry_run: boolean) => {
    setBusy(true)
    setSaid('')
    try {
      const result = await postJson<ActAnswer>('/api/quarantine/acts', {
        act: chosen(),
        ...(props.ids.length > 0 ? { ids: props.ids } : { filter: choice.filter() }),
        dry_run,
        reason: reason(),
      })
      setAnswer({ dry: dry_run, result })
      if (dry_run) return
      announceChange(['sources'])
      props.onDone()
    } catch (error) {
      setSaid(error instanceof RequestError ? `Not done: ${error.message}` : 'Not done')
    } finally {
      setBusy(false)
    }
  }
  const isNamed = () => actor().trim() !== '' && reason().trim() !== ''
  return (
    <div class="work-batch">
      <fieldset class="views">
        <legend class="sr">What is done to them</legend>
        <For each={acts()}>
          {(each) => (
            <button
              type="button"
              aria-pressed={chosen() === each}
              onClick={() => {
                setAct(each)
                setAnswer(undefined)
              }}
            >
              {WORDS[each]}
            </button>
          )}
        </For>
      </fieldset>
      <ActorFields id="batch" label="Reason, kept with each" reason={reason()} onReason={setReason} />
      <p class="work-acts">
        <button type="button" class="btn" disabled={busy() || !isNamed()} onClick={() => void ask(true)}>
          Try {formatNumber(count())} first
        </button>
        <Show when={answer()?.dry && (answer()?.result.good ?? 0) > 0}>
          <button type="button" class="btn btn-main" disabled={busy()} onClick={() => void ask(false)}>
            {WORDS[chosen()]}: {formatNumber(answer()?.result.good ?? 0)}
          </button>
        </Show>
        <span class="muted" role="status">
          {said() ||
            (answer()
              ? `${formatNumber(answer()?.result.matched ?? 0)} matched; ${formatNumber(answer()?.result.good ?? 0)} ${answer()?.dry ? 'would be taken' : 'were taken'}, ${formatNumber(answer()?.result.left_out ?? 0)} left out.`
              : isNamed()
                ? ''
                : askedFirst())}
        </span>
      </p>
      <ul class="behind">
        <For each={(answer()?.result.results ?? []).filter((each) => !each.is_good).slice(0, SHOWN)}>
          {(each) => (
            <li>
              <b class="mono">{each.message_id}</b> <span class="t-breach">{each.reasons.join('; ')}</span>
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}

import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ActProgress, ItemResult } from '../../server/api/schemas/acts.ts'
import { type ActAbout, endAct } from '../lib/act.ts'
import { focusSoon } from '../lib/focus.ts'
import { formatNumber } from '../lib/format.ts'

const SHOWN = 8

/** How far it is. */
export function Progress(props: { isDry: boolean; word: string; progress: ActProgress }) {
  const total = () => Math.max(1, props.progress.total)
  return (
    <div role="status" aria-live="polite">
      <p>
        {props.isDry ? 'Trying' : props.word}: {formatNumber(props.progress.done)} of{' '}
        {formatNumber(props.progress.total)}
      </p>
      <progress max={total()} value={props.progress.done} aria-label="How far it is" />
    </div>
  )
}

/** Why some are not, each reason with its cases. */
function Reasons(props: { results: ItemResult[] }) {
  const reasons = () => {
    const groups = new Map<string, ItemResult[]>()
    for (const item of props.results)
      if (item.outcome !== 'done') groups.set(item.reason, [...(groups.get(item.reason) ?? []), item])
    return [...groups].sort((a, b) => b[1].length - a[1].length)
  }
  return (
    <For each={reasons()}>
      {([reason, items]) => (
        <details class="reasons" open={items.length <= SHOWN}>
          <summary>
            <b>{formatNumber(items.length)}</b> not: {reason}
          </summary>
          <ul>
            <For each={items.slice(0, SHOWN)}>
              {(item) => (
                <li>
                  <A href={`/exceptions/${item.number}`} onClick={endAct}>
                    {item.key || `EX-${item.number}`}
                  </A>{' '}
                  <span class="muted">{item.plant}</span>
                </li>
              )}
            </For>
            <Show when={items.length > SHOWN}>
              <li class="muted">and {formatNumber(items.length - SHOWN)} more</li>
            </Show>
          </ul>
        </details>
      )}
    </For>
  )
}

const doneOf = (results: ItemResult[]) => results.filter((item) => item.outcome === 'done')

/** What would happen, before it does. */
export function DryRun(props: {
  about: ActAbout
  results: ItemResult[]
  onGo: () => void
  onBack: () => void
}) {
  const good = () => doneOf(props.results).length
  return (
    <div>
      <p role="status">
        <b>{formatNumber(good())}</b> of {formatNumber(props.results.length)} would be {props.about.done}.
      </p>
      <Reasons results={props.results} />
      <p class="act-foot">
        <Show when={good() > 0}>
          <button type="button" class="btn btn-main" ref={focusSoon} onClick={() => props.onGo()}>
            {props.about.word}: {formatNumber(good())} <kbd>Enter</kbd>
          </button>
        </Show>
        <button type="button" class="btn" onClick={() => props.onBack()}>
          Back
        </button>
      </p>
    </div>
  )
}

/** What became of each, and those that were not once more. */
export function Results(props: {
  about: ActAbout
  results: ItemResult[]
  onRetry: (numbers: number[]) => void
  onClose: () => void
}) {
  const failed = () => props.results.filter((item) => item.outcome !== 'done')
  return (
    <div>
      <p role="status">
        <b>{formatNumber(doneOf(props.results).length)}</b> {props.about.done}
        <Show when={failed().length > 0}>, {formatNumber(failed().length)} not</Show>.
      </p>
      <Reasons results={props.results} />
      <p class="act-foot">
        <button type="button" class="btn btn-main" ref={focusSoon} onClick={() => props.onClose()}>
          Close <kbd>Enter</kbd>
        </button>
        <Show when={failed().length > 0}>
          <button
            type="button"
            class="btn"
            onClick={() => props.onRetry(failed().map((item) => item.number))}
          >
            Try those {formatNumber(failed().length)} again
          </button>
        </Show>
      </p>
    </div>
  )
}

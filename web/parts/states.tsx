import { A } from '@solidjs/router'
import { createSignal, For, type JSX, Match, onCleanup, Show, Switch } from 'solid-js'
import type { RequestError } from '../lib/api.ts'
import { type Answer, dataOf } from '../lib/queries.ts'
import { connection, lostAt } from '../lib/stream.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Bob, Shape } from './shape.tsx'

/**
 * One panel's answer: nothing for a second, then its layout in grey, then the data, or what failed.
 * A refresh keeps the old values; a failed refresh says since when they are old.
 */
export function Panel<T>(props: {
  answer: Answer<T>
  /** what failed, as the start of a sentence: "The overview" */
  what: string
  rows?: number
  skeleton?: JSX.Element
  children: (data: () => T) => JSX.Element
}) {
  return (
    <Switch>
      <Match when={dataOf(props.answer)}>
        {(data) => (
          <>
            <Show when={props.answer.isRefetchError && connection() !== 'stale'}>
              <p class="held hatch" role="status">
                <span>
                  {props.what} could not be read again: {props.answer.error?.message} Shown as of{' '}
                  {formatTime(new Date(props.answer.dataUpdatedAt).toISOString(), viewerZone(), {
                    seconds: true,
                  })}
                  .
                </span>
                <button type="button" class="link" onClick={() => void props.answer.refetch()}>
                  Retry
                </button>
              </p>
            </Show>
            {props.children(data as () => T)}
          </>
        )}
      </Match>
      <Match when={props.answer.isError}>
        <Failed what={props.what} error={props.answer.error} retry={() => void props.answer.refetch()} />
      </Match>
      <Match when={true}>
        <Waiting what={props.what}>{props.skeleton ?? <GhostRows rows={props.rows ?? 6} />}</Waiting>
      </Match>
    </Switch>
  )
}

/** Shows its children after a second, and a word after four. */
function Waiting(props: { what: string; children: JSX.Element }) {
  const [stage, setStage] = createSignal(0)
  const first = setTimeout(() => setStage(1), 1000)
  const second = setTimeout(() => setStage(2), 4000)
  onCleanup(() => {
    clearTimeout(first)
    clearTimeout(second)
  })
  return (
    <div aria-busy="true">
      <Show when={stage() > 0} fallback={<div class="ghost-hold" />}>
        {props.children}
      </Show>
      <Show when={stage() > 1}>
        <p class="ghost-note" role="status">
          Still loading: {props.what.charAt(0).toLowerCase() + props.what.slice(1)}
        </p>
      </Show>
    </div>
  )
}

const WIDTHS = ['w8', 'w30', 'w20', 'w50', 'w12']

/** Rows of a table before its data is there. */
export function GhostRows(props: { rows: number }) {
  return (
    <div aria-hidden="true">
      <For each={Array.from({ length: props.rows })}>
        {() => (
          <div class="ghost-row">
            <For each={WIDTHS}>{(width) => <i class={`ghost ${width}`} />}</For>
          </div>
        )}
      </For>
    </div>
  )
}

/** What failed, how to mend it, another try, and the number to quote. */
export function Failed(props: { what: string; error: RequestError | null; retry: () => void }) {
  return (
    <div class="state" role="alert">
      <h3>
        <Shape status="unknown" />
        {props.what} could not be read
      </h3>
      <p>{props.error?.message}</p>
      <Show when={props.error?.mend}>
        <p>{props.error?.mend}</p>
      </Show>
      <div class="acts">
        <button type="button" class="btn" onClick={() => props.retry()}>
          Retry
        </button>
      </div>
      <Show when={props.error?.request_id}>
        <p class="mono muted">request {props.error?.request_id}</p>
      </Show>
    </div>
  )
}

/** Nothing to show, and why. */
export function Empty(props: { title: string; bob?: boolean; children?: JSX.Element }) {
  return (
    <div class="state">
      <Show when={props.bob}>
        <Bob />
      </Show>
      <h3>{props.title}</h3>
      {props.children}
    </div>
  )
}

/** A page that broke while drawing. */
export function Broken(props: { error: unknown; reset: () => void }) {
  return (
    <main id="main" tabindex="-1">
      <div class="state" role="alert">
        <h3>
          <Shape status="unknown" />
          This page could not be drawn
        </h3>
        <p>{props.error instanceof Error ? props.error.message : String(props.error)}</p>
        <div class="acts">
          <button type="button" class="btn" onClick={() => props.reset()}>
            Draw it again
          </button>
          <A class="btn" href="/" onClick={() => props.reset()}>
            Overview
          </A>
        </div>
      </div>
    </main>
  )
}

export function NotFound() {
  return (
    <main id="main" tabindex="-1">
      <Empty title="There is no such page">
        <p>
          Go to the <A href="/">overview</A>, or search with <kbd>/</kbd>.
        </p>
      </Empty>
    </main>
  )
}

/** Says loudly that nothing on screen is live any more. */
export function StaleStrip() {
  return (
    <Show when={connection() === 'stale'}>
      <div class="stale-strip hatch" role="alert">
        <span>
          <b>Not live.</b> Plumbline has not answered since{' '}
          {formatTime(lostAt(), viewerZone(), { seconds: true })}; values are as they were then. It is tried
          again by itself.
        </span>
      </div>
    </Show>
  )
}

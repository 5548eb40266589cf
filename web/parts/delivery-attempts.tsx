import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { DeliveryDetail } from '../../server/api/schemas/deliveries.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { TOLD_WORDS } from '../lib/deliveries.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatMoney, formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { ask } from '../lib/queries.ts'
import { announceChange } from '../lib/stream.ts'
import { formatTime } from '../lib/time.ts'
import { Shape } from './shape.tsx'
import { Panel } from './states.tsx'

type Attempt = DeliveryDetail['attempts'][number]

const ATTEMPT_WORDS: Record<
  Attempt['outcome'],
  { status: 'ok' | 'watch' | 'breach' | 'unknown'; word: string }
> = {
  delivered: { status: 'ok', word: 'Delivered' },
  retry: { status: 'watch', word: 'Failed' },
  given_up: { status: 'breach', word: 'Given up' },
  disabled: { status: 'breach', word: 'Disabled it' },
  skipped: { status: 'ok', word: 'Not wanted' },
  asked: { status: 'unknown', word: 'Resend asked for' },
  enabled: { status: 'unknown', word: 'Enabled' },
}

/** One notification: what it says, every attempt to deliver it with its answer, and the way to deliver it again. */
export function DeliveryAttempts(props: { open: string }) {
  const answer = ask<DeliveryDetail>(
    ['alerts'],
    () => ({ path: `/api/deliveries/${props.open}` }),
    () => ({ every: 15_000 }),
  )
  return (
    <section class="delivery-open" aria-label="Attempts">
      <Panel answer={answer} what="The delivery" rows={6}>
        {(data) => <Body detail={data()} />}
      </Panel>
    </section>
  )
}

function Body(props: { detail: DeliveryDetail }) {
  const estate = useEstate()
  const detail = () => props.detail
  const zone = () => estate.zoneOf(detail().alerts[0]?.plant || undefined)
  return (
    <>
      <p class="quarantine-head">
        <b>{TOLD_WORDS[detail().status]}</b>
        <span class="soft">to {detail().receiver}</span>
        <span class="mono muted">{detail().id}</span>
      </p>
      <Resend detail={detail()} />
      <ul class="behind">
        <For each={detail().alerts}>
          {(alert) => (
            <li>
              <p class="behind-head">
                <A class="key" href={alert.path}>
                  {alert.title}
                </A>
                <span class="soft">
                  {[
                    alert.plant && estate.plantName(alert.plant),
                    alert.flow && estate.flowName(alert.flow),
                    alert.amount !== null && formatMoney(alert.amount, detail().currency),
                    alert.orders !== null && `${formatNumber(alert.orders)} orders`,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </p>
              <p class="soft">{alert.summary}</p>
            </li>
          )}
        </For>
      </ul>
      <ol class="behind attempts">
        <For
          each={detail().attempts}
          fallback={<li class="soft">Not tried yet: it waits for its turn in the line.</li>}
        >
          {(attempt) => <AttemptLine attempt={attempt} zone={zone()} />}
        </For>
      </ol>
    </>
  )
}

function AttemptLine(props: { attempt: Attempt; zone: string }) {
  const attempt = () => props.attempt
  const words = () => ATTEMPT_WORDS[attempt().outcome]
  const about = () =>
    [
      attempt().attempt > 0 && `try ${attempt().attempt}`,
      attempt().status_code > 0 && `answered ${attempt().status_code}`,
      attempt().attempt > 0 && `took ${formatDuration(attempt().duration_ms)}`,
      attempt().actor && `by ${attempt().actor}`,
    ]
      .filter(Boolean)
      .join(' · ')
  return (
    <li>
      <p class="behind-head">
        <span class={`nowrap t-${words().status}`}>
          <Shape status={words().status} /> {words().word}
        </span>
        <span class="soft">{about()}</span>
        <span class="muted num">{formatTime(attempt().at, props.zone, { seconds: true })}</span>
      </p>
      <Show when={attempt().reason}>
        <p>{attempt().reason}</p>
      </Show>
      <Show when={attempt().next_at}>
        {(at) => <p class="soft">Next try {formatTime(at(), props.zone, { seconds: true })}</p>}
      </Show>
      <Show when={attempt().answer}>
        <details>
          <summary>What it answered</summary>
          <pre tabindex="0">{attempt().answer}</pre>
        </details>
      </Show>
    </li>
  )
}

/** Delivers it again by the same id; why not, where a later word has overtaken it. */
function Resend(props: { detail: DeliveryDetail }) {
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const last = () => props.detail.attempts.at(-1)?.outcome
  const isOver = () => ['delivered', 'given_up'].includes(last() ?? '')
  const isOvertaken = () => isOver() && props.detail.later > 0
  const isPossible = () => (isOver() && !isOvertaken()) || last() === 'retry'
  const resend = async () => {
    setBusy(true)
    setSaid('')
    try {
      await postJson(`/api/deliveries/${props.detail.receiver}/${props.detail.sequence}/resend`)
      setSaid('It is on its way again')
      announceChange(['alerts'])
    } catch (error) {
      setSaid(error instanceof RequestError ? `Not sent: ${error.message}` : 'Not sent')
    } finally {
      setBusy(false)
    }
  }
  return (
    <p class="delivery-acts">
      <Show when={may('respond') && isPossible()}>
        <button type="button" class="btn small" disabled={busy()} onClick={() => void resend()}>
          {last() === 'retry' ? 'Try now' : 'Resend'}
        </button>
      </Show>
      <Show when={isOvertaken()}>
        <span class="soft">
          A later notification told of the same since; only the last word of a group is told again.
        </span>
      </Show>
      <span class="muted" role="status">
        {said()}
      </span>
    </p>
  )
}

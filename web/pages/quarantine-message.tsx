import { A, useNavigate, useParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { WorkDetail } from '../../server/api/schemas/quarantine-work.ts'
import { oneOfKind } from '../lib/codes.ts'
import { useEstate } from '../lib/estate.tsx'
import { useKeys } from '../lib/keys.ts'
import { may } from '../lib/may.ts'
import { MESSAGE_STATES, workHref } from '../lib/quarantine-work.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { AsOf } from '../parts/as-of.tsx'
import { CorrectionDiff } from '../parts/correction-diff.tsx'
import { CorrectionEditor } from '../parts/correction-editor.tsx'
import { Fact } from '../parts/fact.tsx'
import { Masked, MaskedNote } from '../parts/masked.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

const ACTS = {
  corrected: 'corrected it and sent it again',
  resubmitted: 'sent it again as it came',
  discarded: 'discarded it',
  restored: 'took the discarding back',
} as const

/** One message in quarantine: what is wrong with it, its text to be corrected, and what people did to it. */
export default function QuarantineMessagePage() {
  const params = useParams<{ id: string }>()
  const navigate = useNavigate()
  useTitle(() => 'Message in quarantine')
  const answer = ask<WorkDetail>(
    ['sources'],
    () => ({ path: `/api/quarantine/${params.id}` }),
    () => ({ keep: false, every: 15_000 }),
  )
  useKeys([{ key: 'Escape', show: 'Esc', label: 'Back to the list', run: () => navigate('/quarantine') }])
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href="/quarantine">Quarantine</A>
          <Show when={dataOf(answer)?.type}>
            {(type) => (
              <>
                {' / '}
                <A href={workHref({ type: type() })}>{type()}</A>
              </>
            )}
          </Show>
          {' / '}
          <b class="mono">{dataOf(answer)?.message_id ?? params.id}</b>
        </p>
        <span class="spacer" />
        <AsOf at={dataOf(answer)?.as_of} />
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The message" rows={12}>
          {(data) => <Body message={data()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { message: WorkDetail }) {
  const estate = useEstate()
  const message = () => props.message
  const state = () => MESSAGE_STATES[message().state]
  const zone = () => estate.zoneOf(message().plant || undefined)
  const last = () => message().attempts.findLast((each) => each.outcome === 'quarantined')
  /** What is wrong now: what the last try was refused for, or what the message was. */
  const wrong = () => (message().state === 'refused' ? (last() ?? message()) : message())
  const isOpen = () => message().state === 'open' || message().state === 'refused'
  return (
    <>
      <div class="sentence">
        <Shape status={state().status} />
        <h1 class="text">
          <b>{state().word}.</b>
          <span class="rest">
            {wrong().reasons.length === 1 ? (
              <Masked text={wrong().reasons[0] ?? ''} />
            ) : (
              `${wrong().reasons.length} reasons stand against it.`
            )}
          </span>
        </h1>
      </div>
      <div class="block proof work-facts">
        <Fact
          label={message().kind === 'event' ? 'Event' : 'Kind'}
          value={message().type || oneOfKind(message().kind)}
        />
        <Fact label="From" value={estate.systemName(message().system) || message().source} />
        <Fact label="Plant" value={message().plant || '–'} />
        <Fact label="Partner" value={message().partner || '–'} />
        <Fact label="Flow" value={message().flow ? estate.flowName(message().flow) : '–'} />
        <Fact label="Received" value={formatTime(message().received_at, zone(), { seconds: true })} />
        <Fact label="Sent again" value={`${message().sent}×`} />
        <Fact label="Where" value={message().where || '–'} />
      </div>
      <Section
        title="What is wrong"
        sub={message().state === 'refused' ? 'with what was sent last' : undefined}
      >
        <ul class="work-reasons">
          <For each={wrong().reasons}>
            {(reason, at) => (
              <li>
                <span class="t-breach">
                  <Masked text={reason} />
                </span>{' '}
                <code class="muted">{wrong().codes[at()] ?? ''}</code>
              </li>
            )}
          </For>
        </ul>
      </Section>
      <MaskedNote of={message()} />
      <CorrectionEditor
        message={message()}
        isOpen={isOpen() && message().kind === 'event' && estate.seesPersonal()}
        canAct={estate.seesPersonal() && may('work')}
      />
      <Section title="What was done" sub="append-only; every difference is kept">
        <Show
          when={message().attempts.length > 0}
          fallback={<p class="soft pad">Nobody has worked on it yet.</p>}
        >
          <ul class="behind">
            <For each={[...message().attempts].reverse()}>
              {(each) => (
                <li>
                  <p class="behind-head">
                    <b>{each.actor}</b>
                    <span>
                      {ACTS[each.act]}
                      <Show when={each.sent_id}>
                        {' '}
                        as <span class="mono">{each.sent_id}</span>
                      </Show>
                      : {each.reason}
                    </span>
                    <span class="muted num">{formatTime(each.at, zone(), { seconds: true })}</span>
                  </p>
                  <Show when={each.sent_id}>
                    <p class="work-line">
                      <Outcome attempt={each} />
                      <Show when={each.outcome === 'accepted' && each.key}>
                        {' '}
                        <A href={`/traces?q=${encodeURIComponent(each.key)}`}>{each.key}</A>
                      </Show>
                    </p>
                  </Show>
                  <For each={each.reasons}>
                    {(reason) => (
                      <p class="t-breach">
                        <Masked text={reason} />
                      </p>
                    )}
                  </For>
                  <Show when={each.diff}>
                    <details>
                      <summary>What was changed</summary>
                      <CorrectionDiff diff={each.diff} label={`Changes of attempt ${each.attempt}`} />
                    </details>
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </Section>
    </>
  )
}

function Outcome(props: { attempt: WorkDetail['attempts'][number] }) {
  const words = () =>
    props.attempt.outcome === 'accepted'
      ? 'accepted: read back from the store'
      : props.attempt.outcome === null
        ? 'sent; not yet read back from the store'
        : 'refused again'
  const status = () =>
    props.attempt.outcome === 'accepted' ? 'ok' : props.attempt.outcome === null ? 'unknown' : 'breach'
  return (
    <>
      <Shape status={status()} /> {words()}
    </>
  )
}

import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatMoney, formatValue, keepNumbers } from '../lib/format.ts'
import { ask } from '../lib/queries.ts'
import { ageSeconds, formatTime, zoneName } from '../lib/time.ts'
import { DifferenceLine } from './difference-line.tsx'
import { Fact } from './fact.tsx'
import { SEVERITY_WORDS, SeverityShape } from './shape.tsx'
import { Panel } from './states.tsx'

/** A case beside the list, so that reading it needs no other page. */
export default function ExceptionPreview(props: { number: number; onClose: () => void }) {
  const answer = ask<ExceptionDetail>(['exceptions', 'events'], () => ({
    path: `/api/exceptions/${props.number}`,
  }))
  return (
    <aside class="preview" aria-label={`Preview of EX-${props.number}`}>
      <Panel answer={answer} what={`EX-${props.number}`}>
        {(data) => <Body detail={data()} onClose={props.onClose} />}
      </Panel>
    </aside>
  )
}

function Body(props: { detail: ExceptionDetail; onClose: () => void }) {
  const estate = useEstate()
  const row = () => props.detail.exception
  const zone = () => props.detail.time_zone
  return (
    <>
      <div class="preview-head">
        <SeverityShape severity={row().severity} />
        <b class={`sev-${row().severity}`}>{SEVERITY_WORDS[row().severity]}</b>
        <A href={`/exceptions/${row().number}`}>EX-{row().number}</A>
        <Show when={row().state === 'closed'}>
          <span class="muted">closed</span>
        </Show>
        <span class="spacer" />
        <kbd>Space</kbd>
        <button type="button" class="close" aria-label="Close the preview" onClick={() => props.onClose()}>
          ×
        </button>
      </div>
      <h2 class="preview-title">{keepNumbers(props.detail.headline)}</h2>
      <div class="claims small">
        <div>
          <span class="label">{estate.systemName(row().left_system)}</span>
          <span class="claim">{formatValue(row().left_value)}</span>
        </div>
        <div>
          <span class="label">{estate.systemName(row().right_system)}</span>
          <span class="claim">{formatValue(row().right_value)}</span>
        </div>
      </div>
      <Show when={row().difference}>
        {(difference) => (
          <DifferenceLine
            left={row().left_value}
            right={row().right_value}
            leftName={estate.systemName(row().left_system)}
            rightName={estate.systemName(row().right_system)}
            difference={difference()}
          />
        )}
      </Show>
      <div class="block two">
        <Fact label="Value at risk" value={formatMoney(row().amount_reporting, props.detail.currency)} />
        <Fact label="In plant currency" value={formatMoney(row().amount_plant, row().plant_currency)} />
        <Fact label="Key" value={row().key} />
        <Fact label="Item" value={[row().item, row().item_name].filter(Boolean).join(' ') || '–'} />
        <Fact label="Disagree since" value={formatTime(row().since, zone())} />
        <Fact
          label="Opened"
          value={`${formatTime(row().opened_at, zone())}, ${formatAge(ageSeconds(row().opened_at, now()))} ago`}
        />
        <Fact
          label={row().cause_title ? 'Cause' : 'What differs'}
          value={row().cause_title || row().class_title}
        />
        <Fact label="Owner team" value={estate.teamName(row().team)} />
      </div>
      <section class="section">
        <header class="section-head">
          <h2>Last events</h2>
          <span class="more muted">{zoneName(zone(), new Date())}</span>
        </header>
        <ol class="events">
          <For
            each={props.detail.timeline.slice(-6)}
            fallback={<li class="soft">No event carries this key.</li>}
          >
            {(entry) => (
              <li classList={{ missing: entry.missing }}>
                <span class="at num">
                  {entry.missing ? 'by ' : ''}
                  {formatTime(entry.at, zone(), { zone: false, seconds: !entry.missing })}
                </span>
                <i class="dot" />
                <b class="nowrap">{entry.system_name}</b>
                <span>
                  {entry.title}
                  <Show when={entry.missing}> expected, not received</Show>
                </span>
              </li>
            )}
          </For>
        </ol>
      </section>
      <div class="preview-foot">
        <A class="btn btn-main" href={`/exceptions/${row().number}`}>
          Open <kbd>Enter</kbd>
        </A>
        <Show when={props.detail.trace_id}>
          {(id) => (
            <A class="btn" href={`/traces/${id()}`}>
              Trace
            </A>
          )}
        </Show>
      </div>
    </>
  )
}

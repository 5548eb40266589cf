import { A } from '@solidjs/router'
import { createEffect, For, on, Show } from 'solid-js'
import type { QualityMessage, QualityMessages } from '../../server/api/schemas/quality.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { BEHIND, useQualityChoice } from '../lib/quality.ts'
import { workHref } from '../lib/quarantine-work.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Masked, MaskedNote } from './masked.tsx'
import { Pager } from './pager.tsx'
import { Section } from './section.tsx'
import { Panel } from './states.tsx'

const PAGE = 50

/** The messages behind the number chosen: each with what is wrong, and where more of it is. */
export function QualityMessageList() {
  const estate = useEstate()
  const choice = useQualityChoice()
  const answer = ask<QualityMessages>(['events', 'runs', 'exceptions'], () => ({
    path: '/api/quality/messages',
    query: choice.query(),
  }))
  // on a narrow screen the list is below what was chosen
  let box: HTMLDivElement | undefined
  createEffect(
    on(
      () => JSON.stringify(choice.place()),
      () => choice.isNarrow() && box?.scrollIntoView({ block: 'nearest' }),
      { defer: true },
    ),
  )
  const where = () => {
    const { path: flow, stage, site, partner, check, hour } = choice.place()
    const found = estate.view()?.flows.find((one) => one.flow === flow)
    const stageName =
      found?.stages.find((one) => one.stage === stage)?.name ?? (stage === 'ended' ? 'Called off' : '')
    return [
      check && estate.checkTitle(check),
      flow === '-' ? 'Outside of flows' : stageName || (flow && estate.flowName(flow)),
      site === '-' ? 'no known plant' : site && estate.plantName(site),
      partner && (partner === '-' ? 'no partner named' : partner),
      hour && `hour from ${formatTime(hour, site ? estate.zoneOf(site) : viewerZone(), { day: true })}`,
    ]
      .filter(Boolean)
      .join(', ')
  }
  return (
    <div ref={box}>
      <Section
        title={BEHIND[choice.behind()]}
        sub={where() || 'all of the scope'}
        label="Messages behind the number"
        more={
          <>
            <Show when={dataOf(answer)}>
              {(data) => <span class="muted">{formatNumber(data().total)} in all</span>}
            </Show>
            <Show when={choice.isNarrow()}>
              <button type="button" class="link" onClick={() => choice.clear()}>
                Show all <kbd>Esc</kbd>
              </button>
            </Show>
          </>
        }
      >
        <Panel answer={answer} what="The messages" rows={8}>
          {(data) => (
            <>
              <MaskedNote of={data()} />
              <Show
                when={data().rows.length > 0}
                fallback={<p class="soft pad">None: nothing stands behind this number.</p>}
              >
                <ul class="behind">
                  <For each={data().rows}>{(row) => <Message row={row} />}</For>
                </ul>
              </Show>
              <Pager
                offset={choice.offset()}
                shown={data().rows.length}
                page={PAGE}
                total={data().total}
                onMove={choice.setOffset}
              />
            </>
          )}
        </Panel>
      </Section>
    </div>
  )
}

function Message(props: { row: QualityMessage }) {
  const estate = useEstate()
  const row = () => props.row
  return (
    <li>
      <p class="behind-head">
        <b class="key">{row().key || row().id}</b>
        <span class="soft">
          {row().plant} {row().stage_name || row().flow_name}
        </span>
        <span class="muted num">
          {formatTime(row().at, estate.zoneOf(row().plant || undefined), { seconds: true })}
        </span>
      </p>
      <p>
        {row().detail}
        <Show when={row().amount}>
          {(amount) => <> · {formatMoney(amount(), estate.view()?.currency ?? '')}</>}
        </Show>
        <Show when={row().partner}> · {row().partner}</Show>
        <For each={row().codes}>{(code) => <code> {code}</code>}</For>
      </p>
      <Show when={row().reasons.length > 0}>
        <p class="t-breach">
          <Masked text={row().reasons.join('; ')} />
        </p>
      </Show>
      <p class="behind-links">
        <Show when={row().exception}>
          {(number) => <A href={`/exceptions/${number()}`}>EX-{number()}</A>}
        </Show>
        <Show when={row().run_href}>{(href) => <A href={href()}>Run {row().id}</A>}</Show>
        <Show when={row().trace_href}>{(href) => <A href={href()}>Trace</A>}</Show>
        <Show when={row().flow_href}>{(href) => <A href={href()}>Flow</A>}</Show>
        <Show when={row().reasons.length > 0}>
          <A href={workHref({ state: 'all', q: row().id })}>Correct</A>
        </Show>
        <Show when={row().source}>
          <span class="muted">
            {row().source} <span class="mono">{row().id}</span>
          </span>
        </Show>
      </p>
      <Show when={row().body}>
        {(body) => (
          <details>
            <summary>The message as it came</summary>
            <pre tabindex="0">
              <Masked text={body()} />
            </pre>
          </details>
        )}
      </Show>
    </li>
  )
}

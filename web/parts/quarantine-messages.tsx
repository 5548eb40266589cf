import { createEffect, For, on, Show } from 'solid-js'
import type { QuarantineList } from '../../server/api/schemas/sources.ts'
import { codeWords, kindWords } from '../lib/codes.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { prettyJson } from '../lib/pretty-json.ts'
import { QUARANTINE_PAGE, useQuarantineChoice } from '../lib/quarantine.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Masked, MaskedNote } from './masked.tsx'
import { Pager } from './pager.tsx'
import { Panel } from './states.tsx'

/** The messages of the reason chosen, newest first, each with what is wrong and as it came. */
export function QuarantineMessages() {
  const choice = useQuarantineChoice()
  const estate = useEstate()
  const answer = ask<QuarantineList>(['sources', 'events'], () => ({
    path: '/api/quarantine',
    query: {
      code: choice.code(),
      kind: choice.kind(),
      source: choice.source(),
      plant: choice.site(),
      from: choice.from(),
      limit: QUARANTINE_PAGE,
      offset: choice.offset(),
    },
  }))
  // on a narrow screen the list is below what was chosen; an address that names messages leads to them
  let box: HTMLElement | undefined
  createEffect(
    on(
      () => [choice.code(), choice.kind(), choice.source(), choice.site(), choice.from()].join(' '),
      () => choice.isNarrow() && box?.scrollIntoView({ block: 'nearest' }),
    ),
  )
  const which = () =>
    [
      choice.code() && codeWords(choice.code()),
      choice.kind() && kindWords(choice.kind()),
      choice.source() && (choice.source() === '-' ? 'no known source' : choice.source()),
      choice.site() && (choice.site() === '-' ? 'no known plant' : estate.plantName(choice.site())),
      choice.from() && `since ${formatTime(choice.from(), viewerZone())}`,
    ]
      .filter(Boolean)
      .join(', ')
  return (
    <section ref={box} aria-label="Messages in quarantine">
      <p class="quarantine-head">
        <b>{which() || 'All messages'}</b>
        <Show when={dataOf(answer)}>
          {(data) => <span class="muted">{formatNumber(data().total)} in all</span>}
        </Show>
        <Show when={choice.isNarrow()}>
          <button type="button" class="link" onClick={() => choice.clear()}>
            Show all <kbd>Esc</kbd>
          </button>
        </Show>
      </p>
      <Panel answer={answer} what="The messages" rows={6}>
        {(data) => (
          <>
            <MaskedNote of={data()} />
            <Show when={data().rows.length > 0} fallback={<p class="soft pad">No message is like that.</p>}>
              <ul class="behind">
                <For each={data().rows}>{(row) => <Message row={row} />}</For>
              </ul>
            </Show>
            <Pager
              offset={choice.offset()}
              shown={data().rows.length}
              page={QUARANTINE_PAGE}
              total={data().total}
              onMove={choice.setOffset}
            />
          </>
        )}
      </Panel>
    </section>
  )
}

function Message(props: { row: QuarantineList['rows'][number] }) {
  const estate = useEstate()
  const row = () => props.row
  const about = () =>
    [row().system || row().source, row().plant, row().flow && estate.flowName(row().flow), row().partner]
      .filter(Boolean)
      .join(' · ')
  return (
    <li>
      <p class="behind-head">
        <b class="key mono">{row().message_id || 'without an id'}</b>
        <span class="soft">{about()}</span>
        <span class="muted num">
          {formatTime(row().received_at, estate.zoneOf(row().plant || undefined), { seconds: true })}
        </span>
      </p>
      <For each={row().reasons}>
        {(reason, at) => (
          <p class="t-breach">
            <Masked text={reason} /> <code class="muted">{row().codes[at()] ?? ''}</code>
          </p>
        )}
      </For>
      <Show when={row().where}>
        <p class="soft mono">{row().where}</p>
      </Show>
      <Show when={row().body}>
        {(body) => (
          <details>
            <summary>The message as it came</summary>
            <pre tabindex="0">
              <Masked text={prettyJson(body())} />
            </pre>
          </details>
        )}
      </Show>
    </li>
  )
}

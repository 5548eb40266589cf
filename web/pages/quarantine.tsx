import { A } from '@solidjs/router'
import { createEffect, createSignal, For, on, onCleanup, Show } from 'solid-js'
import type { WorkList } from '../../server/api/schemas/quarantine-work.ts'
import { codeWords, oneOfKind } from '../lib/codes.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { may } from '../lib/may.ts'
import { MESSAGE_STATES, useWorkChoice, WORK_PAGE } from '../lib/quarantine-work.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { CorrectionBatch } from '../parts/correction-batch.tsx'
import { CorrectionFacet } from '../parts/correction-facets.tsx'
import { Masked } from '../parts/masked.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { Pager } from '../parts/pager.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

const VIEWS = [
  { state: 'open', label: 'To do' },
  { state: 'waiting', label: 'Sent' },
  { state: 'accepted', label: 'Accepted' },
  { state: 'discarded', label: 'Discarded' },
] as const

/** Messages that were refused, as people work them: by reason and contract, one by one or many at once. */
export default function QuarantinePage() {
  const choice = useWorkChoice()
  useTitle(() => 'Quarantine')
  useKeys([
    {
      key: 'Escape',
      show: 'Esc',
      label: 'Show all messages',
      run: () => choice.set({ code: null, type: null, site: null, q: null }),
    },
  ])
  const answer = ask<WorkList>(['sources', 'events'], () => ({
    path: '/api/quarantine/messages',
    query: { ...choice.filter(), limit: WORK_PAGE, offset: choice.offset() },
  }))
  return (
    <>
      <PageBar title="Quarantine" asOf={dataOf(answer)?.as_of}>
        <fieldset class="views">
          <legend class="sr">Which messages</legend>
          <For each={VIEWS}>
            {(view) => (
              <button
                type="button"
                aria-pressed={choice.state() === view.state}
                onClick={() => choice.set({ state: view.state === 'open' ? null : view.state })}
              >
                {view.label}{' '}
                <span class="muted">{formatNumber(dataOf(answer)?.counts[view.state] ?? 0)}</span>
              </button>
            )}
          </For>
        </fieldset>
      </PageBar>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The quarantine" rows={12}>
          {(data) => <Body data={data()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { data: WorkList }) {
  const choice = useWorkChoice()
  const [ticked, setTicked] = createSignal<string[]>([])
  createEffect(
    on(
      () => JSON.stringify(choice.filter()),
      () => setTicked([]),
    ),
  )
  const rows = () => props.data.rows
  const isAll = () => rows().length > 0 && rows().every((row) => ticked().includes(row.id))
  const tick = (ids: string[], isOn: boolean) =>
    setTicked((before) =>
      isOn ? [...new Set([...before, ...ids])] : before.filter((id) => !ids.includes(id)),
    )
  return (
    <div class="cols work-cols">
      <div>
        <Section
          title="By reason"
          sub="one that broke several rules counts for each; choose one to see its messages"
        >
          <CorrectionFacet by="code" title="Rule that was broken" rows={props.data.by_code} />
        </Section>
        <Section title="By contract" sub="the type of event, whose contract it is">
          <CorrectionFacet by="type" title="Event" rows={props.data.by_type} />
        </Section>
      </div>
      <Section
        title="Messages"
        sub={choice.isNarrow() ? 'of what is chosen' : 'newest first'}
        more={
          <>
            <TextFilter />
            <span class="muted">{formatNumber(props.data.total)} in all</span>
          </>
        }
      >
        <Show
          when={
            may('work') && choice.state() !== 'accepted' && choice.state() !== 'waiting' && rows().length > 0
          }
        >
          <CorrectionBatch ids={ticked()} total={props.data.total} onDone={() => setTicked([])} />
        </Show>
        <Show when={rows().length > 0} fallback={<p class="soft pad">No message is like that.</p>}>
          <section class="scroll-x" tabindex="0" aria-label="Messages">
            <table class="table stack with-head work-table">
              <thead>
                <tr>
                  <th>
                    <Show when={may('work')} fallback={<span class="sr">Chosen</span>}>
                      <input
                        type="checkbox"
                        aria-label="Choose all on this page"
                        checked={isAll()}
                        onChange={(event) =>
                          tick(
                            rows().map((row) => row.id),
                            event.currentTarget.checked,
                          )
                        }
                      />
                    </Show>
                  </th>
                  <th>Message</th>
                  <th>What is wrong</th>
                  <th>State</th>
                  <th class="r">Received</th>
                </tr>
              </thead>
              <tbody>
                <For each={rows()}>
                  {(row) => <Row row={row} isTicked={ticked().includes(row.id)} onTick={tick} />}
                </For>
              </tbody>
            </table>
          </section>
        </Show>
        <Pager
          offset={choice.offset()}
          shown={rows().length}
          page={WORK_PAGE}
          total={props.data.total}
          onMove={(offset) => choice.set({ offset: offset || null })}
        />
      </Section>
    </div>
  )
}

function Row(props: {
  row: WorkList['rows'][number]
  isTicked: boolean
  onTick: (ids: string[], isOn: boolean) => void
}) {
  const estate = useEstate()
  const row = () => props.row
  const state = () => MESSAGE_STATES[row().state]
  return (
    <tr>
      <td>
        <Show when={may('work')}>
          <input
            type="checkbox"
            aria-label={`Choose ${row().message_id}`}
            checked={props.isTicked}
            onChange={(event) => props.onTick([row().id], event.currentTarget.checked)}
          />
        </Show>
      </td>
      <td>
        <A class="key mono" href={`/quarantine/${row().id}`}>
          {row().message_id || 'without an id'}
        </A>
        <div class="soft small-text">
          {[row().type || oneOfKind(row().kind), row().system || row().source, row().plant]
            .filter(Boolean)
            .join(' · ')}
        </div>
      </td>
      <td class="wide">
        <Masked text={row().reasons[0] ?? 'no reason is named'} />
        <Show when={row().reasons.length > 1}>
          <span class="muted"> and {formatNumber(row().reasons.length - 1)} more</span>
        </Show>
        <div class="muted small-text">{[...new Set(row().codes)].map(codeWords).join(', ')}</div>
      </td>
      <td class="nowrap">
        <Shape status={state().status} /> {state().word}
        <Show when={row().sent > 0}>
          <div class="muted small-text">sent {formatNumber(row().sent)}×</div>
        </Show>
      </td>
      <td class="r soft" data-label="Received">
        {formatTime(row().received_at, estate.zoneOf(row().plant || undefined))}
      </td>
    </tr>
  )
}

function TextFilter() {
  const choice = useWorkChoice()
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return (
    <input
      class="field work-filter"
      type="search"
      aria-label="Part of the id or of the message"
      placeholder="contains …"
      value={choice.q()}
      onInput={(event) => {
        const text = event.currentTarget.value.trim()
        clearTimeout(timer)
        timer = setTimeout(() => choice.set({ q: text || null }), 250)
      }}
    />
  )
}

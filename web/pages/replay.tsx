import { A, useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ItemState, ReplayDetail } from '../../server/api/schemas/replays.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ITEM_STATES, REPLAY_STATES } from '../lib/replays.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { AsOf } from '../parts/as-of.tsx'
import { Pager } from '../parts/pager.tsx'
import { ReplayActs, ReplayStepper } from '../parts/replay-stepper.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

const PAGE = 100

/** One replay: what it is about, what would be or was sent, who let it, and what proves that it came. */
export default function ReplayPage() {
  const params = useParams<{ replay: string }>()
  const [search, setSearch] = useSearchParams<{ offset: string; state: string }>()
  const navigate = useNavigate()
  useTitle(() => `RP-${params.replay}`)
  const offset = () => Math.max(0, Math.floor(Number(search.offset)) || 0)
  const answer = ask<ReplayDetail>(['replays'], () => ({
    path: `/api/replays/${params.replay}`,
    query: { state: search.state ?? '', limit: PAGE, offset: offset() },
  }))
  useKeys([{ key: 'Escape', show: 'Esc', label: 'Back to the replays', run: () => navigate('/replays') }])
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href="/replays">Replays</A>
          {' / '}
          <b>RP-{params.replay}</b>
        </p>
        <span class="spacer" />
        <AsOf at={dataOf(answer)?.as_of} />
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what={`RP-${params.replay}`} rows={12}>
          {(data) => (
            <>
              <div class="sentence">
                <Shape status={REPLAY_STATES[data().state].status} />
                <h1 class="text">
                  <b>{REPLAY_STATES[data().state].word}.</b>
                  <span class="rest">
                    {data().actor} asks {data().endpoint} for {data().selection} of {data().flow_name}:{' '}
                    {data().reason}
                    <Show when={data().held}>. Nothing is sent now, it goes on by itself: {data().held}</Show>
                  </span>
                </h1>
              </div>
              <ReplayStepper replay={data()} />
              <ReplayActs replay={data()} />
              <Section
                title="Messages"
                sub={`expected within ${formatDuration(data().verify_within_s * 1000)} of the request: the event that is missing, or the agreement of both sides`}
                more={<Counts replay={data()} chosen={search.state ?? ''} />}
              >
                <section class="scroll-x" tabindex="0" aria-label="Messages">
                  <table class="table stack">
                    <thead>
                      <tr>
                        <th>Key</th>
                        <th>State</th>
                        <th>What is known</th>
                        <th>Expected of</th>
                        <th>Case</th>
                        <th>Document</th>
                        <th class="r">Attempt</th>
                        <th class="r">Asked</th>
                      </tr>
                    </thead>
                    <tbody>
                      <For each={data().items}>{(item) => <Item item={item} />}</For>
                    </tbody>
                  </table>
                </section>
                <Pager
                  offset={offset()}
                  shown={data().items.length}
                  page={PAGE}
                  total={data().items_total}
                  onMove={(to) => setSearch({ offset: to || null }, { scroll: false })}
                />
              </Section>
            </>
          )}
        </Panel>
      </main>
    </>
  )
}

/** What became of how many; each leads to them. */
function Counts(props: { replay: ReplayDetail; chosen: string }) {
  const shown = (): [string, ItemState | '', number][] => {
    const { counts } = props.replay
    return [
      ['all', '', counts.total],
      ['left out', 'left_out', counts.left_out],
      ['verified', 'verified', counts.verified],
      ['sent', 'sent', counts.sent],
      ['not verified', 'unverified', counts.unverified],
      ['refused or failed', 'refused', counts.refused],
      ['not sent yet', 'frozen', counts.waiting],
      ['called off', 'cancelled', counts.cancelled],
    ].filter(([, state, count]) => state === '' || count !== 0) as [string, ItemState | '', number][]
  }
  return (
    <For each={shown()}>
      {([word, state, count]) => (
        <A
          href={`/replays/${props.replay.replay}${state ? `?state=${state}` : ''}`}
          noScroll
          aria-current={props.chosen === state ? 'true' : undefined}
        >
          {formatNumber(count)} {word}
        </A>
      )}
    </For>
  )
}

function Item(props: { item: ReplayDetail['items'][number] }) {
  const estate = useEstate()
  const item = () => props.item
  const state = () => ITEM_STATES[item().state]
  return (
    <tr>
      <td>
        <span class="key mono">{item().key}</span>
        <div class="soft small-text">{item().plant}</div>
      </td>
      <td class="nowrap">
        <Shape status={state().status} /> {state().word}
      </td>
      <td class="wide">
        {item().left_out || item().detail || '–'}
        <Show when={item().proof && !item().proof.startsWith('EX-')}>
          {' '}
          <span class="mono muted">{item().proof}</span>
        </Show>
      </td>
      <td class="nowrap soft" data-label="Expected of">
        {item().expected.join(' or ') || 'both sides agree'}
      </td>
      <td class="nowrap">
        <Show when={item().case} fallback="–">
          <A href={`/exceptions/${item().case}`}>EX-{item().case}</A>
          <div class="soft small-text">{item().class_title}</div>
        </Show>
      </td>
      <td class="nowrap">
        <Show when={item().trace_id} fallback={item().document || '–'}>
          <A href={`/traces/${item().trace_id}`}>{item().document || 'trace'}</A>
        </Show>
      </td>
      <td class="r" data-label="Attempt">
        {formatNumber(item().attempt)}
      </td>
      <td class="r soft" data-label="Asked">
        {item().asked_at
          ? formatTime(item().asked_at ?? '', estate.zoneOf(item().plant), { seconds: true })
          : '–'}
        <Show when={item().times > 1}>
          <div class="muted small-text">{formatNumber(item().times)} tries</div>
        </Show>
      </td>
    </tr>
  )
}

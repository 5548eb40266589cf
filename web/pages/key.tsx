import { A, useParams, useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { KeyStory } from '../../server/api/schemas/keys.ts'
import { now } from '../lib/clock.ts'
import { formatDuration, formatNumber, keepNumbers } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { AsOf } from '../parts/as-of.tsx'
import { CellSelect } from '../parts/cell-select.tsx'
import { CurrencyCell } from '../parts/currency-cell.tsx'
import { KeyCases } from '../parts/key-cases.tsx'
import { KeyStates } from '../parts/key-states.tsx'
import { Lanes } from '../parts/lanes.tsx'
import { ListTable } from '../parts/list-table.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'
import '../styles/key.css'

/** What every system knows of one business key, on one timeline. */
export default function KeyPage() {
  const params = useParams<{ key: string }>()
  const [search, setSearch] = useSearchParams<{ plant?: string }>()
  const scope = useScope()
  useTitle(() => params.key)
  const answer = ask<KeyStory>(
    ['events', 'exceptions', 'runs'],
    () => ({
      path: `/api/keys/${encodeURIComponent(params.key)}`,
      query: {
        plant: typeof search.plant === 'string' ? search.plant : '',
        currency: scope.currency(),
      },
    }),
    () => ({ keep: false, every: 60_000 }),
  )
  const data = () => dataOf(answer)
  return (
    <>
      <div class="bar page-bar">
        <h1 class="cell page-title key-title">{params.key}</h1>
        <Show when={data()}>
          {(story) => (
            <CellSelect
              label={`Plant, ${story().plants.length} know it`}
              choices={story().plants.map((one) => ({
                value: one.plant,
                label: one.name,
                note: formatNumber(one.found),
              }))}
              value={story().plant}
              onChange={(plant) => setSearch({ plant })}
            />
          )}
        </Show>
        <Show when={data()}>{(story) => <CurrencyCell plant={story().plant} />}</Show>
        <span class="spacer" />
        <AsOf at={data()?.as_of} zone={data()?.time_zone} />
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The key" rows={10}>
          {(story) => <Body story={story()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { story: KeyStory }) {
  const story = () => props.story
  const isBroken = () => story().cases.some((one) => one.state === 'open')
  const isMissing = () => story().timeline.some((entry) => entry.missing)
  const zone = () => story().time_zone
  return (
    <>
      <div class="sentence">
        <Shape status={isBroken() ? 'breach' : isMissing() ? 'watch' : 'ok'} />
        <h2 class="text">
          <b>{story().lead}.</b>
          {keepNumbers(story().rest)}
        </h2>
      </div>
      <Section
        title="Its story"
        sub={`in the order it happened, not to scale; ${zone()}`}
        more={<Show when={story().is_cut}>the newest {formatNumber(story().timeline.length)}</Show>}
      >
        <Show
          when={story().timeline.length > 0}
          fallback={<p class="soft pad">No event and no state carries this key.</p>}
        >
          <Lanes entries={story().timeline} zone={zone()} />
        </Show>
      </Section>
      <KeyCases story={story()} />
      <KeyStates story={story()} />
      <Section
        title="Traces"
        sub="that carry the key, newest first"
        more={<A href={`/traces?key=${encodeURIComponent(story().key)}`}>In the list of traces →</A>}
      >
        <ListTable
          label="Traces"
          head={['Started', 'Trace', 'Services', { r: 'Spans' }, { r: 'Errors' }, { r: 'Duration' }]}
          rows={story().traces}
          empty={<p class="soft pad">No trace carries this key.</p>}
        >
          {(trace) => (
            <tr>
              <td class="nowrap">{formatTime(trace.started_at, zone(), { now: now(), seconds: true })}</td>
              <td class="nowrap">
                <A class="key" href={`/traces/${trace.trace_id}`}>
                  {trace.root || trace.trace_id}
                </A>
              </td>
              <td class="cut soft">{trace.services.join(', ')}</td>
              <td class="r">{formatNumber(trace.spans)}</td>
              <td class="r">
                <Show when={trace.errors > 0} fallback="0">
                  <span class="t-breach">
                    <Shape status="breach" /> {formatNumber(trace.errors)}
                  </span>
                </Show>
              </td>
              <td class="r strong">{formatDuration(trace.duration_ms)}</td>
            </tr>
          )}
        </ListTable>
      </Section>
    </>
  )
}

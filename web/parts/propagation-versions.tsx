import { A } from '@solidjs/router'
import { createEffect, For, on, Show } from 'solid-js'
import type { MasterVersion, MasterVersions } from '../../server/api/schemas/propagation.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { masterHref, STATES, stateWord, usePropagationChoice, VERSIONS_PAGE } from '../lib/propagation.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatTime } from '../lib/time.ts'
import { Pager } from './pager.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Panel } from './states.tsx'

/** The versions behind the number chosen, those that count and are not held first. */
export function PropagationVersionList() {
  const estate = useEstate()
  const choice = usePropagationChoice()
  const answer = ask<MasterVersions>(
    ['events'],
    () => ({ path: '/api/propagation/versions', query: choice.query() }),
    () => ({ every: 60_000 }),
  )
  // on a narrow screen the list is below what was chosen
  let box: HTMLDivElement | undefined
  createEffect(
    on(
      () => JSON.stringify([choice.place(), choice.state()]),
      () => choice.isNarrow() && box?.scrollIntoView({ block: 'nearest' }),
      { defer: true },
    ),
  )
  const where = () => {
    const { master, role, consumer, site } = choice.place()
    return [
      master && master.charAt(0).toUpperCase() + master.slice(1),
      role && `in ${role.toUpperCase()}`,
      consumer && `in ${estate.systemName(consumer)}`,
      site && estate.plantName(site),
    ]
      .filter(Boolean)
      .join(', ')
  }
  return (
    <div ref={box}>
      <Section
        title={choice.state() === '' ? 'Versions' : stateWord(choice.state() || 'late')}
        sub={where() || 'all of the scope'}
        label="Versions behind the number"
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
        <p class="version-states">
          <For each={STATES}>
            {(one) => (
              <button
                type="button"
                class="link"
                aria-pressed={choice.state() === one.value}
                onClick={() => choice.setState(one.value)}
              >
                {one.label}
              </button>
            )}
          </For>
        </p>
        <Panel answer={answer} what="The versions" rows={8}>
          {(data) => (
            <>
              <Show
                when={data().rows.length > 0}
                fallback={<p class="soft pad">None: no version stands so here.</p>}
              >
                <ul class="behind">
                  <For each={data().rows}>{(row) => <Version row={row} />}</For>
                </ul>
              </Show>
              <Pager
                offset={choice.offset()}
                shown={data().rows.length}
                page={VERSIONS_PAGE}
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

function Version(props: { row: MasterVersion }) {
  const estate = useEstate()
  const row = () => props.row
  return (
    <li>
      <p class="behind-head">
        <A class="key" href={masterHref(row())}>
          {row().key}
        </A>
        <span class="soft">
          {row().master_name} {row().plant}, version {row().master_version}
        </span>
        <span class="muted num">{formatTime(row().stated_at, estate.zoneOf(row().plant))}</span>
      </p>
      <p>
        <VersionState row={row()} /> in {row().consumer_name}: {row().detail}
      </p>
      <VersionLinks row={row()} />
    </li>
  )
}

/** How a version stands, as shape and word; one that counts and is not held is marked. */
export function VersionState(props: { row: MasterVersion }) {
  return (
    <span class={`nowrap t-${props.row.status}`}>
      <Shape status={props.row.status} /> {stateWord(props.row.state)}
      <Show when={props.row.is_missed}>
        {' '}
        <b class="missed">in effect</b>
      </Show>
    </span>
  )
}

/** Where more of it is: the traces of both messages, and the source of a consumer that is late. */
export function VersionLinks(props: { row: MasterVersion }) {
  const row = () => props.row
  return (
    <p class="behind-links">
      <Show when={row().record_trace}>{(id) => <A href={`/traces/${id()}`}>Trace of the version</A>}</Show>
      <Show when={row().consumer_trace && row().consumer_trace !== row().record_trace}>
        <A href={`/traces/${row().consumer_trace}`}>Trace of the acceptance</A>
      </Show>
      <Show when={row().state === 'late' || row().state === 'away' || row().is_late}>
        <A href={`/sources#source-${row().consumer}-${row().plant}`}>Source of {row().consumer_name}</A>
      </Show>
    </p>
  )
}

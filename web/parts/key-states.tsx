import { A } from '@solidjs/router'
import { createMemo, For, Show } from 'solid-js'
import type { KeyStory } from '../../server/api/schemas/keys.ts'
import { now } from '../lib/clock.ts'
import { formatValue, wordsOf } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Masked } from './masked.tsx'
import { Section } from './section.tsx'
import { Empty } from './states.tsx'

const isMoment = (value: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
type State = KeyStory['states'][number]

/** What each system says of the key now, and which versions it has stated before. */
export function KeyStates(props: { story: KeyStory }) {
  const groups = createMemo(() => {
    const found = new Map<string, State[]>()
    for (const state of props.story.states) found.set(state.title, [...(found.get(state.title) ?? []), state])
    return [...found].map(([title, states]) => ({
      title,
      // the same line of two systems stands together
      states: states.sort((a, b) => a.line.localeCompare(b.line) || a.system.localeCompare(b.system)),
    }))
  })
  const time = (iso: string) => formatTime(iso, props.story.time_zone, { now: now(), seconds: true })
  return (
    <Section
      title="States"
      sub="as each system has it now, with the versions it has stated; the newest 20 lines of each kind"
    >
      <Show when={groups().length > 0} fallback={<Empty title="No system has stated it" />}>
        <section class="scroll-x key-states" tabindex="0" aria-label="States">
          <table class="table">
            <thead>
              <tr>
                <th>System</th>
                <th>Line</th>
                <th>What it says</th>
                <th class="r">Version</th>
                <th>Stated</th>
                <th>Trace</th>
              </tr>
            </thead>
            <For each={groups()}>
              {(group) => (
                <tbody>
                  <tr class="key-group">
                    <th colspan="6" scope="rowgroup">
                      {group.title}
                    </th>
                  </tr>
                  <For each={group.states}>
                    {(state) => (
                      <tr>
                        <td class="nowrap">
                          <b>{state.system_name}</b>
                        </td>
                        <td class="nowrap">{state.line || '–'}</td>
                        <td class="key-says">
                          <Show when={!state.deleted} fallback={<span class="t-breach">deleted</span>}>
                            <For each={state.values}>
                              {(one) => (
                                <span>
                                  <i>{wordsOf(one.name)}</i>{' '}
                                  <Masked
                                    text={isMoment(one.value) ? time(one.value) : formatValue(one.value)}
                                  />
                                </span>
                              )}
                            </For>
                          </Show>
                        </td>
                        <td class="r">
                          <Show when={state.versions.length > 1} fallback={`v${state.version}`}>
                            <details>
                              <summary>
                                v{state.version}, of {state.versions.length}
                              </summary>
                              <ol>
                                <For each={state.versions}>
                                  {(one) => (
                                    <li>
                                      v{one.version} {time(one.occurred_at)}
                                      {one.deleted ? ', deleted' : ''}
                                    </li>
                                  )}
                                </For>
                              </ol>
                            </details>
                          </Show>
                        </td>
                        <td class="nowrap">{time(state.occurred_at)}</td>
                        <td>
                          <Show when={state.trace_id} fallback={<span class="muted">none</span>}>
                            <A href={`/traces/${state.trace_id}`}>open</A>
                          </Show>
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              )}
            </For>
          </table>
        </section>
      </Show>
    </Section>
  )
}

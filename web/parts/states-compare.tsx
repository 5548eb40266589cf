import { A } from '@solidjs/router'
import { createMemo, For, Show } from 'solid-js'
import type { StateView } from '../../server/api/schemas/exceptions.ts'
import { formatDecimal, formatValue } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'

/** What both systems say of the key, column by column; where they differ it is marked. */
export function StatesCompare(props: { states: StateView[]; zone: string }) {
  const names = createMemo(() => [...new Set(props.states.flatMap((s) => s.values.map((v) => v.name)))])
  const valueIn = (state: StateView, name: string) => state.values.find((v) => v.name === name)?.value
  const differs = (name: string) => {
    const found = props.states.flatMap((state) => valueIn(state, name) ?? [])
    return found.length > 1 && new Set(found.map((value) => formatDecimal(value))).size > 1
  }
  const sides = createMemo(() => new Set(props.states.map((state) => state.side)).size)
  return (
    <div class="scroll-x">
      <table class="table compare">
        <thead>
          <tr>
            <th>
              <span class="sr">Column</span>
            </th>
            <For each={props.states}>
              {(state) => (
                <th class="r">
                  <b>{state.system_name}</b>
                  <br />
                  {state.entity.replaceAll('_', ' ')}
                </th>
              )}
            </For>
            <Show when={sides() < 2}>
              <th class="r">other side</th>
            </Show>
          </tr>
        </thead>
        <tbody>
          <For each={names()}>
            {(name) => (
              <tr classList={{ differs: differs(name) }}>
                <td>
                  {name.replaceAll('_', ' ')}
                  <Show when={differs(name)}>
                    <span class="ne">
                      {' '}
                      ≠<span class="sr"> differs</span>
                    </span>
                  </Show>
                </td>
                <For each={props.states}>
                  {(state) => (
                    <td class="r">
                      {valueIn(state, name) === undefined ? '' : formatValue(valueIn(state, name) ?? '')}
                    </td>
                  )}
                </For>
                <Show when={sides() < 2}>
                  <td class="r muted">
                    <Show when={name === names()[0]}>has no such record</Show>
                  </td>
                </Show>
              </tr>
            )}
          </For>
          <Meta
            label="Occurred"
            states={props.states}
            text={(s) => formatTime(s.occurred_at, props.zone, { seconds: true, zone: false })}
          />
          <Meta
            label="Received"
            states={props.states}
            text={(s) => formatTime(s.received_at, props.zone, { seconds: true, zone: false })}
          />
          <Meta label="Version" states={props.states} text={(s) => s.version.replace(/^0+(?=\d)/, '')} />
          <Show when={props.states.some((state) => state.trace_id)}>
            <tr class="meta">
              <td>Trace</td>
              <For each={props.states}>
                {(state) => (
                  <td class="r">
                    <Show when={state.trace_id}>
                      <A class="mono" href={`/traces/${state.trace_id}`}>
                        {state.trace_id.slice(0, 8)}
                      </A>
                    </Show>
                  </td>
                )}
              </For>
            </tr>
          </Show>
        </tbody>
      </table>
    </div>
  )
}

function Meta(props: { label: string; states: StateView[]; text: (state: StateView) => string }) {
  return (
    <tr class="meta">
      <td>{props.label}</td>
      <For each={props.states}>{(state) => <td class="r">{props.text(state)}</td>}</For>
    </tr>
  )
}

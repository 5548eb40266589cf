import { A } from '@solidjs/router'
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import type { StateView } from '../../server/api/schemas/exceptions.ts'
import { formatDecimal, formatNumber, formatValue, sumDecimals, wordsOf } from '../lib/format.ts'
import { groupStates, type RefRow, type StateGroup, valueIn } from '../lib/states.ts'
import { formatTime } from '../lib/time.ts'
import { Masked } from './masked.tsx'

const FIRST = 12

const versionOf = (state: StateView) => state.version.replace(/^0+(?=\d)/, '')

/** What both systems hold of the key: compared, matched by reference, or listed. */
export function StatesCompare(props: {
  states: StateView[]
  zone: string
  leftName: string
  rightName: string
}) {
  const groups = createMemo(() => groupStates(props.states))
  return (
    <For each={groups()}>
      {(group) => (
        <Switch>
          <Match when={group.kind === 'pair' ? group : undefined}>
            {(pair) => <Pair states={pair().states} zone={props.zone} />}
          </Match>
          <Match when={group.kind === 'refs' ? group : undefined}>
            {(refs) => (
              <Refs group={refs()} zone={props.zone} leftName={props.leftName} rightName={props.rightName} />
            )}
          </Match>
          <Match when={group.kind === 'list' ? group : undefined}>
            {(list) => <List entity={list().entity} states={list().states} zone={props.zone} />}
          </Match>
        </Switch>
      )}
    </For>
  )
}

/** Records of both sides by their reference; what only one side holds is marked. */
function Refs(props: {
  group: StateGroup & { kind: 'refs' }
  zone: string
  leftName: string
  rightName: string
}) {
  const [all, setAll] = createSignal(false)
  const shown = () => (all() ? props.group.rows : props.group.rows.slice(0, FIRST))
  const total = (states: StateView[]) =>
    states.length === 0
      ? ''
      : formatDecimal(sumDecimals(states.map((state) => valueIn(state, 'quantity') ?? '0')), { signed: true })
  const differs = (row: RefRow) => total(row.left) !== total(row.right)
  const moment = (at: string | undefined) => (at ? formatTime(at, props.zone, { zone: false }) : '')
  const newest = (row: RefRow) => row.left[0] ?? row.right[0]
  const versions = (row: RefRow) => [...row.left, ...row.right].map(versionOf).join(', ')
  return (
    <section class="scroll-x" tabindex="0" aria-label="What both sides say">
      <table class="table compare">
        <caption>
          {wordsOf(props.group.entity)} by reference:{' '}
          <b class={props.group.unmatched > 0 ? 't-breach' : ''}>
            {formatNumber(props.group.unmatched)} of {formatNumber(props.group.rows.length)} on one side only
          </b>
        </caption>
        <thead>
          <tr>
            <th>Reference</th>
            <th>Occurred</th>
            <th>Received</th>
            <th>Version</th>
            <th class="r">{props.leftName}</th>
            <th class="r">{props.rightName}</th>
          </tr>
        </thead>
        <tbody>
          <For each={shown()}>
            {(row) => (
              <tr classList={{ differs: differs(row) }}>
                <td class="nowrap">{row.ref}</td>
                <td class="nowrap soft">{moment(newest(row)?.occurred_at)}</td>
                <td class="nowrap soft">{moment(newest(row)?.received_at)}</td>
                <td class="soft">{versions(row)}</td>
                <td class="r">{total(row.left) || 'missing'}</td>
                <td class="r">{total(row.right) || 'missing'}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={props.group.rows.length > shown().length}>
        <button type="button" class="link pad" onClick={() => setAll(true)}>
          Show {formatNumber(props.group.rows.length - shown().length)} more
        </button>
      </Show>
    </section>
  )
}

/** Records that can't be put beside each other: one line each, what they say in words, with version and times. */
function List(props: { entity: string; states: StateView[]; zone: string }) {
  const moment = (at: string) => formatTime(at, props.zone, { zone: false })
  return (
    <section class="scroll-x" tabindex="0" aria-label="What both sides say">
      <table class="table compare">
        <caption>{wordsOf(props.entity)}</caption>
        <thead>
          <tr>
            <th>System</th>
            <th>What it says</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.states}>
            {(state) => (
              <tr>
                <td class="strong nowrap">{state.system_name}</td>
                <td>
                  <Masked
                    text={state.values
                      .map((value) => `${value.name.replaceAll('_', ' ')} ${formatValue(value.value)}`)
                      .join(', ')}
                  />
                  <div class="soft">
                    Occurred {moment(state.occurred_at)}, received {moment(state.received_at)}, version{' '}
                    {versionOf(state)}
                  </div>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

/** One record a side, column by column; where they differ it is marked. */
function Pair(props: { states: StateView[]; zone: string }) {
  const names = createMemo(() => [...new Set(props.states.flatMap((s) => s.values.map((v) => v.name)))])
  const differs = (name: string) => {
    // a side that says nothing of a column does not disagree about it
    const stated = props.states.map((state) => valueIn(state, name)).filter((value) => value !== undefined)
    const found = stated.map((value) => formatDecimal(value))
    return found.length > 1 && new Set(found).size > 1
  }
  const sides = createMemo(() => new Set(props.states.map((state) => state.side)).size)
  return (
    <section class="scroll-x" tabindex="0" aria-label="What both sides say">
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
                  {wordsOf(state.entity).toLowerCase()}
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
                      <Masked
                        text={
                          valueIn(state, name) === undefined ? '' : formatValue(valueIn(state, name) ?? '')
                        }
                      />
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
          <Meta label="Version" states={props.states} text={versionOf} />
          <Meta label="Load" states={props.states} text={(s) => s.load} />
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
    </section>
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

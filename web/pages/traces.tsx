import { A, useNavigate, useSearchParams } from '@solidjs/router'
import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { TraceList } from '../../server/api/schemas/traces.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { CellSelect } from '../parts/cell-select.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { RangeCell } from '../parts/range-cell.tsx'
import { Shape } from '../parts/shape.tsx'
import { Empty, Panel } from '../parts/states.tsx'

const SLOW = [
  { value: '', label: 'Any' },
  { value: '1000', label: '≥ 1 s' },
  { value: '10000', label: '≥ 10 s' },
  { value: '60000', label: '≥ 1 min' },
  { value: '600000', label: '≥ 10 min' },
]
const CALLS = [
  { value: '', label: 'All calls' },
  { value: 'errors', label: 'Failed calls' },
  { value: 'throttled', label: 'Throttled calls' },
  { value: 'slow', label: 'Slower than agreed' },
]
type Params = Partial<
  Record<
    'plant' | 'flow' | 'service' | 'key' | 'errors' | 'min_ms' | 'dependency' | 'callee' | 'calls',
    string
  >
>

/** Traces, newest first: find one by plant, flow, service, key, error or slowness. */
export default function TracesPage() {
  useTitle(() => 'Traces')
  const estate = useEstate()
  const navigate = useNavigate()
  const scope = useScope()
  const [params, setParams] = useSearchParams<Params>()
  const text = (name: keyof Params) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const set = (name: keyof Params) => (value: string) => setParams({ [name]: value || null })
  const answer = ask<TraceList>(['spans'], () => ({
    path: '/api/traces',
    query: {
      ...scope.query(),
      compare: '',
      flow: text('flow'),
      service: text('service'),
      key: text('key'),
      errors: text('errors'),
      min_ms: text('min_ms'),
      dependency: text('dependency'),
      callee: text('callee'),
      calls: text('calls'),
    },
  }))
  const [key, setKey] = createSignal(text('key'))
  createEffect(on(() => text('key'), setKey, { defer: true }))
  const [cursor, setCursor] = createSignal(-1)
  const rows = () => dataOf(answer)?.rows ?? []
  const move = (by: number) => {
    setCursor((at) => Math.min(rows().length - 1, Math.max(0, at + by)))
    document.getElementById(`trace-${cursor()}`)?.scrollIntoView({ block: 'nearest' })
  }
  useKeys([
    { key: 'j', label: 'Next trace', run: () => move(1) },
    { key: 'k', label: 'Previous trace', run: () => move(-1) },
    {
      key: 'Enter',
      label: 'Open the trace',
      run: () => rows()[cursor()] && navigate(`/traces/${rows()[cursor()]?.trace_id}`),
    },
    { key: 'e', label: 'Only traces with errors', run: () => set('errors')(text('errors') ? '' : 'true') },
  ])
  const all = (list: { value: string; label: string }[]) => [{ value: '', label: 'All' }, ...list]
  const longest = () => Math.max(1, ...rows().map((row) => row.duration_ms))

  return (
    <>
      <PageBar
        title="Traces"
        asOf={dataOf(answer)?.as_of}
        summary={
          <Show when={dataOf(answer)}>
            <b>{formatNumber(rows().length)}</b> newest,{' '}
            <b>{formatNumber(rows().filter((r) => r.errors > 0).length)}</b> with errors
          </Show>
        }
      />
      <div class="bar wrap filters">
        <CellSelect
          label="Plant"
          value={text('plant')}
          onChange={set('plant')}
          choices={all((estate.view()?.plants ?? []).map((p) => ({ value: p.plant, label: p.name })))}
        />
        <CellSelect
          label="Flow"
          value={text('flow')}
          onChange={set('flow')}
          choices={all((estate.view()?.flows ?? []).map((f) => ({ value: f.flow, label: f.name })))}
        />
        <CellSelect
          label="Service"
          value={text('service')}
          onChange={set('service')}
          choices={all((dataOf(answer)?.services ?? []).map((s) => ({ value: s, label: s })))}
        />
        <CellSelect
          label="Errors"
          value={text('errors')}
          onChange={set('errors')}
          choices={all([{ value: 'true', label: 'With errors' }])}
        />
        <Show
          when={text('dependency') || text('callee')}
          fallback={
            <CellSelect label="Duration" value={text('min_ms')} onChange={set('min_ms')} choices={SLOW} />
          }
        >
          {(called) => (
            <>
              <CellSelect
                label={`Calls to ${called()}`}
                value={text('calls')}
                onChange={set('calls')}
                choices={CALLS}
              />
              <button
                type="button"
                class="cell cell-link"
                onClick={() => setParams({ dependency: null, callee: null, calls: null })}
              >
                <span class="label">Called</span>
                <span class="value">{called()} ×</span>
              </button>
            </>
          )}
        </Show>
        <RangeCell zone={text('plant') ? estate.zoneOf(text('plant')) : viewerZone()} />
        <form
          class="cell text-filter"
          onSubmit={(event) => {
            event.preventDefault()
            set('key')(key().trim())
          }}
        >
          <label class="label" for="trace-key">
            Key or trace id
          </label>
          <input
            id="trace-key"
            class="bare"
            type="text"
            placeholder="SO-…"
            autocomplete="off"
            spellcheck={false}
            value={key()}
            onInput={(event) => setKey(event.currentTarget.value)}
            onChange={() => set('key')(key().trim())}
          />
        </form>
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The traces" rows={16}>
          {(data) => (
            <Show
              when={data().rows.length > 0}
              fallback={
                <Empty title="No trace matches">
                  <p>Take a longer range, or clear a filter. Traces come in at POST /v1/traces.</p>
                  <div class="acts">
                    <A class="btn" href="/traces">
                      Clear all filters
                    </A>
                  </div>
                </Empty>
              }
            >
              <section class="scroll-x" tabindex="0" aria-label="Traces">
                <table class="table traces">
                  <thead>
                    <tr>
                      <th>Started</th>
                      <th>Plant</th>
                      <th>Trace</th>
                      <th>Key</th>
                      <th>Services</th>
                      <th class="r">Spans</th>
                      <th class="r">Errors</th>
                      <th class="wide-col">
                        <span class="sr">Share of the longest</span>
                      </th>
                      <th class="r">Duration</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={data().rows}>
                      {(row, at) => (
                        <tr
                          class="go"
                          id={`trace-${at()}`}
                          classList={{ cursor: cursor() === at() }}
                          onClick={() => navigate(`/traces/${row.trace_id}`)}
                        >
                          <td class="nowrap soft">
                            {formatTime(row.started_at, estate.zoneOf(row.plant), { seconds: true })}
                          </td>
                          <td>{row.plant}</td>
                          <td class="nowrap">
                            <Shape status={row.errors > 0 ? 'breach' : 'ok'} />{' '}
                            <A href={`/traces/${row.trace_id}`}>
                              <b>{row.root || row.trace_id.slice(0, 8)}</b>
                            </A>{' '}
                            <span class="soft">{row.service}</span>
                          </td>
                          <td class="nowrap">{row.key}</td>
                          <td class="cut soft" title={row.services.join(', ')}>
                            {row.services.join(' → ')}
                          </td>
                          <td class="r">{formatNumber(row.spans)}</td>
                          <td class={`r ${row.errors > 0 ? 'strong t-breach' : 'soft'}`}>
                            {formatNumber(row.errors)}
                          </td>
                          <td class="wide-col">
                            <span class="trace-bar">
                              <i style={{ width: `${(row.duration_ms / longest()) * 100}%` }} />
                            </span>
                          </td>
                          <td class="r">{formatDuration(row.duration_ms)}</td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </section>
            </Show>
          )}
        </Panel>
      </main>
    </>
  )
}

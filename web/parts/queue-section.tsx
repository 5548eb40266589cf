import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { Queues } from '../../server/api/schemas/ingest.ts'
import { withQuery } from '../lib/api.ts'
import { formatAge, formatNumber } from '../lib/format.ts'
import { useIngestRange } from '../lib/ingest-range.ts'
import { useMeant } from '../lib/meant.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'

/** How much waits in the queues between the systems, as their brokers measure it. */
export function QueueSection(props: { queues: Queues }) {
  const range = useIngestRange()
  const [all, setAll] = createSignal(false)
  const { show } = useMeant(() => 'queues')
  const isEmpty = (row: Queues['rows'][number]) => row.status === 'ok' && row.value === 0 && row.highest === 0
  const empty = () => props.queues.rows.filter(isEmpty).length
  const shown = () => (all() ? props.queues.rows : props.queues.rows.filter((row) => !isEmpty(row)))
  const waiting = () => props.queues.rows.filter((row) => row.status === 'ok' && row.value > 0).length
  return (
    <Section
      title="Queues"
      sub="how much waits between the systems, as their brokers measure it"
      more={
        <Show when={props.queues.rows.length > 0}>
          <span class="muted">
            something waits in {formatNumber(waiting())} of {formatNumber(props.queues.rows.length)}
          </span>
        </Show>
      }
    >
      <Show
        when={props.queues.rows.length > 0}
        fallback={
          <p class="soft pad">
            No broker measures its queues here yet. Gauges and sums of these names, sent to{' '}
            <code>/v1/metrics</code>, are shown: <span class="mono">{props.queues.metrics.join(', ')}</span>.
          </p>
        }
      >
        <section ref={show} id="queues" class="scroll-x queues" tabindex="0" aria-label="Queues">
          <table class="table">
            <thead>
              <tr>
                <th>Status</th>
                <th>Plant</th>
                <th>System</th>
                <th>Queue</th>
                <th class="r">Waiting</th>
                <th>Course, {range.label()}</th>
                <th class="r">Change, {range.label()}</th>
                <th class="r">Highest, {range.label()}</th>
                <th class="r">Measured</th>
                <th>Measured as</th>
              </tr>
            </thead>
            <tbody>
              <For each={shown()}>{(row) => <Row row={row} />}</For>
            </tbody>
          </table>
        </section>
        <Show when={empty() > 0}>
          <p class="more-rows">
            <button type="button" class="link" aria-expanded={all()} onClick={() => setAll(!all())}>
              {all() ? 'Hide' : 'Show'} {formatNumber(empty())} in which nothing waited, {range.label()}
            </button>
          </p>
        </Show>
      </Show>
    </Section>
  )
}

function Row(props: { row: Queues['rows'][number] }) {
  const row = () => props.row
  return (
    <tr classList={{ 'is-stale': row().status === 'unknown' }}>
      <td class={`nowrap ${row().status === 'unknown' ? 't-unknown' : row().value > 0 ? '' : 'soft'}`}>
        <Shape status={row().status} />{' '}
        {row().status === 'unknown' ? 'Stale' : row().value > 0 ? 'Waiting' : 'Empty'}
      </td>
      <td>{row().plant || '–'}</td>
      <td class="nowrap">{row().system_name || '–'}</td>
      <td class="key">{row().destination || 'not named'}</td>
      <td class="r strong">
        <A href={withQuery('/traces', { plant: row().plant, service: row().system })}>
          {formatNumber(row().value, { max: 1 })}
        </A>
      </td>
      <td>
        <Sparkline series={row().series} status={row().status} />
      </td>
      <td class="r soft">
        {row().change === null ? '–' : formatNumber(row().change ?? 0, { max: 1, signed: true })}
      </td>
      <td class="r soft">{formatNumber(row().highest, { max: 1 })}</td>
      <td class="r soft">{formatAge(row().age_s)} ago</td>
      <td class="soft nowrap">
        <span class="mono">{row().metric}</span>
        <Show when={row().series_count > 1}>, {formatNumber(row().series_count)} series together</Show>
      </td>
    </tr>
  )
}

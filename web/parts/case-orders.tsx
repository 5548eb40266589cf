import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import { now } from '../lib/clock.ts'
import { formatDecimal, formatNumber } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Section } from './section.tsx'

/** The order lines it touches and what was promised of them, as each system has them. */
export function CaseOrders(props: { detail: ExceptionDetail }) {
  const row = () => props.detail.exception
  const isLate = (at: string | null) => at !== null && Date.parse(at) < now()
  return (
    <Section
      title={row().order_no ? 'The order, as each system has it' : 'Orders that need this item'}
      sub={`${formatNumber(props.detail.order_lines)} ${props.detail.order_lines === 1 ? 'line' : 'lines'}`}
      more={
        <Show when={row().order_no}>
          <A href={`/exceptions?q=${encodeURIComponent(row().order_no)}&sleeping=all`}>
            All cases of {row().order_no} →
          </A>
        </Show>
      }
    >
      <Show
        when={props.detail.orders.length > 0}
        fallback={<p class="soft pad">No open order line is known that it touches.</p>}
      >
        <section class="scroll-x" tabindex="0" aria-label="Order lines">
          <table class="table orders">
            <thead>
              <tr>
                <th>Order, line</th>
                <th>System</th>
                <th>Item</th>
                <th class="r">Quantity</th>
                <th>Status</th>
                <th>Promised</th>
                <th>For</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.detail.orders}>
                {(line) => (
                  <tr>
                    <td class="key">
                      {line.order_no}, {line.line_no}
                    </td>
                    <td class="nowrap">{line.system_name}</td>
                    <td class="nowrap">{line.item}</td>
                    <td class="r">
                      {formatDecimal(line.quantity)} {line.unit}
                    </td>
                    <td class="nowrap">{line.status}</td>
                    <td
                      class="nowrap"
                      classList={{ 't-breach': isLate(line.due_at) && line.status === 'open' }}
                    >
                      <Show when={line.due_at} fallback={<span class="muted">not said</span>}>
                        {(at) => (
                          <>
                            {formatTime(at(), props.detail.time_zone)}
                            {isLate(at()) && line.status === 'open' ? ', past' : ''}
                          </>
                        )}
                      </Show>
                    </td>
                    <td class="nowrap soft">{line.partner}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
        <Show when={props.detail.order_lines > props.detail.orders.length}>
          <p class="soft pad">
            The first {formatNumber(props.detail.orders.length)} by promise are shown of{' '}
            {formatNumber(props.detail.order_lines)}.
          </p>
        </Show>
      </Show>
    </Section>
  )
}

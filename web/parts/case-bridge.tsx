import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Bridge } from '../../server/api/schemas/bridge.ts'
import { formatDecimal, formatValue } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Section } from './section.tsx'

/** From what one side has to what the other has, movement by movement; what is left over is the variance nobody explains. */
export function CaseBridge(props: {
  bridge: Bridge
  unit: string
  leftName: string
  rightName: string
  zone: string
}) {
  const words = () => ({
    in_flight: 'In flight, within the grace',
    not_posted_left: `Not posted by ${props.leftName}`,
    not_posted_right: `Not posted by ${props.rightName}`,
    posted_differently: 'Posted differently',
  })
  return (
    <Section
      class="case-bridge"
      title="Bridge"
      sub={`from ${props.leftName} to ${props.rightName}${props.unit ? `, ${props.unit}` : ''}`}
    >
      <section class="scroll-x" tabindex="0" aria-label="Bridge">
        <table class="table">
          <tbody>
            <tr class="strong">
              <td>{props.leftName} has</td>
              <td class="r">{formatValue(props.bridge.left)}</td>
            </tr>
            <For each={props.bridge.lines}>
              {(line) => (
                <tr>
                  <td>
                    <b class="key">{line.ref}</b> <span class="soft">{words()[line.kind]}</span>
                    <For each={line.documents}>
                      {(document) => (
                        <span class="soft nowrap">
                          {'; '}
                          {document.system_name} {formatTime(document.at, props.zone)}{' '}
                          <Show when={document.trace_id}>
                            <A href={`/traces/${document.trace_id}`}>trace</A>
                          </Show>
                        </span>
                      )}
                    </For>
                    <For each={line.queued}>
                      {(message) => (
                        <span class="t-watch">
                          {'; '}held in quarantine from {message.system_name}:{' '}
                          <A href={`/quarantine/${encodeURIComponent(message.id)}`}>{message.reason}</A>
                        </span>
                      )}
                    </For>
                  </td>
                  <td class="r">{formatDecimal(line.quantity, { signed: true })}</td>
                </tr>
              )}
            </For>
            <tr>
              <td class={props.bridge.unexplained === '0' ? 'soft' : 't-breach strong'}>
                {props.bridge.unexplained === '0'
                  ? 'Nothing is left unexplained'
                  : 'Explained by no movement'}
              </td>
              <td class="r strong">{formatDecimal(props.bridge.unexplained, { signed: true })}</td>
            </tr>
            <tr class="total">
              <td>{props.rightName} has</td>
              <td class="r">{formatValue(props.bridge.right)}</td>
            </tr>
          </tbody>
        </table>
      </section>
    </Section>
  )
}

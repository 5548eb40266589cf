import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Bridge } from '../../server/api/schemas/bridge.ts'
import { formatDecimal, formatValue, wordsOf } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Section } from './section.tsx'

type Line = Bridge['lines'][number]

/** What documents say they are, where the code alone says too little. */
const DOCUMENT_WORDS: Record<string, string> = {
  transfer_out: 'issued',
  transfer_in: 'received',
  transfer_loss: 'reported lost on the way',
  outbound: 'shipped',
  inbound: 'received',
  return: 'returned',
}

/**
 * From what one side has to what the other has, document by document, and by stock type or period where those are
 * counted apart; what is left over is the variance nobody explains.
 */
export function CaseBridge(props: {
  bridges: Bridge[]
  unit: string
  leftName: string
  rightName: string
  zone: string
}) {
  return (
    <Section
      class="case-bridge"
      title="Bridge"
      sub={`from ${props.leftName} to ${props.rightName}${props.unit ? `, ${props.unit}` : ''}`}
    >
      <section class="scroll-x" tabindex="0" aria-label="Bridge">
        <table class="table">
          <For each={props.bridges}>
            {(bridge) => (
              <tbody>
                <tr class="strong">
                  <td>
                    {props.leftName} has
                    <Part part={bridge.part} />
                  </td>
                  <td class="r">{formatValue(bridge.left)}</td>
                </tr>
                <For each={bridge.lines}>
                  {(line) => (
                    <BridgeLine
                      line={line}
                      leftName={props.leftName}
                      rightName={props.rightName}
                      zone={props.zone}
                    />
                  )}
                </For>
                <tr>
                  <td class={bridge.unexplained === '0' ? 'soft' : 't-breach strong'}>
                    {bridge.unexplained === '0' ? 'Nothing is left unexplained' : 'Explained by no document'}
                  </td>
                  <td class="r strong">{formatDecimal(bridge.unexplained, { signed: true })}</td>
                </tr>
                <tr class="total">
                  <td>
                    {props.rightName} has
                    <Part part={bridge.part} />
                  </td>
                  <td class="r">{formatValue(bridge.right)}</td>
                </tr>
              </tbody>
            )}
          </For>
        </table>
      </section>
    </Section>
  )
}

const Part = (props: { part: string }) => (
  <Show when={props.part}>
    {' '}
    <span class="soft nowrap">{/^\d{4}-\d{2}$/.test(props.part) ? props.part : wordsOf(props.part)}</span>
  </Show>
)

function BridgeLine(props: { line: Line; leftName: string; rightName: string; zone: string }) {
  const words = () => ({
    in_flight: 'In flight, within the grace',
    not_posted_left: `Not posted by ${props.leftName}`,
    not_posted_right: `Not posted by ${props.rightName}`,
    posted_differently: 'Posted differently',
  })
  return (
    <tr>
      <td>
        <b class="key">{props.line.ref}</b> <span class="soft">{words()[props.line.kind]}</span>
        <For each={props.line.documents}>{(document) => <Document of={document} zone={props.zone} />}</For>
        <For each={props.line.queued}>
          {(message) => (
            <span class="t-watch">
              {'; '}held in quarantine from {message.system_name}:{' '}
              <A href={`/quarantine/${encodeURIComponent(message.id)}`}>{message.reason}</A>
            </span>
          )}
        </For>
      </td>
      <td class="r">{formatDecimal(props.line.quantity, { signed: true })}</td>
    </tr>
  )
}

/** One document: whose it is, what it says, and when. */
function Document(props: { of: Line['documents'][number]; zone: string }) {
  const said = () =>
    props.of.says
      ? ` ${DOCUMENT_WORDS[props.of.says] ?? props.of.says} ${formatDecimal(props.of.quantity)}`
      : ''
  return (
    <span class="soft">
      {'; '}
      <span class="nowrap">
        {props.of.system_name} {props.of.number}
        {said()}
      </span>{' '}
      <span class="nowrap">
        {formatTime(props.of.at, props.zone)}{' '}
        <Show when={props.of.trace_id}>
          <A href={`/traces/${props.of.trace_id}`}>trace</A>
        </Show>
      </span>
    </span>
  )
}

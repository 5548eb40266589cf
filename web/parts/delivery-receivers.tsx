import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { ReceiverList } from '../../server/api/schemas/deliveries.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { now } from '../lib/clock.ts'
import { deliveriesHref, RECEIVER_STATES, receiverKind } from '../lib/deliveries.ts'
import { formatAge, formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { announceChange } from '../lib/stream.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Empty } from './states.tsx'

type Receiver = ReceiverList['rows'][number]

/** Who is told, how each stands, and what can be done about it. */
export function DeliveryReceivers(props: { list: ReceiverList; onTest: (open: string) => void }) {
  const [said, setSaid] = createSignal('')
  const dayAgo = () => new Date(Date.parse(props.list.as_of) - 24 * 3_600_000).toISOString()
  return (
    <Section
      title="Receivers"
      sub="as the estate names them; each has a line of its own, in order"
      more={
        <span class="muted" role="status">
          {said()}
        </span>
      }
    >
      <Show
        when={props.list.rows.length > 0}
        fallback={
          <Empty title="The estate names no receiver">
            <p class="soft">
              Alerts are shown here and told to nobody until the estate names one under <code>receivers</code>
              .
            </p>
          </Empty>
        }
      >
        <section class="scroll-x" tabindex="0" aria-label="Receivers">
          <table class="table stack">
            <thead>
              <tr>
                <th>State</th>
                <th>Receiver</th>
                <th>Kind</th>
                <th>Reached at</th>
                <th class="r">Waiting</th>
                <th class="r">Delivered, 24 h</th>
                <th class="r">Given up, 24 h</th>
                <th class="r">Last delivered</th>
                <th>Detail</th>
                <th>
                  <span class="sr">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              <For each={props.list.rows}>
                {(row) => <Row row={row} dayAgo={dayAgo()} onTest={props.onTest} onSaid={setSaid} />}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
    </Section>
  )
}

function Row(props: {
  row: Receiver
  dayAgo: string
  onTest: (open: string) => void
  onSaid: (text: string) => void
}) {
  const row = () => props.row
  const state = () => RECEIVER_STATES[row().state]
  const [busy, setBusy] = createSignal(false)
  const act = async (work: () => Promise<string>) => {
    setBusy(true)
    props.onSaid('')
    try {
      props.onSaid(await work())
      announceChange(['alerts'])
    } catch (error) {
      props.onSaid(error instanceof RequestError ? `Not done: ${error.message}` : 'Not done')
    } finally {
      setBusy(false)
    }
  }
  const test = () =>
    act(async () => {
      const { receiver, sequence } = await postJson<{ receiver: string; sequence: string }>(
        `/api/receivers/${row().receiver}/test`,
      )
      props.onTest(`${receiver}/${sequence}`)
      return row().state === 'disabled'
        ? `The test for ${receiver} waits: it is disabled`
        : `A test is on its way to ${receiver}`
    })
  const enable = () =>
    act(async () => {
      await postJson(`/api/receivers/${row().receiver}/enable`)
      return `${row().receiver} is called again`
    })
  const detail = () =>
    [
      row().reason,
      row().next_at && `next try ${formatTime(row().next_at ?? '', viewerZone(), { seconds: true })}`,
      row().keys === 2 && 'signed with two keys',
      !row().send_resolved && 'not told when it is over',
      row().allow_private && 'private addresses allowed',
    ]
      .filter(Boolean)
      .join('; ')
  return (
    <tr>
      <td class={`nowrap t-${state().status}`}>
        <Shape status={state().status} /> {state().word}
        <Show when={row().since}>{(at) => <> for {formatAge(ageSeconds(at(), now()))}</>}</Show>
      </td>
      <td class="key">{row().receiver}</td>
      <td class="nowrap">{receiverKind(row().kind)}</td>
      <td class="soft">{row().target}</td>
      <td class="r" data-label="Waiting">
        <Count
          value={row().waiting}
          href={deliveriesHref({ receiver: row().receiver, outcome: 'open' })}
          what={`wait for ${row().receiver}`}
        />
      </td>
      <td class="r" data-label="Delivered, 24 h">
        <Count
          value={row().delivered_24h}
          href={deliveriesHref({ receiver: row().receiver, outcome: 'delivered', from: props.dayAgo })}
          what={`delivered to ${row().receiver} in 24 h`}
        />
      </td>
      <td class="r" data-label="Given up, 24 h">
        <Count
          value={row().given_up_24h}
          href={deliveriesHref({ receiver: row().receiver, outcome: 'given_up', from: props.dayAgo })}
          what={`given up for ${row().receiver} in 24 h`}
          isBad
        />
      </td>
      <td class="r soft" data-label="Last">
        <Show when={row().last_delivered_at} fallback="never">
          {(at) => <>{formatAge(ageSeconds(at(), now()))} ago</>}
        </Show>
      </td>
      <td class="cut soft" title={detail()}>
        {detail()}
      </td>
      <td class="row-acts">
        <Show when={may('respond')}>
          <Show when={row().state === 'disabled'}>
            <button type="button" class="btn small" disabled={busy()} onClick={() => void enable()}>
              Enable
              <span class="sr"> {row().receiver}</span>
            </button>
          </Show>
          <button type="button" class="btn small" disabled={busy()} onClick={() => void test()}>
            Send a test
            <span class="sr"> to {row().receiver}</span>
          </button>
        </Show>
      </td>
    </tr>
  )
}

/** A number that leads to what it counts. */
function Count(props: { value: number; href: string; what: string; isBad?: boolean }) {
  return (
    <Show when={props.value > 0} fallback={<span class="soft">0</span>}>
      <A
        class={props.isBad ? 'strong t-breach' : 'strong'}
        href={props.href}
        noScroll
        aria-label={`${formatNumber(props.value)} ${props.what}`}
      >
        {formatNumber(props.value)}
      </A>
    </Show>
  )
}

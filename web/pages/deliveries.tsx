import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { Status } from '../../server/api/schemas/common.ts'
import type { ReceiverList } from '../../server/api/schemas/deliveries.ts'
import { OUTCOMES, useDeliveryChoice } from '../lib/deliveries.ts'
import { formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useTitle } from '../lib/title.ts'
import { CellSelect } from '../parts/cell-select.tsx'
import { DeliveryLog } from '../parts/delivery-log.tsx'
import { DeliveryReceivers } from '../parts/delivery-receivers.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

/** Did those hear of it who had to? Each receiver, and every attempt to tell it. */
export default function DeliveriesPage() {
  useTitle(() => 'Deliveries')
  const choice = useDeliveryChoice()
  const answer = ask<ReceiverList>(
    ['alerts'],
    () => ({ path: '/api/receivers' }),
    () => ({ every: 15_000 }),
  )
  return (
    <>
      <PageBar title="Deliveries" asOf={dataOf(answer)?.as_of}>
        <CellSelect
          label="Receiver"
          value={choice.receiver()}
          onChange={choice.setReceiver}
          choices={[
            { value: '', label: 'All' },
            ...(dataOf(answer)?.rows ?? []).map(({ receiver }) => ({ value: receiver, label: receiver })),
          ]}
        />
        <CellSelect
          label="Outcome"
          value={choice.outcome()}
          onChange={choice.setOutcome}
          choices={OUTCOMES}
        />
      </PageBar>
      <main id="main" tabindex="-1">
        <Show when={dataOf(answer)}>{(list) => <Headline list={list()} />}</Show>
        <Panel answer={answer} what="The receivers" rows={4}>
          {(data) => <DeliveryReceivers list={data()} onTest={choice.setOpen} />}
        </Panel>
        <DeliveryLog />
      </main>
    </>
  )
}

/** Whether everybody hears what is to be told. */
function Headline(props: { list: ReceiverList }) {
  const count = (state: ReceiverList['rows'][number]['state']) =>
    props.list.rows.filter((row) => row.state === state).length
  const waiting = () => props.list.rows.reduce((sum, row) => sum + row.waiting, 0)
  const lost = () => props.list.rows.reduce((sum, row) => sum + row.given_up_24h, 0)
  const deaf = () => count('disabled') + count('retrying')
  const status = (): Status =>
    count('disabled') > 0 || lost() > 0
      ? 'breach'
      : props.list.rows.length === 0
        ? 'unknown'
        : deaf() > 0
          ? 'watch'
          : 'ok'
  const lead = () => {
    const { length } = props.list.rows
    if (length === 0) return 'Nobody is told of alerts.'
    if (deaf() === 0)
      return length === 1 ? 'The one receiver hears.' : `All ${formatNumber(length)} receivers hear.`
    return `${formatNumber(deaf())} of ${formatNumber(length)} ${length === 1 ? 'receiver' : 'receivers'} ${deaf() === 1 ? 'does' : 'do'} not hear.`
  }
  const rest = () =>
    [
      props.list.rows.length === 0 && 'The estate names no receiver.',
      count('disabled') > 0 && `${formatNumber(count('disabled'))} disabled until a person enables it.`,
      count('retrying') > 0 && `${formatNumber(count('retrying'))} being retried.`,
      waiting() > 0 &&
        `${formatNumber(waiting())} ${waiting() === 1 ? 'notification waits' : 'notifications wait'}.`,
      lost() > 0 && `${formatNumber(lost())} given up in the last day.`,
      props.list.rows.length > 0 && waiting() === 0 && lost() === 0 && 'Nothing waits.',
    ]
      .filter(Boolean)
      .join(' ')
  return (
    <div class="sentence">
      <Shape status={status()} />
      <p class="text">
        <b>{lead()}</b>
        {rest()}
      </p>
      <A class="aside link" href="/alerts">
        What fires now
      </A>
    </div>
  )
}

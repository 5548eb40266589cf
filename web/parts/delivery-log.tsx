import { createEffect, For, on, Show } from 'solid-js'
import type { DeliveryList, DeliveryRow } from '../../server/api/schemas/deliveries.ts'
import { now } from '../lib/clock.ts'
import {
  DELIVERY_PAGE,
  deliveriesHref,
  OUTCOME_WORDS,
  TOLD_WORDS,
  useDeliveryChoice,
} from '../lib/deliveries.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { DeliveryAttempts } from './delivery-attempts.tsx'
import { Pager } from './pager.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Panel } from './states.tsx'

const keyOf = (row: DeliveryRow) => `${row.receiver}/${row.sequence}`

/** What receivers were told, newest first; beside it every attempt at the one that is open. */
export function DeliveryLog() {
  const choice = useDeliveryChoice()
  const answer = ask<DeliveryList>(
    ['alerts'],
    () => ({
      path: '/api/deliveries',
      query: {
        receiver: choice.receiver(),
        outcome: choice.outcome(),
        from: choice.from(),
        limit: DELIVERY_PAGE,
        offset: choice.offset(),
      },
    }),
    () => ({ every: 30_000 }),
  )
  const rows = () => dataOf(answer)?.rows ?? []
  const move = (by: number) => {
    const at = rows().findIndex((row) => keyOf(row) === choice.open())
    const row = rows()[Math.max(0, Math.min(rows().length - 1, at + by))]
    if (row) choice.setOpen(keyOf(row))
  }
  useKeys([
    { key: 'j', label: 'Next delivery', run: () => move(1) },
    { key: 'k', label: 'Previous delivery', run: () => move(-1) },
    { key: 'Escape', label: 'Show all deliveries', show: 'Esc', run: () => choice.clear() },
  ])
  let box: HTMLDivElement | undefined
  createEffect(
    on(
      () => [choice.receiver(), choice.outcome(), choice.from()].join(' '),
      (which) => which.trim() !== '' && box?.scrollIntoView({ block: 'nearest' }),
    ),
  )
  return (
    <div id="log" ref={box}>
      <Section
        title="Log"
        sub="one line for each thing told; a month back"
        more={
          <>
            <Show when={choice.from()}>
              {(from) => <span class="muted">since {formatTime(from(), viewerZone())}</span>}
            </Show>
            <Show when={dataOf(answer)}>
              {(data) => <span class="muted">{formatNumber(data().total)} in all</span>}
            </Show>
            <Show when={choice.isNarrow()}>
              <button type="button" class="link" onClick={() => choice.clear()}>
                Show all <kbd>Esc</kbd>
              </button>
            </Show>
          </>
        }
      >
        <Panel answer={answer} what="The log" rows={8}>
          {(data) => (
            <Show
              when={data().rows.length > 0 || choice.open()}
              fallback={
                <p class="soft pad">
                  {choice.isNarrow() ? 'No delivery is like that.' : 'Nobody was told anything yet.'}
                </p>
              }
            >
              <div class="cols delivery-cols">
                <div>
                  <LogTable rows={data().rows} />
                  <Pager
                    offset={choice.offset()}
                    shown={data().rows.length}
                    page={DELIVERY_PAGE}
                    total={data().total}
                    onMove={choice.setOffset}
                  />
                </div>
                <Show
                  when={choice.open()}
                  fallback={<p class="soft pad">Choose a delivery to see every attempt at it.</p>}
                >
                  <DeliveryAttempts open={choice.open()} />
                </Show>
              </div>
            </Show>
          )}
        </Panel>
      </Section>
    </div>
  )
}

function LogTable(props: { rows: DeliveryRow[] }) {
  return (
    <section class="scroll-x" tabindex="0" aria-label="Deliveries">
      <table class="table stack">
        <thead>
          <tr>
            <th>Outcome</th>
            <th>Written</th>
            <th>Receiver</th>
            <th>Told</th>
            <th>What</th>
            <th class="r">Tries</th>
            <th class="r">Answer</th>
            <th class="r">Next try</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>{(row) => <LogRow row={row} />}</For>
        </tbody>
      </table>
    </section>
  )
}

function LogRow(props: { row: DeliveryRow }) {
  const choice = useDeliveryChoice()
  const estate = useEstate()
  const row = () => props.row
  const outcome = () => OUTCOME_WORDS[row().outcome]
  const isOpen = () => choice.open() === keyOf(row())
  const next = () => {
    const at = row().next_at
    if (!at) return '–'
    const left = -ageSeconds(at, now())
    return left > 0 ? `in ${formatAge(left)}` : 'now'
  }
  const href = () =>
    deliveriesHref({
      receiver: choice.receiver(),
      outcome: choice.outcome(),
      from: choice.from(),
      open: keyOf(row()),
    })
  return (
    <tr class="go" classList={{ chosen: isOpen() }} onClick={() => choice.setOpen(keyOf(row()))}>
      <td class={`nowrap t-${outcome().status}`}>
        <Shape status={outcome().status} /> {outcome().word}
      </td>
      <td class="nowrap">
        <a
          href={href()}
          aria-current={isOpen() ? 'true' : undefined}
          onClick={(event) => {
            event.preventDefault()
            choice.setOpen(keyOf(row()))
          }}
        >
          {formatTime(row().created_at, estate.zoneOf(row().plant || undefined), { seconds: true })}
        </a>
      </td>
      <td class="key">{row().receiver}</td>
      <td class="nowrap soft">
        {TOLD_WORDS[row().status]}
        {row().is_test ? ', a test' : ''}
      </td>
      <td class="cut" title={row().title}>
        {row().title}
        <Show when={row().alerts > 1}>
          <span class="soft">, and {formatNumber(row().alerts - 1)} more</span>
        </Show>
      </td>
      <td class="r" data-label="Tries">
        {formatNumber(row().attempts)}
      </td>
      <td class="r soft" data-label="Answer">
        {row().status_code || '–'}
      </td>
      <td class="r soft nowrap" data-label="Next try">
        {next()}
      </td>
    </tr>
  )
}

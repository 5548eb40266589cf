import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatDecimal, formatMoney, formatNumber } from '../lib/format.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { type Head, ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

const keyHref = (key: string) => `/keys/${encodeURIComponent(key)}`

/** Stock that cannot be, and lots of which only one side knows: each defined in words beside its number. */
export function PlantRisks(props: { plant: PlantView }) {
  const risk = () => props.plant.risk
  const of = () => risk().of
  const scope = useScope()
  /** stock belongs to no flow */
  const ofAll = () => (scope.flow() ? '; of all flows' : '')
  const time = (iso: string) => formatTime(iso, props.plant.time_zone, { now: now() })
  return (
    <Show when={of()}>
      {(sides) => (
        <>
          <Section
            title="Negative stock"
            sub={`positions below zero as they stand now, in either system: something was posted out that was never posted in${ofAll()}`}
            more={<Count total={risk().negative_total} noun="position" />}
          >
            <Dearest
              rows={risk().negative}
              total={risk().negative_total}
              empty="No position is below zero."
              label="Negative stock"
              head={['System', 'Item', 'Location', { r: 'Quantity' }, { r: 'Value' }, { r: 'Since' }]}
            >
              {(row) => (
                <tr>
                  <td class="nowrap">{row.system_name}</td>
                  <td class="nowrap">
                    <A class="key" href={keyHref(row.item)}>
                      {row.item}
                    </A>
                    &ensp;<span class="soft">{row.item_name}</span>
                  </td>
                  <td class="nowrap">
                    {[row.location, row.batch, row.stock_type].filter(Boolean).join(' / ')}
                  </td>
                  <td class="r strong">
                    {formatDecimal(row.quantity)} {row.unit}
                  </td>
                  <td class="r">{formatMoney(row.amount, props.plant.currency)}</td>
                  <td class="r">{time(row.since)}</td>
                </tr>
              )}
            </Dearest>
          </Section>
          <Section
            title="Lot gaps"
            sub={`lots that ${sides().left} or ${sides().right} has and the other does not know or knows as nothing, untouched for ${formatAge(sides().grace_s)}; all locations together${ofAll()}`}
            more={
              <Show
                when={risk().unknown_because}
                fallback={
                  <Count total={risk().gaps_total} noun={`of ${formatNumber(risk().lots)} lots`} plain />
                }
              >
                <span class="t-unknown">
                  <Shape status="unknown" /> not judged: {risk().unknown_because}
                </span>
              </Show>
            }
          >
            <Dearest
              rows={risk().unknown_because ? [] : risk().gaps}
              total={risk().gaps_total}
              empty={
                risk().unknown_because
                  ? 'A side that is silent cannot be compared.'
                  : risk().lots === 0
                    ? 'No stock here is kept by lot.'
                    : 'Both sides have the same lots.'
              }
              label="Lot gaps"
              head={[
                'Lot',
                'Item',
                { r: sides().left },
                { r: sides().right },
                { r: 'Value' },
                { r: 'Since' },
              ]}
            >
              {(row) => (
                <tr>
                  <td class="key">{row.batch}</td>
                  <td class="nowrap">
                    <A class="key" href={keyHref(row.item)}>
                      {row.item}
                    </A>
                    &ensp;<span class="soft">{row.item_name}</span>
                  </td>
                  <td class="r">{formatDecimal(row.left_quantity)}</td>
                  <td class="r">{formatDecimal(row.right_quantity)}</td>
                  <td class="r strong">{formatMoney(row.amount, props.plant.currency)}</td>
                  <td class="r">{time(row.since)}</td>
                </tr>
              )}
            </Dearest>
          </Section>
        </>
      )}
    </Show>
  )
}

function Count(props: { total: number; noun: string; plain?: boolean }) {
  return (
    <span class={props.total > 0 ? 't-breach' : 't-ok'}>
      <Shape status={props.total > 0 ? 'breach' : 'ok'} /> {formatNumber(props.total)} {props.noun}
      {!props.plain && props.total !== 1 ? 's' : ''}
    </span>
  )
}

/** The dearest of them, and of how many. */
function Dearest<Row>(props: {
  rows: Row[]
  total: number
  empty: string
  label: string
  head: Head[]
  children: (row: Row) => JSX.Element
}) {
  return (
    <>
      <ListTable
        label={props.label}
        head={props.head}
        rows={props.rows}
        empty={<p class="soft plant-none">{props.empty}</p>}
      >
        {(row) => props.children(row)}
      </ListTable>
      <Show when={props.rows.length > 0 && props.total > props.rows.length}>
        <p class="muted">
          The {formatNumber(props.rows.length)} dearest of {formatNumber(props.total)}.
        </p>
      </Show>
    </>
  )
}

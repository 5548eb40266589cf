import { useNavigate } from '@solidjs/router'
import { Show } from 'solid-js'
import type { Overview } from '../../server/api/schemas/overview.ts'
import { formatDecimal, formatMoney, formatNumber } from '../lib/format.ts'
import { useScope } from '../lib/scope.ts'
import { CAUSE_HEAD, CauseCell } from './cause-cell.tsx'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'

/** What differs most now, in all plants or in one, and the way to the rest. */
export function LargestVariances(props: { overview: Overview; plant?: string }) {
  const scope = useScope()
  const of = () => props.overview.variances_of
  return (
    <Section
      title="Largest variances"
      sub={of() ? `${of()?.title}, ${of()?.right} minus ${of()?.left}` : ''}
      more={
        <a href={scope.hrefOf('/exceptions', { check: of()?.check, plant: props.plant })}>
          All {formatNumber(props.overview.variances_total)} open →
        </a>
      }
    >
      <Show
        when={props.overview.variances.length > 0}
        fallback={
          <p class="soft">
            No open variance{props.overview.matrix.counts.unknown > 0 ? ' in what could be compared' : ''}.
          </p>
        }
      >
        <Variances overview={props.overview} />
      </Show>
    </Section>
  )
}

/** The largest open variances of one check, both sides beside each other. */
function Variances(props: { overview: Overview }) {
  const navigate = useNavigate()
  return (
    <ListTable
      label="Largest variances"
      head={[
        'Plant',
        'Item',
        { r: props.overview.variances_of?.left ?? '' },
        { r: props.overview.variances_of?.right ?? '' },
        { r: 'Difference' },
        { r: 'Value' },
        CAUSE_HEAD,
        'Exception',
      ]}
      rows={props.overview.variances}
    >
      {(row) => (
        <tr class="go" onClick={() => navigate(`/exceptions/${row.number}`)}>
          <td>{row.plant}</td>
          <td class="nowrap">
            <b>{row.item}</b>&ensp;<span class="soft">{row.item_name}</span>
          </td>
          <td class="r">{formatDecimal(row.left_value)}</td>
          <td class="r">{formatDecimal(row.right_value)}</td>
          <td class="r strong">{formatDecimal(row.difference, { signed: true })}</td>
          <td class="r strong">{formatMoney(row.amount, row.currency)}</td>
          <CauseCell of={row} />
          <td class="nowrap">
            <a href={`/exceptions/${row.number}`}>EX-{row.number}</a>
          </td>
        </tr>
      )}
    </ListTable>
  )
}

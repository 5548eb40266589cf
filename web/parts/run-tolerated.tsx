import { Show } from 'solid-js'
import type { RunDetail } from '../../server/api/schemas/runs.ts'
import { formatDecimal, formatMoney, formatNumber } from '../lib/format.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'

/** What tolerance let pass: small differences that lean to one side add up to a leak. */
export function RunTolerated(props: { detail: RunDetail }) {
  const run = () => props.detail.run
  return (
    <Show when={run().tolerated > 0}>
      <Section
        title="Within tolerance"
        sub={`${formatNumber(run().tolerated)} keys, ${formatMoney(run().tolerated_amount, run().currency)} in all, ${formatMoney(run().tolerated_net, run().currency)} when more and less are set off`}
        more={
          <Show when={run().kind === 'incremental'}>
            <span class="muted">of the keys this run looked at</span>
          </Show>
        }
      >
        <Show when={props.detail.tolerated.length > 0}>
          <ListTable
            label="Within tolerance"
            head={['Key', 'Item', { r: 'Difference' }, 'Unit', { r: 'Value' }]}
            rows={props.detail.tolerated}
          >
            {(row) => (
              <tr>
                <td class="key">{row.key}</td>
                <td class="nowrap">{row.item}</td>
                <td class="r">
                  {row.difference === null ? '–' : formatDecimal(row.difference, { signed: true })}
                </td>
                <td>{row.unit}</td>
                <td class="r">{formatMoney(row.amount, run().currency)}</td>
              </tr>
            )}
          </ListTable>
        </Show>
      </Section>
    </Show>
  )
}

import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import { now } from '../lib/clock.ts'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

type Check = PlantView['plant_checks'][number]

const statusOf = ({ run, cases }: Check) => (run?.outcome !== 'ok' ? 'unknown' : cases > 0 ? 'watch' : 'ok')

/** Every check with its last run in this plant, and what is open of it. */
export function PlantChecks(props: { plant: PlantView }) {
  const scope = useScope(() => props.plant.plant)
  return (
    <Section
      title="Checks"
      sub="with their last run here"
      more={<A href={scope.hrefOf('/reconciliation', { plant: '' })}>All plants →</A>}
    >
      <ListTable
        label="Checks"
        head={[
          'Check',
          'Last run',
          'Outcome',
          { r: 'Compared' },
          { r: 'Differ' },
          { r: 'Open' },
          { r: `Value, ${props.plant.currency}` },
        ]}
        rows={props.plant.plant_checks}
      >
        {(check) => (
          <tr>
            <td class="nowrap">
              <Shape status={statusOf(check)} />{' '}
              <A class="strong" href={scope.hrefOf(`/checks/${check.check}`)}>
                {check.title}
              </A>
            </td>
            <td class="nowrap">
              <Show when={check.run} fallback={<span class="muted">never</span>}>
                {(run) => (
                  <A href={scope.hrefOf(`/runs/${run().run}`)}>
                    {formatTime(run().started_at, props.plant.time_zone, { now: now() })}
                  </A>
                )}
              </Show>
            </td>
            <td class="nowrap" title={check.run?.reason}>
              {check.run?.outcome ?? '–'}
            </td>
            <td class="r">{check.run ? formatNumber(check.run.compared) : '–'}</td>
            <td class="r">{check.run ? formatNumber(check.run.variances) : '–'}</td>
            <td class="r">
              <A href={scope.hrefOf('/exceptions', { check: check.check })}>{formatNumber(check.cases)}</A>
            </td>
            <td class="r strong">{formatMoney(check.amount, props.plant.currency)}</td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

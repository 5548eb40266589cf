import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { Finding, Quality } from '../../server/api/schemas/quality.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber } from '../lib/format.ts'
import { formatRate, useQualityChoice } from '../lib/quality.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Shape } from './shape.tsx'

const MEASURE_WORDS: Record<Finding['measure'], string> = {
  volume: 'Volume',
  quarantined: 'Refused',
  deviating: 'Deviating',
  repeated: 'Repeated',
  latency: 'Latency, p95',
  late: 'Late',
  incomplete: 'Not arrived when due',
}
/** The rate whose messages a finding is about; volume and latency are about all that came. */
const BEHIND_OF = {
  volume: { list: 'received' },
  quarantined: { measure: 'conformity' },
  deviating: { measure: 'conformity' },
  repeated: { measure: 'duplication' },
  latency: { list: 'received' },
  late: { measure: 'timeliness' },
  incomplete: { measure: 'completeness' },
} as const

function valueText(kind: Finding['kind'], value: number): string {
  if (kind === 'duration_ms') return formatDuration(value)
  return kind === 'percent' ? formatRate(value) : formatNumber(value)
}

/** Hours far from the same hour of the past: what came, what was expected, since when and until when. */
export function QualityFindings(props: { quality: Quality }) {
  const estate = useEstate()
  const choice = useQualityChoice()
  const judged = () => props.quality.judged
  return (
    <>
      <p class="soft pad">
        <Show
          when={judged().last_hour}
          fallback="No hour has been compared with its past yet: an hour is judged once every source of its plant is complete."
        >
          {(hour) => (
            <>
              Judged up to the hour from {formatTime(hour(), viewerZone(), { day: true })};{' '}
              {formatNumber(judged().comparable)} of its {formatNumber(judged().places)} places have a past to
              compare with (three weeks, or five days of the same kind).
            </>
          )}
        </Show>
      </p>
      <ListTable
        label="Anomalies"
        head={[
          'State',
          'What',
          'Plant',
          'Stage',
          'Partner',
          'Hour it began',
          { r: 'Came' },
          { r: 'Expected' },
          { r: 'Spread' },
          { r: 'Times the spread' },
          'Compared with',
          'Behind it',
        ]}
        rows={props.quality.findings}
        empty={<p class="soft pad">No anomaly: no place was far from what is usual for the hour.</p>}
      >
        {(row) => (
          <tr>
            <td class={`nowrap ${row.ended_at ? 'soft' : 't-watch'}`}>
              <Shape status={row.ended_at ? 'ok' : 'watch'} />{' '}
              {row.ended_at ? `Over since ${formatTime(row.ended_at, estate.zoneOf(row.plant))}` : 'Open'}
            </td>
            <td class="strong nowrap" title={row.title}>
              {MEASURE_WORDS[row.measure]}
            </td>
            <td class="nowrap">{estate.plantName(row.plant)}</td>
            <td class="nowrap">{row.stage_name}</td>
            <td class="nowrap soft">{row.partner || 'all'}</td>
            <td class="nowrap">{formatTime(row.hour, estate.zoneOf(row.plant), { day: true })}</td>
            <td class="r strong">{valueText(row.kind, row.value)}</td>
            <td class="r">{valueText(row.kind, row.expected)}</td>
            <td class="r soft">±{valueText(row.kind, row.spread)}</td>
            <td class="r">{formatNumber(row.score, { max: 1, signed: true })}</td>
            <td class="soft nowrap">{row.basis}</td>
            <td class="nowrap">
              <A
                href={choice.hrefOf({
                  ...BEHIND_OF[row.measure],
                  path: row.flow,
                  stage: row.stage,
                  site: row.plant,
                  partner: row.partner,
                  // keys are listed by the hour in which they left, and found in the one in which they were due
                  hour: row.measure === 'incomplete' ? '' : row.hour,
                })}
              >
                Messages
              </A>
            </td>
          </tr>
        )}
      </ListTable>
    </>
  )
}

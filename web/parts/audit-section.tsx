import { For, Show } from 'solid-js'
import type { Audits } from '../../server/api/schemas/ingest.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatDecimal, formatNumber } from '../lib/format.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** Whether the sums that long ranges are read from say what the exact tables hold. */
export function AuditSection(props: { audits: Audits }) {
  return (
    <Section
      title="Sums audited"
      sub="sums that long ranges are read from, against the tables they were summed from, hour by hour"
      more={
        <Show when={props.audits.audited_at}>
          {(at) => <span class="muted">{formatAge(ageSeconds(at(), now()))} ago</span>}
        </Show>
      }
    >
      <For each={props.audits.sums}>
        {(sum) => (
          <>
            <p class={`audit-line t-${sum.status}`}>
              <Shape status={sum.status} />
              <span>
                <b>
                  {sum.title}:{' '}
                  {sum.hours === 0
                    ? 'nothing to compare yet'
                    : sum.drifted.length === 0
                      ? 'exact'
                      : `differ in ${formatNumber(sum.drifted.length)} of ${formatNumber(sum.hours)} hours`}
                </b>
                <Show when={sum.hours > 0}>
                  <span class="soft">
                    {' '}
                    {formatDecimal(sum.rolled_up)} calls summed, {formatDecimal(sum.exact)} spans counted in{' '}
                    {formatNumber(sum.hours)} hours
                  </span>
                </Show>
              </span>
            </p>
            <Show when={sum.drifted.length > 0}>
              <section class="scroll-x" tabindex="0" aria-label="Hours that differ">
                <table class="table audit-table">
                  <thead>
                    <tr>
                      <th>Hour from</th>
                      <th class="r">Drift</th>
                      <th class="r">Summed</th>
                      <th class="r">Counted</th>
                      <th>Compared</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={sum.drifted}>
                      {(row) => (
                        <tr>
                          <td class="nowrap">{formatTime(row.hour, viewerZone())}</td>
                          <td class="r strong t-watch">{formatDecimal(row.drift, { signed: true })}</td>
                          <td class="r">{formatDecimal(row.rolled_up)}</td>
                          <td class="r">{formatDecimal(row.exact)}</td>
                          <td class="soft nowrap">{formatTime(row.audited_at, viewerZone())}</td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </section>
            </Show>
          </>
        )}
      </For>
    </Section>
  )
}

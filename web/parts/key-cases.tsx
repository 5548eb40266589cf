import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { KeyStory } from '../../server/api/schemas/keys.ts'
import { now } from '../lib/clock.ts'
import { formatDecimal, formatMoney, formatNumber, formatValue } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Masked } from './masked.tsx'
import { Section } from './section.tsx'
import { SEVERITY_WORDS, SeverityShape } from './shape.tsx'

/** Where the systems disagree about the key, or did: both sides, the difference, and whose case it is. */
export function KeyCases(props: { story: KeyStory }) {
  const time = (iso: string) => formatTime(iso, props.story.time_zone, { now: now() })
  return (
    <Section
      title="Variances and cases"
      sub="of the key, its order and its item; open ones first"
      more={
        <A href={`/exceptions?state=all&q=${encodeURIComponent(props.story.key)}`}>
          All {formatNumber(props.story.cases_total)} →
        </A>
      }
    >
      <Show
        when={props.story.cases.length > 0}
        fallback={<p class="soft pad">No check has found a variance.</p>}
      >
        <section class="scroll-x" tabindex="0" aria-label="Variances and cases">
          <table class="table">
            <thead>
              <tr>
                <th>Case</th>
                <th>Difference</th>
                <th>Key</th>
                <th class="r">Left</th>
                <th class="r">Right</th>
                <th class="r">Differs by</th>
                <th class="r">Value, {props.story.currency}</th>
                <th>Since</th>
                <th>Owner</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.story.cases}>
                {(one) => (
                  <tr classList={{ soft: one.state !== 'open' }}>
                    <td class="nowrap">
                      <SeverityShape severity={one.severity} />{' '}
                      <span class="sr">{SEVERITY_WORDS[one.severity]}</span>
                      <A href={`/exceptions/${one.number}`}>EX-{one.number}</A>
                    </td>
                    <td class="cut" title={`${one.check_title}: ${one.class_title}`}>
                      {one.class_title}
                    </td>
                    <td class="nowrap">{one.key}</td>
                    <td class="r">{formatValue(one.left_value)}</td>
                    <td class="r">{formatValue(one.right_value)}</td>
                    <td class="r strong">
                      {one.difference === null
                        ? '–'
                        : `${formatDecimal(one.difference, { signed: true })} ${one.unit}`}
                    </td>
                    <td class="r strong">{formatMoney(one.amount_reporting, props.story.currency)}</td>
                    <td class="nowrap">
                      {time(one.since)}
                      <Show when={one.closed_at}>
                        {(at) => <span class="muted">, closed {time(at())}</span>}
                      </Show>
                    </td>
                    <td class="nowrap soft">
                      <Masked text={one.owner} />
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
    </Section>
  )
}

import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { KeyStory } from '../../server/api/schemas/keys.ts'
import { now } from '../lib/clock.ts'
import { formatDecimal, formatMoney, formatNumber, formatValue } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
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
      <ListTable
        label="Variances and cases"
        head={[
          'Case',
          'Difference',
          'Key',
          { r: 'Left' },
          { r: 'Right' },
          { r: 'Differs by' },
          { r: `Value, ${props.story.currency}` },
          'Since',
          'Owner',
        ]}
        rows={props.story.cases}
        empty={<p class="soft pad">No check has found a variance.</p>}
      >
        {(one) => (
          <tr classList={{ soft: one.state !== 'open' }}>
            <td class="nowrap">
              <SeverityShape severity={one.severity} /> <span class="sr">{SEVERITY_WORDS[one.severity]}</span>
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
            <td class="r strong">{formatMoney(one.amount, one.currency)}</td>
            <td class="nowrap">
              {time(one.since)}
              <Show when={one.closed_at}>{(at) => <span class="muted">, closed {time(at())}</span>}</Show>
            </td>
            <td class="nowrap soft">
              <Masked text={one.owner} />
            </td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

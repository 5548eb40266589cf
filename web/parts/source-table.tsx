import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { SourceList } from '../../server/api/schemas/sources.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatNumber } from '../lib/format.ts'
import { useMeant } from '../lib/meant.ts'
import { quarantineHref } from '../lib/quarantine.ts'
import { ageSeconds, formatTime } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape, STATUS_WORDS } from './shape.tsx'
import { Empty } from './states.tsx'

type Source = SourceList['sources'][number]

/** Each source in each plant: up to when it is complete, how long ago that is, and what it sent. */
export function SourceTable(props: { list: SourceList }) {
  return (
    <Section title="Freshness" sub="a source is stale when its watermark is older than its limit">
      <Show when={props.list.sources.length > 0} fallback={<Empty title="Nothing has come in yet" />}>
        <ListTable
          label="Sources"
          head={[
            'Status',
            'Source',
            'System',
            'Plant',
            'Kind',
            'Complete until',
            { r: 'Lag' },
            { r: 'Limit' },
            { r: 'Last received' },
            { r: 'Rows, 24 h' },
            { r: 'Refused, 24 h' },
            'Detail',
          ]}
          rows={props.list.sources}
        >
          {(source) => <Row source={source} asOf={props.list.as_of} />}
        </ListTable>
      </Show>
    </Section>
  )
}

function Row(props: { source: Source; asOf: string }) {
  const estate = useEstate()
  const source = () => props.source
  const name = () => `source-${source().system}-${source().plant}`
  const { isMeant, show } = useMeant(name)
  const zone = () => estate.zoneOf(source().plant || undefined)
  const dayAgo = () => new Date(Date.parse(props.asOf) - 24 * 3_600_000).toISOString()
  return (
    <tr ref={show} id={name()} classList={{ 'is-stale': source().status === 'unknown', chosen: isMeant() }}>
      <td class={`nowrap t-${source().status}`}>
        <Shape status={source().status} /> {STATUS_WORDS[source().status]}
      </td>
      <td class="key">{source().source}</td>
      <td class="nowrap">{source().system_name}</td>
      <td>{source().plant || 'all'}</td>
      <td class="soft">{source().kind}</td>
      <td class="nowrap">
        <Show
          when={source().held_to}
          fallback={
            <Show when={source().watermark} fallback="–">
              {(at) => formatTime(at(), zone(), { seconds: true })}
            </Show>
          }
        >
          {(at) => (
            <>
              <b>Catching up</b>, delivered up to {formatTime(at(), zone(), { seconds: true })}
            </>
          )}
        </Show>
      </td>
      <td class="r strong">{source().lag_s === null ? '–' : formatAge(source().lag_s ?? 0)}</td>
      <td class="r soft">{formatAge(source().stale_after_s)}</td>
      <td class="r soft">
        <Show when={source().last_received_at} fallback="never">
          {(at) => <>{formatAge(ageSeconds(at(), now()))} ago</>}
        </Show>
      </td>
      <td class="r">{formatNumber(source().rows_24h)}</td>
      <td class="r">
        <Show when={source().rejected_24h > 0} fallback={<span class="soft">0</span>}>
          <A
            class="strong t-breach"
            href={quarantineHref({ source: source().source, site: source().plant, from: dayAgo() })}
          >
            {formatNumber(source().rejected_24h)}
          </A>
        </Show>
      </td>
      <td class="cut soft" title={source().held_because || source().detail}>
        {source().held_because || source().detail}
      </td>
    </tr>
  )
}

import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { QuarantineReasons } from '../../server/api/schemas/sources.ts'
import { now } from '../lib/clock.ts'
import { codeWords, kindWords } from '../lib/codes.ts'
import { formatAge, formatNumber } from '../lib/format.ts'
import { quarantineHref, useQuarantineChoice } from '../lib/quarantine.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ageSeconds } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { QuarantineMessages } from './quarantine-messages.tsx'
import { Section } from './section.tsx'
import { Panel } from './states.tsx'

/** What was refused: why, how often, and the messages themselves. */
export function QuarantineSection() {
  const reasons = ask<QuarantineReasons>(['sources', 'events'], () => ({ path: '/api/quarantine/reasons' }))
  return (
    <div id="quarantine">
      <Section
        title="Quarantine"
        sub="messages that broke their contract: kept whole, with the reason"
        more={
          <Show when={dataOf(reasons)}>
            {(data) => (
              <>
                <span class="muted">{formatNumber(data().total)} in all</span>
                <A href="/quarantine">Correct and send again →</A>
                <A href="/replays">Replays →</A>
              </>
            )}
          </Show>
        }
      >
        <Panel answer={reasons} what="The quarantine" rows={4}>
          {(data) => (
            <Show
              when={data().rows.length > 0}
              fallback={<p class="soft pad">Nothing was refused: every message kept its contract.</p>}
            >
              <div class="cols quarantine-cols">
                <Reasons rows={data().rows} />
                <QuarantineMessages />
              </div>
            </Show>
          )}
        </Panel>
      </Section>
    </div>
  )
}

/** Counts by the rule that was broken; each leads to its messages. */
function Reasons(props: { rows: QuarantineReasons['rows'] }) {
  const choice = useQuarantineChoice()
  const isChosen = (row: QuarantineReasons['rows'][number]) =>
    choice.code() === row.code && choice.kind() === row.kind && choice.source() === (row.source || '-')
  return (
    <ListTable
      label="Reasons"
      head={['Reason', { r: 'Messages' }, 'What', 'Source', 'Plants', { r: 'Newest' }]}
      rows={props.rows}
    >
      {(row) => (
        <tr classList={{ chosen: isChosen(row) }}>
          <td>
            <b>{codeWords(row.code)}</b>
            <Show when={codeWords(row.code) !== row.code && row.code !== '-'}>
              {' '}
              <code class="muted">{row.code}</code>
            </Show>
          </td>
          <td class="r">
            <A
              class="strong"
              href={quarantineHref({ code: row.code, kind: row.kind, source: row.source || '-' })}
              noScroll
              aria-current={isChosen(row) ? 'true' : undefined}
              aria-label={`${formatNumber(row.messages)} messages: ${codeWords(row.code)}, ${kindWords(row.kind)} of ${row.source || 'no known source'}`}
            >
              {formatNumber(row.messages)}
            </A>
          </td>
          <td class="nowrap soft">{kindWords(row.kind)}</td>
          <td class="nowrap">{row.source || 'not known'}</td>
          <td class="soft">{row.plants.map((plant) => plant || 'none').join(', ')}</td>
          <td class="r soft">{formatAge(ageSeconds(row.newest_at, now()))} ago</td>
        </tr>
      )}
    </ListTable>
  )
}

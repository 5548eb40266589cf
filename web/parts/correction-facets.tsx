import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { WorkList } from '../../server/api/schemas/quarantine-work.ts'
import { codeWords } from '../lib/codes.ts'
import { formatNumber } from '../lib/format.ts'
import { useWorkChoice, workHref } from '../lib/quarantine-work.ts'

/** How many messages wait, by the rule they broke or by their contract; each leads to its messages. */
export function CorrectionFacet(props: { by: 'code' | 'type'; title: string; rows: WorkList['by_code'] }) {
  const choice = useWorkChoice()
  const words = (value: string) =>
    props.by === 'code' ? codeWords(value) : value === '-' ? 'No event' : value
  const isChosen = (value: string) => choice[props.by]() === value
  const href = (value: string) =>
    workHref({
      state: choice.state(),
      code: choice.code(),
      type: choice.type(),
      site: choice.site(),
      [props.by]: isChosen(value) ? '' : value,
    })
  return (
    <section class="scroll-x" tabindex="0" aria-label="By rule and contract">
      <table class="table">
        <thead>
          <tr>
            <th>{props.title}</th>
            <th class="r">Open</th>
            <th class="r">Sent</th>
            <th class="r">Accepted</th>
            <th class="r">Discarded</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <tr classList={{ chosen: isChosen(row.value) }}>
                <td class="wide">
                  <A href={href(row.value)} noScroll aria-current={isChosen(row.value) ? 'true' : undefined}>
                    {words(row.value)}
                  </A>
                  <Show when={props.by === 'code' && row.value !== '-'}>
                    {' '}
                    <code class="muted">{row.value}</code>
                  </Show>
                </td>
                <td class="r strong">{formatNumber(row.open)}</td>
                <td class="r">{formatNumber(row.waiting)}</td>
                <td class="r">{formatNumber(row.accepted)}</td>
                <td class="r">{formatNumber(row.discarded)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

import { A } from '@solidjs/router'
import { For } from 'solid-js'
import type { Quality } from '../../server/api/schemas/quality.ts'
import { withQuery } from '../lib/api.ts'
import { keepNumbers } from '../lib/format.ts'
import { formatRate } from '../lib/quality.ts'
import { ask } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { Section } from './section.tsx'
import { Shape, statusWord } from './shape.tsx'
import { Panel } from './states.tsx'

/** The five rates of data quality here; each leads to the messages behind it. */
export function PlantQuality(props: { plant: string }) {
  const scope = useScope()
  const query = () => ({ ...scope.query(), compare: '', plant: props.plant, flow: scope.flow() })
  const answer = ask<Quality>(
    ['events', 'runs'],
    () => ({ path: '/api/quality', query: query() }),
    () => ({ every: 60_000 }),
  )
  return (
    <Section title="Data quality" more={<A href={withQuery('/quality', query())}>By stage →</A>}>
      <Panel answer={answer} what="Data quality" rows={5}>
        {(quality) => (
          <section class="scroll-x" tabindex="0" aria-label="Data quality">
            <table class="table">
              <tbody>
                <For each={quality().measures}>
                  {(one) => (
                    <tr>
                      <td class="nowrap">
                        <Shape status={one.status} />{' '}
                        <span class="sr">{statusWord(one.status, one.rate !== null)}</span>
                        <A href={withQuery('/quality', { ...query(), measure: one.measure })}>{one.label}</A>
                      </td>
                      <td class="r strong">{one.rate === null ? '–' : formatRate(one.rate)}</td>
                      <td class="r muted">
                        {one.lower_is_better ? '≤' : '≥'} {one.limit} %
                      </td>
                      <td class="r soft plant-detail">{keepNumbers(one.detail)}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </section>
        )}
      </Panel>
    </Section>
  )
}

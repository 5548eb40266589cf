import { For, Match, Show, Switch } from 'solid-js'
import type { ExceptionList, ExceptionStanding } from '../../server/api/schemas/exceptions.ts'
import { type ExceptionFilters, FACET_LABELS, type Facet, OTHER_LABELS } from '../lib/exception-filters.ts'
import { formatNumber } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Empty } from './states.tsx'

/** No rows, and what that means: all well, filtered away, or not known. */
export default function NoExceptions(props: {
  list: ExceptionList
  standing: ExceptionStanding
  filters: ExceptionFilters
}) {
  const facetOf = (name: string) => (name in FACET_LABELS ? (name as Facet) : undefined)
  /** how many cases there would be without this filter; the facet counts them, the other filters kept */
  const without = (facet: Facet) =>
    (props.list.facets[facet] ?? []).reduce((sum, entry) => sum + entry.cases, 0)
  const label = (facet: Facet) => {
    const value = props.filters.text(facet)
    return props.list.facets[facet]?.find((entry) => entry.value === value)?.label ?? value
  }
  return (
    <Switch>
      <Match when={props.filters.active().length > 0}>
        <Empty
          title={`0 of ${formatNumber(props.standing.open)} ${props.filters.state() === 'open' ? 'open ' : ''}exceptions match`}
        >
          <p>Removing one filter would show:</p>
          <div class="acts">
            <For each={props.filters.active()}>
              {(name) => (
                <button type="button" class="btn" onClick={() => props.filters.set(name, '')}>
                  <Show
                    when={facetOf(name)}
                    fallback={
                      <>
                        {OTHER_LABELS[name as keyof typeof OTHER_LABELS]} <b>{props.filters.text(name)}</b> ×
                      </>
                    }
                  >
                    {(facet) => (
                      <>
                        {FACET_LABELS[facet()]} <b>{label(facet())}</b> ×{' '}
                        <span class="muted">{formatNumber(without(facet()))}</span>
                      </>
                    )}
                  </Show>
                </button>
              )}
            </For>
          </div>
          <button type="button" class="link" onClick={() => props.filters.clear()}>
            Clear all filters
          </button>
        </Empty>
      </Match>
      <Match when={props.filters.state() !== 'open'}>
        <Empty title="No case has been closed yet" />
      </Match>
      <Match when={props.standing.incomplete.length > 0 || !props.standing.last_run_at}>
        <Empty
          title={props.standing.last_run_at ? 'No open exceptions in what answered' : 'No check has run yet'}
        >
          <p>
            {props.standing.last_run_at
              ? 'This is not all: the checks named above did not complete, so nothing can be said of what they compare.'
              : 'Exceptions open when the first runs have compared both sides.'}
          </p>
        </Empty>
      </Match>
      <Match when={true}>
        <Empty bob title="Plumb. No open exceptions.">
          <p>Every check completed, last at {formatTime(props.standing.last_run_at ?? '', viewerZone())}.</p>
        </Empty>
      </Match>
    </Switch>
  )
}

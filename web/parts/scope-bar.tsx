import { type JSX, Show } from 'solid-js'
import { useEstate } from '../lib/estate.tsx'
import { useScope } from '../lib/scope.ts'
import { viewerZone } from '../lib/time.ts'
import { AsOf } from './as-of.tsx'
import { CellSelect } from './cell-select.tsx'
import { CompareCell, previousOf } from './compare-cell.tsx'
import { RangeCell } from './range-cell.tsx'

/** What a page looks at: plant, range, and as of when. Further cells of a page stand before or after. */
export function ScopeBar(props: {
  asOf: string | undefined
  from?: string
  before?: JSX.Element
  currency?: string
  /** a way on, before as of when */
  after?: JSX.Element
  /** nothing on the page is compared with the range before */
  isAlone?: boolean
  /** it is compared with the range before, and with no other */
  isFixed?: boolean
}) {
  const estate = useEstate()
  const scope = useScope()
  const plants = () => [
    { value: '', label: `All ${estate.view()?.plants.length ?? ''}` },
    ...(estate.view()?.plants ?? []).map((p) => ({ value: p.plant, label: p.name, note: p.plant })),
  ]
  const zone = () => (scope.plant() ? estate.zoneOf(scope.plant()) : viewerZone())
  return (
    <div class="bar">
      {props.before}
      <CellSelect label="Plant" choices={plants()} value={scope.plant()} onChange={scope.setPlant} />
      <RangeCell zone={zone()} from={props.from} />
      <Show when={!props.isAlone}>
        <Show
          when={!props.isFixed}
          fallback={
            <div class="cell desk-only">
              <span class="label">Compared with</span>
              <span class="value">{previousOf(scope)}</span>
            </div>
          }
        >
          <CompareCell />
        </Show>
      </Show>
      <Show when={props.currency}>
        <div class="cell desk-only">
          <span class="label">Currency</span>
          <span class="value">{props.currency}</span>
        </div>
      </Show>
      {props.after}
      <AsOf at={props.asOf} zone={zone()} />
    </div>
  )
}

import { type JSX, Show } from 'solid-js'
import { useEstate } from '../lib/estate.tsx'
import { useScope } from '../lib/scope.ts'
import { viewerZone } from '../lib/time.ts'
import { AsOf } from './as-of.tsx'
import { CompareCell, previousOf } from './compare-cell.tsx'
import { CurrencyCell } from './currency-cell.tsx'
import { FlowCell } from './flow-cell.tsx'
import { PlantCell } from './plant-cell.tsx'
import { RangeCell } from './range-cell.tsx'

/**
 * What a page looks at: plant, flow, range, currency, and as of when; flow and currency where the page can honour them.
 * Further cells of a page stand before or after.
 */
export function ScopeBar(props: {
  asOf: string | undefined
  from?: string
  before?: JSX.Element
  /** every number of the page can be of one flow */
  hasFlow?: boolean
  /** amounts of the page can be in the plant's currency */
  hasMoney?: boolean
  /** a way on, before as of when */
  after?: JSX.Element
  /** nothing on the page is compared with the range before */
  isAlone?: boolean
  /** it is compared with the range before, and with no other */
  isFixed?: boolean
}) {
  const estate = useEstate()
  const scope = useScope()
  const zone = () => (scope.plant() ? estate.zoneOf(scope.plant()) : viewerZone())
  return (
    <div class="bar">
      {props.before}
      <PlantCell />
      <Show when={props.hasFlow}>
        <FlowCell />
      </Show>
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
      <Show when={props.hasMoney}>
        <CurrencyCell plant={scope.plant()} />
      </Show>
      {props.after}
      <AsOf at={props.asOf} zone={zone()} />
    </div>
  )
}

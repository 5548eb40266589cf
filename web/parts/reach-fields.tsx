import { For, Show } from 'solid-js'
import type { TokenRow } from '../../server/api/schemas/access.ts'
import { reachWords } from '../lib/access.ts'
import { useEstate } from '../lib/estate.tsx'

/** What is ticked: some plants, some flows; all of them where nothing is. */
export type Ticked = { plants: string[]; flows: string[] }
export const everywhere: Ticked = { plants: [], flows: [] }

/** As the API takes it; undefined for everything. */
export const toReach = ({ plants, flows }: Ticked): TokenRow['reach'] | undefined =>
  plants.length === 0 && flows.length === 0
    ? undefined
    : [{ ...(plants.length > 0 && { plants }), ...(flows.length > 0 && { flows }) }]

/** Of which plants and flows: folded away, since most are of all. */
export function ReachFields(props: { ticked: Ticked; onChange: (to: Ticked) => void }) {
  const estate = useEstate()
  return (
    <details class="reach">
      <summary>
        <span class="label">Of which plants and flows</span>
        {reachWords(toReach(props.ticked) ?? [{}], estate)}
      </summary>
      <Ticks
        legend="Plants; all where none is ticked"
        choices={(estate.view()?.plants ?? []).map(({ plant, name }) => ({ value: plant, label: name }))}
        ticked={props.ticked.plants}
        onChange={(plants) => props.onChange({ ...props.ticked, plants })}
      />
      <Ticks
        legend="Flows; all where none is ticked"
        choices={(estate.view()?.flows ?? []).map(({ flow, name }) => ({ value: flow, label: name }))}
        ticked={props.ticked.flows}
        onChange={(flows) => props.onChange({ ...props.ticked, flows })}
      />
    </details>
  )
}

/** Some of a list, ticked. */
export function Ticks(props: {
  legend: string
  choices: { value: string; label: string; note?: string }[]
  ticked: string[]
  onChange: (to: string[]) => void
}) {
  return (
    <fieldset class="ticks">
      <legend class="label">{props.legend}</legend>
      <For each={props.choices}>
        {(choice) => (
          <label class="check">
            <input
              type="checkbox"
              checked={props.ticked.includes(choice.value)}
              onChange={(event) =>
                props.onChange(
                  event.currentTarget.checked
                    ? [...props.ticked, choice.value]
                    : props.ticked.filter((each) => each !== choice.value),
                )
              }
            />
            <span>
              {choice.label}
              <Show when={choice.note}>
                <span class="muted"> {choice.note}</span>
              </Show>
            </span>
          </label>
        )}
      </For>
    </fieldset>
  )
}

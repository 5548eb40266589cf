import { Show } from 'solid-js'
import { useEstate } from '../lib/estate.tsx'
import { useScope } from '../lib/scope.ts'
import { CellSelect } from './cell-select.tsx'

/** Which flow the page speaks of; nothing where the estate has none. */
export function FlowCell() {
  const estate = useEstate()
  const scope = useScope()
  const flows = () => estate.view()?.flows ?? []
  return (
    <Show when={flows().length > 0 || scope.flow()}>
      <CellSelect
        label="Flow"
        choices={[
          { value: '', label: 'All' },
          ...flows().map(({ flow, name }) => ({ value: flow, label: name })),
        ]}
        value={scope.flow()}
        onChange={scope.setFlow}
      />
    </Show>
  )
}

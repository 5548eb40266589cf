import { useEstate } from '../lib/estate.tsx'
import { useScope } from '../lib/scope.ts'
import { CellSelect } from './cell-select.tsx'

/** Which plant the page speaks of, or all. */
export function PlantCell() {
  const estate = useEstate()
  const scope = useScope()
  const plants = () => estate.view()?.plants ?? []
  return (
    <CellSelect
      label="Plant"
      choices={[
        { value: '', label: `All ${estate.view() ? plants().length : ''}` },
        ...plants().map(({ plant, name }) => ({ value: plant, label: name, note: plant })),
      ]}
      value={scope.plant()}
      onChange={scope.setPlant}
    />
  )
}

import { useEstate } from '../lib/estate.tsx'
import { useScope } from '../lib/scope.ts'
import { formatDate } from '../lib/time.ts'
import { CellSelect } from './cell-select.tsx'

/**
 * In what currency amounts are: the estate's, or that of each plant. Of several plants sums stay in the estate's.
 * @param plant the one the page speaks of; '' where of several
 */
export function CurrencyCell(props: { plant: string }) {
  const estate = useEstate()
  const scope = useScope()
  const reporting = () => estate.view()?.currency ?? ''
  const plants = () => estate.view()?.plants ?? []
  const only = () =>
    plants().find(({ plant }) => plant === props.plant) ?? (plants().length === 1 ? plants()[0] : undefined)
  const note = () => {
    const day = estate.view()?.rates_of
    return [
      scope.currency() === 'plant' && !only() ? `sums in ${reporting()}` : '',
      day ? `rates of the day, last ${formatDate(day)}` : '',
    ]
      .filter(Boolean)
      .join(', ')
  }
  return (
    <CellSelect
      label="Currency"
      choices={[
        { value: '', label: reporting(), note: 'of the estate' },
        {
          value: 'plant',
          label: only()?.currency ?? 'Each plant’s own',
          note: only() ? `of ${only()?.name}` : '',
        },
      ]}
      value={scope.currency()}
      onChange={scope.setCurrency}
      after={<span class="muted">{note()}</span>}
    />
  )
}

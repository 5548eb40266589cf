import { useMoney } from '../lib/money.ts'
import { useScope } from '../lib/scope.ts'
import { CellSelect } from './cell-select.tsx'

/**
 * In what currency amounts are: the estate's, or that of each plant. Of several plants sums stay in the estate's.
 * @param plant the one the page speaks of; '' where of several
 */
export function CurrencyCell(props: { plant: string }) {
  const scope = useScope()
  const money = useMoney(() => props.plant)
  const own = () => {
    const only = money.only()
    return only ? { label: only.currency, note: `of ${only.name}` } : { label: 'Each plant’s own' }
  }
  return (
    <CellSelect
      label="Currency"
      choices={[
        { value: '', label: money.reporting(), note: 'of the estate' },
        { value: 'plant', ...own() },
      ]}
      value={scope.currency()}
      onChange={scope.setCurrency}
      after={<span class="muted rates">{money.note()}</span>}
    />
  )
}

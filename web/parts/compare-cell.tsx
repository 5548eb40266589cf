import { type Compare, RANGES, useScope } from '../lib/scope.ts'
import { CellSelect } from './cell-select.tsx'

/** With what the range of a page is compared. */
export function CompareCell() {
  const scope = useScope()
  return (
    <CellSelect
      label="Compared with"
      choices={[
        { value: 'previous', label: previousOf(scope) },
        { value: 'week', label: 'Same hours last week' },
      ]}
      value={scope.compare()}
      onChange={(value) => scope.setCompare(value as Compare)}
    />
  )
}

/** The range before, in words. */
export const previousOf = (scope: Pick<ReturnType<typeof useScope>, 'from' | 'hours'>): string =>
  scope.from() ? 'The time before' : (RANGES.find((r) => r.hours === scope.hours())?.previous ?? '')

import { useSearchParams } from '@solidjs/router'
import { RANGES } from './scope.ts'

/** How far back a page on what comes in looks: an hour unless the address says more, for what waits now is what counts. */
export function useIngestRange() {
  const [params, setParams] = useSearchParams<{ hours?: string }>()
  const range = () => RANGES.find((one) => String(one.hours) === params.hours) ?? RANGES[0]
  const hours = () => range()?.hours ?? 1
  return {
    hours,
    /** as it stands behind the head of a column */
    label: () => range()?.label.replace('Last ', '') ?? '',
    choices: RANGES.map((one) => ({ value: String(one.hours), label: one.label })),
    setHours: (value: number) => setParams({ hours: value === 1 ? null : value }, { scroll: false }),
  }
}

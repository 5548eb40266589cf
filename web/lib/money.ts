import { useEstate } from './estate.tsx'
import { useScope } from './scope.ts'
import { formatDate } from './time.ts'

/**
 * In what currency a page says its amounts.
 * @param of the plant it speaks of; '' where of several
 */
export function useMoney(of: () => string) {
  const estate = useEstate()
  const scope = useScope()
  const plants = () => estate.view()?.plants ?? []
  const reporting = () => estate.view()?.currency ?? ''
  const only = () =>
    plants().find(({ plant }) => plant === of()) ?? (plants().length === 1 ? plants()[0] : undefined)
  const isOwn = () => scope.currency() === 'plant'
  return {
    reporting,
    only,
    /** what is of one plant is in that plant's own */
    isOwn,
    /** what sums are in: of several plants the estate's */
    sums: () => (isOwn() && only()?.currency) || reporting(),
    /** what sums are in where that is another, and by which rates all of it is */
    note: () => {
      const day = estate.view()?.rates_of
      return [
        isOwn() && !only() ? `sums in ${reporting()}` : '',
        day ? `rates of the day, newest of ${formatDate(day)}` : '',
      ]
        .filter(Boolean)
        .join(', ')
    },
  }
}

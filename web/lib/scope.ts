import { useSearchParams } from '@solidjs/router'

export const RANGES: { hours: number; label: string; previous: string }[] = [
  { hours: 1, label: 'Last 1 h', previous: 'Previous 1 h' },
  { hours: 8, label: 'Last 8 h', previous: 'Previous 8 h' },
  { hours: 24, label: 'Last 24 h', previous: 'Previous 24 h' },
  { hours: 168, label: 'Last 7 d', previous: 'Previous 7 d' },
]

/** The plant and the range a page looks at; both live in the address. */
export function useScope() {
  const [params, setParams] = useSearchParams<{ plant?: string; hours?: string }>()
  const plant = () => (typeof params.plant === 'string' ? params.plant : '')
  const hours = () => RANGES.find((r) => String(r.hours) === params.hours)?.hours ?? 24
  return {
    plant,
    hours,
    setPlant: (value: string) => setParams({ plant: value || null }),
    setHours: (value: number) => setParams({ hours: value === 24 ? null : value }),
    query: () => ({ plant: plant(), hours: hours() }),
  }
}

import { createSignal, Show } from 'solid-js'
import { later } from '../lib/later.tsx'
import { RANGES, useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { CellSelect } from './cell-select.tsx'

/** The range that was given by its ends, and the way to give one. */
const OWN = 'own'
const OTHER = 'other'
const RangeDialog = later(() => import('./range-dialog.tsx'))

/** The range of a page: until now, or between two moments of one's own choice. */
export function RangeCell(props: { zone: string; from?: string | undefined }) {
  const scope = useScope()
  const [open, setOpen] = createSignal(false)
  const ends = (from: string) =>
    [from, scope.to()]
      .map((at) => (at ? formatTime(at, props.zone, { day: true, zone: false }) : 'now'))
      .join(' – ')
  return (
    <>
      <CellSelect
        label="Range"
        choices={[
          ...RANGES.map((r) => ({ value: String(r.hours), label: r.label })),
          ...(scope.from() ? [{ value: OWN, label: ends(scope.from()) }] : []),
          { value: OTHER, label: 'From … to …' },
        ]}
        value={scope.from() ? OWN : String(scope.hours())}
        onChange={(value) => {
          if (value === OTHER) setOpen(true)
          else if (value !== OWN) scope.setHours(Number(value))
        }}
        after={
          <Show when={!scope.from() && props.from}>
            {(from) => (
              <span class="muted desk-only">from {formatTime(from(), props.zone, { day: true })}</span>
            )}
          </Show>
        }
      />
      <RangeDialog open={open()} zone={props.zone} onClose={() => setOpen(false)} />
    </>
  )
}

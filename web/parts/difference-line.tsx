import { Show } from 'solid-js'
import { formatDecimal, formatPercent } from '../lib/format.ts'

/** The difference as a dimension line: both sides on a scale, the gap between slashes. */
export function DifferenceLine(props: {
  left: string
  right: string
  leftName: string
  rightName: string
  difference: string
}) {
  // places on a line only; what is written stays exact
  const left = () => Number(props.left)
  const right = () => Number(props.right)
  const usable = () =>
    props.left !== '' && props.right !== '' && Number.isFinite(left()) && Number.isFinite(right())
  const leftFirst = () => left() <= right()
  const share = () => (left() === 0 ? null : ((right() - left()) / Math.abs(left())) * 100)
  return (
    <Show when={usable() && left() !== right()}>
      <div
        class="dim-line"
        role="img"
        aria-label={`Difference ${formatDecimal(props.difference, { signed: true })}`}
      >
        <span class="end">{leftFirst() ? props.leftName : props.rightName}</span>
        <i />
        <b class="num">
          {formatDecimal(props.difference, { signed: true })}
          <Show when={share() !== null && Math.abs(share() ?? 0) < 1000}>
            , {formatPercent(share() ?? 0)}
          </Show>
        </b>
        <i />
        <span class="end">{leftFirst() ? props.rightName : props.leftName}</span>
      </div>
    </Show>
  )
}

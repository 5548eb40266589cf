import type { JSX } from 'solid-js'
import { later } from '../lib/later.tsx'
import { Chevron } from './shape.tsx'

export interface Choice {
  value: string
  label: string
  /** at the right of the option, e.g. how many cases it would show */
  note?: string
}

export type CellSelectProps = {
  label: string
  choices: Choice[]
  value: string
  onChange: (value: string) => void
  after?: JSX.Element
}

export const chosenOf = (props: CellSelectProps) =>
  props.choices.find((choice) => choice.value === props.value) ?? props.choices[0]

/** A choice in a ruled cell: label over value. It can be used once the page's first rows are drawn; it looks so before. */
export const CellSelect = later<CellSelectProps>(
  () => import('./cell-choices.tsx'),
  (props) => (
    <div class="cell">
      <span class="label">{props.label}</span>
      <span class="value">
        <span>{chosenOf(props)?.label}</span>
        {props.after}
        <Chevron />
      </span>
    </div>
  ),
)

import { Select } from '@kobalte/core/select'
import { type JSX, Show } from 'solid-js'
import { isIdle } from '../lib/idle.ts'
import { Chevron } from './shape.tsx'

export interface Choice {
  value: string
  label: string
  /** at the right of the option, e.g. how many cases it would show */
  note?: string
}

type CellSelectProps = {
  label: string
  choices: Choice[]
  value: string
  onChange: (value: string) => void
  after?: JSX.Element
}

const chosenOf = (props: CellSelectProps) =>
  props.choices.find((choice) => choice.value === props.value) ?? props.choices[0]

/** A choice in a ruled cell: label over value. It can be used once the page's first rows are drawn; it looks so before. */
export function CellSelect(props: CellSelectProps) {
  return (
    <Show
      when={isIdle()}
      fallback={
        <div class="cell">
          <span class="label">{props.label}</span>
          <span class="value">
            <span>{chosenOf(props)?.label}</span>
            {props.after}
            <Chevron />
          </span>
        </div>
      }
    >
      <Usable {...props} />
    </Show>
  )
}

function Usable(props: CellSelectProps) {
  // the select takes an empty key for nothing chosen, but here it is a choice: all
  const key = (choice: Choice) => choice.value || '*'
  return (
    <Select<Choice>
      class="cell"
      options={props.choices}
      optionValue={key}
      optionTextValue="label"
      value={chosenOf(props)}
      onChange={(choice) => choice && props.onChange(choice.value)}
      disallowEmptySelection
      gutter={2}
      placement="bottom-start"
      itemComponent={(item) => (
        <Select.Item item={item.item}>
          <Select.ItemLabel>{item.item.rawValue.label}</Select.ItemLabel>
          <Show when={item.item.rawValue.note}>
            <span class="muted">{item.item.rawValue.note}</span>
          </Show>
        </Select.Item>
      )}
    >
      <Select.Label class="label">{props.label}</Select.Label>
      <Select.Trigger class="value">
        <Select.Value<Choice>>{(state) => state.selectedOption()?.label}</Select.Value>
        {props.after}
        <Chevron />
      </Select.Trigger>
      <Select.Portal>
        <Select.Content class="menu">
          <Select.Listbox />
        </Select.Content>
      </Select.Portal>
    </Select>
  )
}

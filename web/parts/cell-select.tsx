import { Select } from '@kobalte/core/select'
import { type JSX, Show } from 'solid-js'
import { Chevron } from './shape.tsx'

export interface Choice {
  value: string
  label: string
  /** at the right of the option, e.g. how many cases it would show */
  note?: string
}

/** A choice in a ruled cell: label over value. */
export function CellSelect(props: {
  label: string
  choices: Choice[]
  value: string
  onChange: (value: string) => void
  after?: JSX.Element
}) {
  // the select takes an empty key for nothing chosen, but here it is a choice: all
  const key = (choice: Choice) => choice.value || '*'
  const chosen = () => props.choices.find((choice) => choice.value === props.value) ?? props.choices[0]
  return (
    <Select<Choice>
      class="cell"
      options={props.choices}
      optionValue={key}
      optionTextValue="label"
      value={chosen()}
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

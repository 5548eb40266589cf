import { Select } from '@kobalte/core/select'
import { Show } from 'solid-js'
import { type CellSelectProps, type Choice, chosenOf } from './cell-select.tsx'
import { Chevron } from './shape.tsx'

/** The choices of a ruled cell, as a list to pick from. */
export default function CellChoices(props: CellSelectProps) {
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

import { createSignal, For, Show } from 'solid-js'
import type { PersonList } from '../../server/api/schemas/access.ts'
import { postJson } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { focusFirst } from '../lib/focus.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { SUBJECT_WORDS, type SubjectKind } from '../lib/subject-words.ts'
import { problemWords } from './confirm-dialog.tsx'

/** Asks for what is kept of somebody or something; it only looks. */
export function SubjectForm(props: { onAsked: () => void; onLeave: () => void }) {
  const [kind, setKind] = createSignal<SubjectKind>('order')
  const [value, setValue] = createSignal('')
  const [plant, setPlant] = createSignal('')
  const [reason, setReason] = createSignal('')
  const [reference, setReference] = createSignal('')
  const [problem, setProblem] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const estate = useEstate()
  const people = ask<PersonList>([], () => ({ path: '/api/access/people' }))
  const words = () => SUBJECT_WORDS[kind()]
  const isKey = () => kind() !== 'person' && kind() !== 'user'
  const subject = () => {
    if (kind() === 'user') return { kind: kind(), person: value() }
    if (kind() === 'person')
      return {
        kind: kind(),
        values: value()
          .split('\n')
          .map((each) => each.trim())
          .filter(Boolean),
      }
    return { kind: kind(), key: value().trim(), plant: plant() }
  }
  const look = async () => {
    setBusy(true)
    setProblem('')
    try {
      await postJson('/api/subjects', {
        subject: subject(),
        reason: reason().trim(),
        reference: reference().trim(),
      })
      props.onAsked()
    } catch (error) {
      setProblem(problemWords(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      class="access-form"
      ref={focusFirst}
      onSubmit={(event) => {
        event.preventDefault()
        void look()
      }}
    >
      <label>
        <span class="label">About</span>
        <select
          class="field"
          data-first
          value={kind()}
          onChange={(event) => {
            setKind(event.currentTarget.value as SubjectKind)
            setValue('')
          }}
        >
          <For each={Object.entries(SUBJECT_WORDS)}>
            {([name, { word }]) => <option value={name}>{word}</option>}
          </For>
        </select>
      </label>
      <label class="grow">
        <span class="label">{words().field}</span>
        <Show
          when={kind() === 'user'}
          fallback={
            <Show
              when={kind() === 'person'}
              fallback={
                <input
                  class="field"
                  type="text"
                  required
                  maxlength="200"
                  autocomplete="off"
                  placeholder={words().hint}
                  value={value()}
                  onInput={(event) => setValue(event.currentTarget.value)}
                />
              }
            >
              <textarea
                class="field"
                rows="3"
                required
                placeholder={words().hint}
                value={value()}
                onInput={(event) => setValue(event.currentTarget.value)}
              />
            </Show>
          }
        >
          <select
            class="field"
            required
            value={value()}
            onChange={(event) => setValue(event.currentTarget.value)}
          >
            <option value="">Choose</option>
            <For each={dataOf(people)?.people ?? []}>
              {(person) => (
                <option value={person.id}>
                  {person.name} ({person.login})
                </option>
              )}
            </For>
          </select>
        </Show>
      </label>
      <Show when={isKey()}>
        <label>
          <span class="label">Plant</span>
          <select class="field" value={plant()} onChange={(event) => setPlant(event.currentTarget.value)}>
            <option value="">All plants</option>
            <For each={estate.view()?.plants ?? []}>
              {(each) => <option value={each.plant}>{each.name}</option>}
            </For>
          </select>
        </label>
      </Show>
      <label class="grow">
        <span class="label">Reason, without saying whom it is about</span>
        <input
          class="field"
          type="text"
          required
          maxlength="500"
          autocomplete="off"
          placeholder="asked for under article 17"
          value={reason()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <label>
        <span class="label">Your reference</span>
        <input
          class="field"
          type="text"
          maxlength="100"
          autocomplete="off"
          placeholder="DSR-2026-17"
          value={reference()}
          onInput={(event) => setReference(event.currentTarget.value)}
        />
      </label>
      <p class="soft">{words().about}</p>
      <p class="t-breach" role="alert">
        {problem()}
      </p>
      <p class="act-foot">
        <button type="submit" class="btn btn-main" disabled={isBusy()}>
          {isBusy() ? 'Looking in every table' : 'Look for it'}
        </button>
        <button type="button" class="btn" onClick={() => props.onLeave()}>
          Leave it
        </button>
      </p>
    </form>
  )
}

import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { SilencePreview } from '../../server/api/schemas/alerts.ts'
import { conditionWords } from '../lib/alerts.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { announceChange } from '../lib/stream.ts'

const LENGTHS = [
  { hours: 1, label: '1 h' },
  { hours: 4, label: '4 h' },
  { hours: 24, label: '1 day' },
  { hours: 72, label: '3 days' },
  { hours: 168, label: '1 week' },
]
const CONDITIONS = [
  'burn_rate',
  'backlog',
  'variance_value',
  'case_clock',
  'source_stale',
  'run_failed',
  'quarantine_rate',
  'spool',
  'disk',
  'own_health',
]

/**
 * Silences what fits, after it has shown what of that fires now. What is over is told still.
 * @param labels what it begins with, such as an alert's own
 */
export function AlertSilence(props: { labels?: Record<string, string>; onDone?: () => void }) {
  const estate = useEstate()
  const [wanted, setWanted] = createSignal<Record<string, string>>({ ...props.labels })
  const [hours, setHours] = createSignal(4)
  const [reason, setReason] = createSignal('')
  const [preview, setPreview] = createSignal<SilencePreview>()
  const [said, setSaid] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const matcher = () => Object.fromEntries(Object.entries(wanted()).filter(([, value]) => value !== ''))
  const fields = () => [
    { label: 'condition', choices: CONDITIONS.map((value) => ({ value, word: conditionWords(value) })) },
    {
      label: 'plant',
      choices: (estate.view()?.plants ?? []).map((each) => ({ value: each.plant, word: each.name })),
    },
    {
      label: 'flow',
      choices: (estate.view()?.flows ?? []).map((each) => ({ value: each.flow, word: each.name })),
    },
    {
      label: 'team',
      choices: (estate.view()?.teams ?? []).map((each) => ({ value: each.team, word: each.name })),
    },
    {
      label: 'severity',
      choices: [
        { value: 'page', word: 'Page' },
        { value: 'ticket', word: 'Ticket' },
        { value: 'info', word: 'Info' },
      ],
    },
    // of one source or check only where the alert is
    ...['source', 'check']
      .filter((label) => props.labels?.[label])
      .map((label) => ({
        label,
        choices: [{ value: props.labels?.[label] ?? '', word: props.labels?.[label] ?? '' }],
      })),
  ]
  createEffect(
    on(
      () => JSON.stringify(matcher()),
      async () => {
        const asked = JSON.stringify(matcher())
        const answer = await postJson<SilencePreview>('/api/silences/preview', { matcher: matcher() }).catch(
          () => undefined,
        )
        // an answer to an older question is none to this one
        if (asked === JSON.stringify(matcher())) setPreview(answer)
      },
    ),
  )
  const silence = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setSaid('')
    try {
      await postJson('/api/silences', {
        matcher: matcher(),
        to: new Date(Date.now() + hours() * 3_600_000).toISOString(),
        reason: reason(),
      })
      announceChange(['alerts'])
      setReason('')
      setSaid('Silenced. That it is over is told still.')
      props.onDone?.()
    } catch (error) {
      setSaid(error instanceof RequestError ? `Not silenced: ${error.message}` : 'Not silenced')
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="silence-form" onSubmit={(event) => void silence(event)}>
      <For each={fields()}>
        {(field) => (
          <label>
            <span class="label">{conditionWords(field.label)}</span>
            <select
              class="field"
              onChange={(event) => setWanted({ ...wanted(), [field.label]: event.currentTarget.value })}
            >
              <option value="">Any</option>
              <For each={field.choices}>
                {(choice) => (
                  <option value={choice.value} selected={wanted()[field.label] === choice.value}>
                    {choice.word}
                  </option>
                )}
              </For>
            </select>
          </label>
        )}
      </For>
      <label>
        <span class="label">For</span>
        <select class="field" onChange={(event) => setHours(Number(event.currentTarget.value))}>
          <For each={LENGTHS}>
            {(length) => (
              <option value={length.hours} selected={hours() === length.hours}>
                {length.label}
              </option>
            )}
          </For>
        </select>
      </label>
      <label class="silence-why">
        <span class="label">Why</span>
        <input
          class="field"
          required
          maxLength={500}
          value={reason()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="btn" disabled={busy() || reason().trim() === ''}>
        Silence
      </button>
      <p class="soft" role="status">
        {said()}
        <Show when={!said() && preview()}>
          {(data) => (
            <>
              Fits {data().matches}: {data().rows.length === 0 ? 'nothing fires now' : ''}
              <Show when={data().rows.length > 0}>
                <b>{formatNumber(data().rows.length)}</b> now, {data().rows[0]?.title}
                {data().rows.length > 1 ? ' and others' : ''}
              </Show>
            </>
          )}
        </Show>
      </p>
    </form>
  )
}

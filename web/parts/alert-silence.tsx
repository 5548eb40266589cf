import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { SilencePreview } from '../../server/api/schemas/alerts.ts'
import { actor } from '../lib/actor.ts'
import { conditionWords } from '../lib/alerts.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { announceChange } from '../lib/stream.ts'
import { fromLocalField, viewerZone, zoneName } from '../lib/time.ts'
import { ActorField } from './actor-field.tsx'
import { SilencePreviewed } from './alert-silence-preview.tsx'

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
  'queue_depth',
  'variance_value',
  'tolerated_value',
  'case_clock',
  'case_forecast',
  'source_stale',
  'run_failed',
  'quarantine_rate',
  'spool',
  'disk',
  'backup',
  'own_health',
]

/**
 * Silences what fits, after it has shown what of that fires now. What is over is told still.
 * @param labels what it begins with, such as an alert's own
 */
export function AlertSilence(props: { labels?: Record<string, string>; onDone?: () => void }) {
  const estate = useEstate()
  const [wanted, setWanted] = createSignal<Record<string, string>>({ ...props.labels })
  const [from, setFrom] = createSignal('')
  const [hours, setHours] = createSignal(4)
  const [reason, setReason] = createSignal('')
  const [preview, setPreview] = createSignal<SilencePreview>()
  const [said, setSaid] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  // asked for by whoever has not said it, and not taken away while they write
  const [asksName] = createSignal(actor().trim() === '')
  /** Times are the plant's own, where it is one plant's. */
  const zone = () => (wanted().plant ? estate.zoneOf(wanted().plant) : viewerZone())
  /** Undefined where it begins now. */
  const begins = () => (from() ? fromLocalField(from(), zone()) : undefined)
  const ends = () => new Date((begins()?.getTime() ?? Date.now()) + hours() * 3_600_000)
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
        ...(begins() ? { from: begins()?.toISOString() } : {}),
        to: ends().toISOString(),
        reason: reason(),
      })
      announceChange(['alerts'])
      setReason('')
      setSaid(begins() ? 'Planned.' : 'Silenced. That it is over is told still.')
      setFrom('')
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
      <label class="silence-from">
        <span class="label">From, now when empty; {zoneName(zone(), begins() ?? new Date())}</span>
        <input
          class="field"
          type="datetime-local"
          value={from()}
          onInput={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
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
      <Show when={asksName()}>
        <ActorField isLive />
      </Show>
      <button type="submit" class="btn" disabled={busy() || reason().trim() === '' || actor().trim() === ''}>
        Silence
      </button>
      <p class="soft" role="status">
        {said()}
        <Show when={!said() && preview()}>
          {(data) => <SilencePreviewed preview={data()} from={begins()} to={ends()} zone={zone()} />}
        </Show>
      </p>
    </form>
  )
}

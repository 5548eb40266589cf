import { For, Show } from 'solid-js'
import type { AuditList } from '../../server/api/schemas/access.ts'
import { actWords, OUTCOME_WORDS } from '../lib/audit.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Shape } from './shape.tsx'
import { Empty } from './states.tsx'

type Entry = AuditList['rows'][number]

const KINDS: Record<string, string> = {
  token: 'by a token',
  display: 'a wall',
  key: 'by a key',
  loopback: 'on this machine',
}

/** The entries of the trail; each unfolds to all that was kept of it. */
export function AuditTable(props: { rows: Entry[]; onActor: (actor: string) => void }) {
  return (
    <Show
      when={props.rows.length > 0}
      fallback={
        <Empty title="No entry is like that">
          <p class="soft">Choose a longer range, or show all.</p>
        </Empty>
      }
    >
      <section class="scroll-x" tabindex="0" aria-label="Entries, a table">
        <table class="table stack">
          <thead>
            <tr>
              <th>When</th>
              <th>Outcome</th>
              <th>Who</th>
              <th>What</th>
              <th>Object and details</th>
              <th>From</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>{(row) => <Row row={row} onActor={props.onActor} />}</For>
          </tbody>
        </table>
      </section>
    </Show>
  )
}

function Row(props: { row: Entry; onActor: (actor: string) => void }) {
  const row = () => props.row
  const outcome = () => OUTCOME_WORDS[row().outcome]
  return (
    <tr class="audit-row">
      <td class="nowrap num">
        {formatTime(row().at, viewerZone(), { day: true, seconds: true, zone: false })}
      </td>
      <td class={`nowrap t-${outcome().status}`}>
        <Shape status={outcome().status} /> {outcome().word}
      </td>
      <td>
        <Show when={row().actor} fallback={<span class="soft">nobody known</span>}>
          <button type="button" class="link" title="Only theirs" onClick={() => props.onActor(row().actor)}>
            {row().actor}
          </button>
        </Show>
        <Show when={KINDS[row().actor_kind]}>
          {(words) => <span class="muted small-text"> {words()}</span>}
        </Show>
      </td>
      <td class="nowrap">{actWords(row().act)}</td>
      <td class="wide">
        <details>
          <summary>
            <span class="mono">{row().object || '–'}</span>
            <Show when={row().details}>
              <span class="soft"> {row().details.slice(0, 120)}</span>
            </Show>
          </summary>
          <dl class="audit-facts">
            <Fact name="Details" value={row().details} />
            <Fact name="Request" value={row().request} />
            <Fact name="Who" value={[row().actor_kind, row().actor_id].filter(Boolean).join(' ')} />
            <Fact name="Entry" value={`${row().seq} of chain ${row().chain}`} />
            <Fact name="Hash" value={row().hash} />
            <Fact name="Hash before" value={row().previous} />
          </dl>
        </details>
      </td>
      <td class="nowrap soft">{row().address}</td>
    </tr>
  )
}

function Fact(props: { name: string; value: string }) {
  return (
    <Show when={props.value}>
      <dt class="label">{props.name}</dt>
      <dd class="mono">{props.value}</dd>
    </Show>
  )
}

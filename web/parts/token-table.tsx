import { For, Show } from 'solid-js'
import type { TokenRow } from '../../server/api/schemas/access.ts'
import { ROLE_WORDS, reachWords } from '../lib/access.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { TOKEN_STATES, TOKEN_WORDS } from '../lib/token-words.ts'
import { Shape } from './shape.tsx'

type Kind = TokenRow['kind']

/** Tokens, walls or keys, line by line. */
export function TokenTable(props: {
  kind: Kind
  rows: TokenRow[]
  onRotate: (row: TokenRow) => void
  onRevoke: (row: TokenRow) => void
}) {
  return (
    <section class="scroll-x" tabindex="0" aria-label={`${TOKEN_WORDS[props.kind].title}, a table`}>
      <table class="table stack">
        <thead>
          <tr>
            <th>State</th>
            <th>Name</th>
            <Show when={props.kind === 'token'}>
              <th>Role</th>
              <Show when={may('administer')}>
                <th>Whose</th>
              </Show>
            </Show>
            <th>Where</th>
            <Show when={props.kind === 'key'}>
              <th>Source</th>
              <th class="r">A minute</th>
            </Show>
            <th class="r">Made</th>
            <th class="r">Until</th>
            <th class="r">Last used</th>
            <th>
              <span class="sr">Act</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <Row row={row} onRotate={() => props.onRotate(row)} onRevoke={() => props.onRevoke(row)} />
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

function Row(props: { row: TokenRow; onRotate: () => void; onRevoke: () => void }) {
  const estate = useEstate()
  const row = () => props.row
  const state = () => TOKEN_STATES[row().state]
  const time = (at: string) => formatTime(at, viewerZone(), { day: true })
  return (
    <tr>
      <td class={`nowrap t-${state().status}`}>
        <Shape status={state().status} /> {state().word}
      </td>
      <td class="key">
        {row().name}
        <div class="muted small-text mono">{row().id}</div>
      </td>
      <Show when={row().kind === 'token'}>
        <td class="nowrap">{row().role === null ? '' : ROLE_WORDS[row().role ?? 'viewer']}</td>
        <Show when={may('administer')}>
          <td class="soft">{row().owner || 'nobody’s'}</td>
        </Show>
      </Show>
      <td class="wide">{reachWords(row().reach, estate)}</td>
      <Show when={row().kind === 'key'}>
        <td data-label="Source">{row().source || <span class="soft">any</span>}</td>
        <td class="r" data-label="A minute">
          {row().per_minute === 0 ? <span class="soft">no limit</span> : formatNumber(row().per_minute)}
        </td>
      </Show>
      <td class="r soft" data-label="Made">
        {time(row().made_at)}
        <div class="muted small-text">by {row().made_by}</div>
      </td>
      <td class="r" data-label="Until">
        <Show when={row().expires_at} fallback={<span class="soft">revoked</span>}>
          {(at) => time(at())}
        </Show>
        <Show when={row().old_until}>
          {(at) => <div class="t-watch small-text">the secret before, too, until {time(at())}</div>}
        </Show>
      </td>
      <td class="r soft" data-label="Last used">
        <Show when={row().used_at} fallback="never">
          {(at) => <>{formatAge(ageSeconds(at(), now()))} ago</>}
        </Show>
      </td>
      <td class="row-acts">
        <Show when={row().state === 'active'}>
          <button type="button" class="btn small" onClick={() => props.onRotate()}>
            Rotate
            <span class="sr"> {row().name}</span>
          </button>
          <button type="button" class="btn small" onClick={() => props.onRevoke()}>
            Revoke
            <span class="sr"> {row().name}</span>
          </button>
        </Show>
      </td>
    </tr>
  )
}

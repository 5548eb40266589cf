import { createSignal, For, Show } from 'solid-js'
import type { TimelineEntry } from '../../server/api/schemas/exceptions.ts'
import { copyText } from '../lib/copy.ts'
import { formatNumber } from '../lib/format.ts'
import { prettyJson } from '../lib/pretty-json.ts'
import { formatTime } from '../lib/time.ts'
import { MessageText } from './message-text.tsx'

/** So many stand there before somebody asks for those before them. */
const FIRST = 6

/** What each event of the key said, as it came; what is about people in it is masked for whoever may not see it. */
export function CasePayloads(props: { entries: TimelineEntry[]; zone: string }) {
  const [all, setAll] = createSignal(false)
  const said = () => props.entries.filter((entry) => !entry.missing && entry.data !== '')
  const shown = () => (all() ? said() : said().slice(-FIRST))
  return (
    <Show when={said().length > 0}>
      <section class="payloads" aria-label="Payloads">
        <Show when={said().length > shown().length}>
          <p class="more-rows">
            <button type="button" class="link" onClick={() => setAll(true)}>
              Show {formatNumber(said().length - shown().length)} earlier
            </button>
          </p>
        </Show>
        <For each={shown()}>{(entry) => <Payload entry={entry} zone={props.zone} />}</For>
      </section>
    </Show>
  )
}

function Payload(props: { entry: TimelineEntry; zone: string }) {
  const [isOpen, setIsOpen] = createSignal(false)
  const [copied, setCopied] = createSignal('')
  const text = () => prettyJson(props.entry.data)
  const copy = async () => setCopied((await copyText(text())) ? 'Copied' : 'Could not be copied')
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <span class="num soft nowrap">
          {formatTime(props.entry.at, props.zone, { zone: false, seconds: true })}
        </span>{' '}
        <b class="nowrap">{props.entry.system_name}</b> {props.entry.title}
        <span class="spacer" />
        <span class="muted nowrap desk-only">payload</span>
      </summary>
      {/* a list of hundreds is not drawn before it is read */}
      <Show when={isOpen()}>
        <p class="payload-foot">
          <span class="mono muted cut">{props.entry.event_id}</span>
          <span class="spacer" />
          <span role="status" class="muted">
            {copied()}
          </span>
          <button type="button" class="link" onClick={() => void copy()}>
            Copy
          </button>
        </p>
        <MessageText body={text()} reasons={[]} label={`Payload of ${props.entry.title}`} />
        <Show when={props.entry.data_left_out > 0}>
          <p class="t-watch">Cut here: {formatNumber(props.entry.data_left_out)} more characters came.</p>
        </Show>
      </Show>
    </details>
  )
}
